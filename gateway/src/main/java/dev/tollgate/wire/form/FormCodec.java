package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.Codec;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.ErrorBody;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.single.MeteredReply;
import dev.tollgate.wire.single.MeteredStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Transcriptions, translations, edits and variations; the provider chooses whether an answer comes
 * as events. Stateless and thread-safe.
 */
public final class FormCodec implements Codec {
  /** The end of a subtitle, {@code --> 00:01:02,500}. */
  private static final Pattern CUE_END =
      Pattern.compile("--> *(?:(\\d{1,3}):)?(\\d{2}):(\\d{2})[,.](\\d{3})");

  @Override
  public Request readRequest(Endpoint endpoint, byte[] body) {
    Request request = FormReader.read(endpoint.operation(), body);
    String file =
        switch (endpoint.operation().family()) {
          case AUDIO -> "file";
          case IMAGE, CHAT, EMBEDDING, RERANK, MODERATION, COUNT, STORED, PASS_THROUGH -> "image";
        };
    if (request.member(file) == null && request.member(file + "[]") == null) {
      throw FormReader.bad("Missing required parameter: '" + file + "'.", file);
    }
    return request;
  }

  @Override
  public boolean hasFiles() {
    return true;
  }

  @Override
  public boolean streams(Request request) {
    return true;
  }

  @Override
  public StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    return new MeteredStream(request, deployment);
  }

  @Override
  public byte[] requestFor(Request request, Deployment deployment, @Nullable Long outputCap) {
    return FormEdit.bodyFor(request, deployment);
  }

  @Override
  public Map<String, String> headersFor(
      Request request, Deployment deployment, Function<String, @Nullable String> client) {
    return Map.of(
        "content-type",
        "multipart/form-data; boundary=\"" + FormReader.boundary(request.body()) + "\"");
  }

  /** Subtitles and plain text come as the text of a document, as with LiteLLM. */
  @Override
  public WholeReply readReply(
      Request request, Deployment deployment, ReplyShape shape, byte[] body) {
    boolean heard = request.operation().family() == Operation.Family.AUDIO;
    if (!heard || (body.length > 0 && body[0] == '{')) {
      return MeteredReply.read(request.operation(), deployment, body);
    }
    String text = new String(body, UTF_8);
    Usage usage = Usage.NONE;
    for (Matcher end = CUE_END.matcher(text); end.find(); ) {
      usage = Usage.NONE.with(new Quantity(Unit.SECOND, millis(end)));
    }
    return new WholeReply(
        JsonTree.write(Tree.object().put("text", text)), usage, null, TextSample.NONE);
  }

  private static long millis(Matcher end) {
    long millis = 0;
    for (int unit : List.of(1, 2, 3)) {
      String digits = end.group(unit);
      millis = millis * 60 + (digits == null ? 0 : Long.parseLong(digits));
    }
    return millis * 1000 + Long.parseLong(end.group(4));
  }

  @Override
  public byte[] writeFailure(Failure failure) {
    return ErrorBody.of(failure);
  }

  @Override
  public byte[] writeFailureEvent(Failure failure) {
    return ErrorBody.eventOf(failure);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    String provider = deployment.provider();
    return Refusal.of(
        provider, Refusal.familyOf(provider), status, Refusal.retryAfter(retryAfter, now), body);
  }
}
