package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/** Deployments, requests and events to test with. */
final class Samples {
  static final Codec OPENAI = Codecs.of(Dialect.OPENAI);
  static final Codec RESPONSES = Codecs.of(Dialect.RESPONSES);
  static final Deployment PLAIN = deployment("openai", BodyRules.NONE);

  private Samples() {}

  static Deployment deployment(String provider, BodyRules rules) {
    return new Deployment(
        "id-1",
        "group",
        provider,
        "gpt-4o-mini",
        provider + "/gpt-4o-mini",
        "https://provider.test/v1",
        Map.of(),
        Map.of(),
        null,
        rules,
        null,
        Deployment.Limits.NONE,
        List.of(),
        null,
        Map.of());
  }

  static Deployment quirky(String... quirks) {
    return deployment(
        "groq",
        new BodyRules(
            Map.of(), Set.of(), false, Set.of(), Map.of(), Map.of(), false, Set.of(quirks)));
  }

  static Endpoint at(Operation operation) {
    return new Endpoint(operation.path(), operation.path(), "", operation, null, null, false);
  }

  static ReplyShape shown(@Nullable String model) {
    return new ReplyShape(model, "call-1", 1_700_000_000);
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  static String text(byte @Nullable [] bytes) {
    return bytes == null ? "null" : new String(bytes, UTF_8);
  }

  static Request chat(String body) {
    return OPENAI.readRequest(Samples.at(Operation.CHAT), bytes(body));
  }

  static String forwarded(String body, Deployment deployment) {
    return text(OPENAI.requestFor(chat(body), deployment, null));
  }

  static Failure failureOf(Runnable action) {
    try {
      action.run();
    } catch (FailureException e) {
      return e.failure();
    }
    return Assertions.fail("no failure");
  }

  /** Feeds one event; what goes to the client as text, {@code null} if nothing. */
  @SuppressWarnings("ReferenceEquality") // the buffer itself stands for "unchanged"
  static String edited(StreamEdit stream, String event) {
    byte[] buffer = bytes("##" + event + "##");
    byte[] out = stream.edit(buffer, 2, buffer.length - 2);
    return out == buffer ? event : text(out);
  }
}
