package dev.tollgate.wire.anthropic;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.RawText;
import dev.tollgate.wire.openai.Refusal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Edits a whole message in one scan. For one reply and one thread. */
final class MessageEdit {
  private final Deployment deployment;
  private final @Nullable String shownModel;
  private final byte[] body;
  private final Splice splice;
  private final UsageCount count = new UsageCount();
  private boolean content;
  private @Nullable String id;
  private @Nullable ProviderError error;

  private MessageEdit(Deployment deployment, @Nullable String shownModel, byte[] body) {
    this.deployment = deployment;
    this.shownModel = shownModel;
    this.body = body;
    this.splice = new Splice(body, 0, body.length);
  }

  /**
   * Edits a reply.
   *
   * @throws FailureException with an {@code UpstreamBroken} if it is no message
   */
  static WholeReply edit(Deployment deployment, @Nullable String shownModel, byte[] body) {
    return new MessageEdit(deployment, shownModel, body).edit();
  }

  private WholeReply edit() {
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw unusable("the reply is not a JSON object");
      }
      readMembers(scan);
      if (scan.next() != null) {
        throw unusable("the reply has content after its JSON object");
      }
    } catch (JacksonException notJson) {
      throw unusable("the reply is not JSON");
    }
    if (!content) {
      String message = error == null ? null : error.message();
      throw unusable(message == null ? "the reply has no 'content'" : message);
    }
    Usage usage = count.usage();
    return new WholeReply(
        splice.isEmpty() ? body : splice.apply(),
        usage,
        id,
        WholeReply.counts(usage) ? text() : TextSample.NONE);
  }

  private void readMembers(JsonScan scan) {
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> id = value == JsonToken.VALUE_STRING ? scan.text() : id;
        case "model" -> {
          if (value == JsonToken.VALUE_STRING && shownModel != null) {
            int from = scan.start();
            splice.replace(from, scan.stringEnd(from), JsonText.quote(shownModel));
          }
        }
        case "content" -> content = value == JsonToken.START_ARRAY;
        case "usage" -> {
          if (value == JsonToken.START_OBJECT) {
            count.read(scan.parser());
          }
        }
        case "error" -> error = ProviderError.ofValue(scan.parser(), value);
        default -> {}
      }
      scan.skip();
    }
  }

  /** What was generated, for counting. */
  private TextSample text() {
    RawText text = new RawText();
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      for (JsonToken token = scan.next(); token != null; token = scan.next()) {
        String name = scan.parser().currentName();
        if (token == JsonToken.VALUE_STRING && ("text".equals(name) || "thinking".equals(name))) {
          int from = scan.start();
          text.add(body, from, scan.stringEnd(from));
        }
      }
    }
    return text.sample();
  }

  private FailureException unusable(String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }
}
