package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.json.WholeNumber;
import dev.tollgate.wire.openai.GatewayParameters;
import dev.tollgate.wire.openai.RequestReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * A client's body: scanned once, and spliced for a provider of the same dialect. The model is in
 * the path, and so is whether a stream is asked for.
 */
final class GeminiRequest {
  private static final String CONFIG = "generationConfig";
  private static final String CAP = "maxOutputTokens";
  private static final String COUNT = "candidateCount";

  private GeminiRequest() {}

  /**
   * Scans a body.
   *
   * @throws FailureException with a {@code BadRequest}
   */
  static Request read(Endpoint endpoint, byte[] bytes) {
    Request scanned = RequestReader.read(endpoint.operation(), bytes);
    requireContents(scanned);
    Caps caps = caps(scanned);
    return new Request(
        scanned.operation(),
        scanned.body(),
        scanned.members(),
        scanned.model(),
        endpoint.pathStream(),
        true,
        caps.output(),
        caps.choices(),
        scanned.endUser(),
        scanned.controls(),
        List.of(),
        true,
        List.of(),
        null);
  }

  private static void requireContents(Request request) {
    Member contents = request.member("contents");
    if (contents == null || contents.isNull()) {
      throw bad("Missing required parameter: 'contents'.", "contents");
    }
    for (String camel : List.of(CONFIG, "systemInstruction", "toolConfig", "safetySettings")) {
      if (request.member(camel) != null && request.member(Nodes.snake(camel)) != null) {
        throw bad("Duplicate parameter: '" + camel + "'. Send it once.", camel);
      }
    }
    List<String> names = new ArrayList<>();
    for (Member member : request.members()) {
      if (isRead(member.name()) && names.contains(member.name())) {
        throw bad("Duplicate parameter: '" + member.name() + "'. Send it once.", member.name());
      }
      names.add(member.name());
    }
  }

  private static boolean isRead(String name) {
    return name.equals("contents") || name.equals(CONFIG) || name.equals(Nodes.snake(CONFIG));
  }

  private record Caps(@Nullable Long output, int choices) {}

  private static Caps caps(Request request) {
    Member config = config(request);
    if (config == null || config.isNull()) {
      return new Caps(null, 1);
    }
    Long output = null;
    boolean endless = false;
    int choices = 1;
    try (JsonScan scan = JsonScan.of(request.body(), config.value().from(), config.value().to())) {
      if (scan.next() != JsonToken.START_OBJECT) {
        throw bad("Invalid value for '" + config.name() + "': expected an object.", config.name());
      }
      for (String name = scan.nextName(); name != null; name = scan.nextName()) {
        JsonToken value = scan.next();
        if (value != JsonToken.VALUE_NULL && Nodes.camel(name).equals(CAP)) {
          Long cap = WholeNumber.cap(scan, value);
          endless |= cap == null;
          output = cap == null || (output != null && output > cap) ? output : cap;
        } else if (value != JsonToken.VALUE_NULL && Nodes.camel(name).equals(COUNT)) {
          Long count = WholeNumber.count(scan, value);
          if (count == null) {
            throw bad("Invalid value for '" + name + "': expected a whole number.", name);
          }
          choices = Math.max(choices, WholeNumber.choices(count));
        }
        scan.skip();
      }
    }
    return new Caps(endless ? null : output, choices);
  }

  private static @Nullable Member config(Request request) {
    Member config = request.member(CONFIG);
    return config == null ? request.member(Nodes.snake(CONFIG)) : config;
  }

  /** The body for a provider of this dialect. */
  static byte[] forProvider(Request request, Deployment deployment, @Nullable Long cap) {
    BodyRules rules = deployment.rules();
    byte[] body = request.body();
    boolean whole = request.members().stream().noneMatch(member -> isRemoved(member, rules));
    if (whole && cap == null && rules.extraBody().isEmpty()) {
      return body;
    }
    Splice splice = new Splice(body, 0, body.length);
    StringBuilder added = new StringBuilder();
    Member config = config(request);
    boolean capped = cap == null;
    int keptTo = -1;
    for (Member member : request.members()) {
      if (isRemoved(member, rules)) {
        continue;
      }
      // what stands between what is kept and what was kept before goes, but for a comma
      int from = keptTo < 0 ? afterBrace(body) : keptTo;
      splice.replace(from, member.key().from(), (keptTo < 0 ? "" : ",").getBytes(UTF_8));
      if (cap != null && member.equals(config) && !member.isNull()) {
        cap(body, member.value(), cap, splice);
        capped = true;
      }
      keptTo = member.value().to();
    }
    if (!capped) {
      added.append(",\"generationConfig\":{\"maxOutputTokens\":").append(cap).append('}');
    }
    rules
        .extraBody()
        .forEach(
            (name, json) -> {
              added.append(',');
              JsonText.quote(added, name);
              added.append(':').append(json);
            });
    boolean first = keptTo < 0;
    int end = first ? afterBrace(body) : keptTo;
    String tail = first && !added.isEmpty() ? added.substring(1) : added.toString();
    splice.replace(end, body.length, (tail + "}").getBytes(UTF_8));
    return splice.apply();
  }

  private static boolean isRemoved(Member member, BodyRules rules) {
    String name = member.name();
    return name.equals("model")
        || name.equals("stream")
        || name.equals("metadata")
        || GatewayParameters.has(name)
        || rules.dropped().contains(name)
        || rules.extraBody().containsKey(name);
  }

  private static int afterBrace(byte[] body) {
    int at = 0;
    while (body[at] != '{') {
      at++;
    }
    return at + 1;
  }

  /** Puts a cap into a configuration, in place of the client's own. */
  private static void cap(byte[] body, Span config, long cap, Splice splice) {
    byte[] value = Long.toString(cap).getBytes(UTF_8);
    boolean placed = false;
    boolean empty = true;
    try (JsonScan scan = JsonScan.of(body, config.from(), config.to())) {
      scan.next();
      String name = scan.nextName();
      while (name != null) {
        empty = false;
        scan.next();
        int from = scan.start();
        scan.skip();
        String next = scan.nextName();
        if (Nodes.camel(name).equals(CAP)) {
          splice.replace(from, scan.valueEndBefore(scan.start()), value);
          placed = true;
        }
        name = next;
      }
    }
    if (!placed) {
      String member = (empty ? "" : ",") + "\"" + CAP + "\":" + cap;
      splice.insert(config.to() - 1, member.getBytes(UTF_8));
    }
  }

  static FailureException bad(String message, String param) {
    return new FailureException(new Failure.BadRequest(message, param));
  }
}
