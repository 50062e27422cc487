package dev.tollgate.wire.single;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.wire.WholeReply;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.Quirk;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JsonToken;

/**
 * How an image was made, told where the provider does not: as the client asked, else by what is
 * LiteLLM's default.
 */
final class ImageSettings {
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("size", "\"1024x1024\"");
    DEFAULTS.put("quality", "\"high\"");
    DEFAULTS.put("output_format", "\"png\"");
  }

  private ImageSettings() {}

  static boolean applies(Request request, Deployment deployment) {
    return request.operation() == Operation.IMAGE_GENERATION
        && deployment.rules().quirks().contains(Quirk.IMAGES_BY_DEPLOYMENT);
  }

  /** The reply, which is a JSON object and not empty, with the settings that it lacks. */
  static WholeReply told(Request request, WholeReply reply) {
    byte[] body = reply.body();
    Set<String> there = new HashSet<>();
    Splice splice = new Splice(body, 0, body.length);
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      scan.next();
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        if (scan.next() != JsonToken.VALUE_NULL) {
          there.add(name);
        }
        scan.skip();
      }
      StringBuilder missing = new StringBuilder();
      DEFAULTS.forEach(
          (name, value) -> {
            if (!there.contains(name)) {
              missing.append(",\"").append(name).append("\":").append(asked(request, name, value));
            }
          });
      splice.insert(scan.start(), missing.toString().getBytes(UTF_8));
    }
    return new WholeReply(splice.apply(), reply.usage(), reply.id(), reply.outputText());
  }

  /** What the client asked for, if that is a string. */
  private static String asked(Request request, String name, String otherwise) {
    Request.Member member = request.member(name);
    if (member == null || request.body()[member.value().from()] != '"') {
      return otherwise;
    }
    int from = member.value().from();
    return new String(request.body(), from, member.value().to() - from, UTF_8);
  }
}
