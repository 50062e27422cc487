package dev.tollgate.wire.anthropic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.Splice;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/** Answers of {@code count_tokens}: who counted is added, as LiteLLM does. */
final class TokenCount {
  private static final byte[] BY_PROVIDER =
      ",\"litellm_count_source\":\"provider\"".getBytes(UTF_8);

  private TokenCount() {}

  static WholeReply edit(Deployment deployment, byte[] body) {
    byte[] edited = edited(body);
    if (edited == null) {
      throw MessagesProvider.unusable(deployment.provider(), "the reply has no 'input_tokens'");
    }
    return new WholeReply(edited, Usage.NONE, null, TextSample.NONE);
  }

  private static byte @Nullable [] edited(byte[] body) {
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        return null;
      }
      boolean counted = false;
      boolean said = false;
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        JsonToken value = scan.next();
        counted |= name.equals("input_tokens") && value == JsonToken.VALUE_NUMBER_INT;
        said |= name.equals("litellm_count_source");
        scan.skip();
      }
      if (!counted || said) {
        return counted ? body : null;
      }
      Splice splice = new Splice(body, 0, body.length);
      splice.insert(scan.valueEndBefore(scan.start()), BY_PROVIDER);
      return splice.apply();
    } catch (JacksonException notJson) {
      return null;
    }
  }
}
