package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.GatewayParameters;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Makes a provider's form out of a client's, by splices. */
final class FormEdit {
  private static final Pattern TYPE =
      Pattern.compile(
          "^content-type: *image/([a-z]{2,8})", Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);

  private FormEdit() {}

  static byte[] bodyFor(Request request, Deployment deployment) {
    String boundary = FormReader.boundary(request.body());
    BodyRules rules = deployment.rules();
    byte[] body = request.body();
    Splice splice = new Splice(body, 0, body.length);
    StringBuilder added = new StringBuilder();
    if (request.member("model") == null) {
      add(added, boundary, "model", deployment.model());
    }
    for (Map.Entry<String, String> given : rules.defaults().entrySet()) {
      if (request.member(given.getKey()) == null
          && !rules.extraBody().containsKey(given.getKey())) {
        add(added, boundary, given.getKey(), plain(given.getValue()));
      }
    }
    for (Map.Entry<String, String> given : rules.extraBody().entrySet()) {
      add(added, boundary, given.getKey(), plain(given.getValue()));
    }
    boolean verbose = wantsLength(request, deployment);
    if (verbose) {
      add(added, boundary, "response_format", "verbose_json");
    }
    if (!added.isEmpty()) {
      splice.insert(0, added.toString().getBytes(UTF_8));
    }
    for (Member member : request.members()) {
      String name = member.name();
      if (GatewayParameters.has(name)
          || name.equals("metadata")
          || rules.dropped().contains(name)
          || rules.extraBody().containsKey(name)
          || (verbose && name.equals("response_format"))) {
        splice.remove(member.key().from(), member.value().to() + 2);
      } else if (name.equals("model")) {
        splice.replace(
            member.value().from(), member.value().to(), deployment.model().getBytes(UTF_8));
      } else if (name.equals("image") && takesSeveralImages(request, deployment)) {
        splice.replace(member.key().from(), member.key().to(), imageHead(body, boundary, member));
      }
    }
    return splice.isEmpty() ? body : splice.apply();
  }

  /**
   * A name is never ours to quote: those of a form were read, those of rules are the operator's.
   */
  private static void add(StringBuilder added, String boundary, String name, String value) {
    added.append("--").append(boundary);
    added.append("\r\nContent-Disposition: form-data; name=\"").append(name).append("\"\r\n\r\n");
    added.append(value).append("\r\n");
  }

  private static String plain(String json) {
    JsonNode value = JsonTree.read(json.getBytes(UTF_8));
    return value.isString() ? value.stringValue() : json;
  }

  /** Whisper is charged by the length of the sound, which only its verbose form tells. */
  private static boolean wantsLength(Request request, Deployment deployment) {
    if (request.operation() != Operation.TRANSCRIPTION
        || !deployment.provider().equals("openai")
        || deployment.model().contains("gpt-4o")) {
      return false;
    }
    Member format = request.member("response_format");
    if (format == null) {
      return true;
    }
    String word =
        new String(
            request.body(),
            format.value().from(),
            format.value().to() - format.value().from(),
            UTF_8);
    return word.equals("json") || word.equals("text");
  }

  private static boolean takesSeveralImages(Request request, Deployment deployment) {
    return request.operation() == Operation.IMAGE_EDIT
        && !deployment.model().startsWith("dall-e-2");
  }

  /** One of possibly several images, named by its kind as LiteLLM does. */
  private static byte[] imageHead(byte[] body, String boundary, Member member) {
    String head =
        new String(body, member.key().from(), member.key().to() - member.key().from(), UTF_8);
    Matcher type = TYPE.matcher(head);
    String kind = type.find() ? type.group(1) : "png";
    return ("--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\"image[]\"; filename=\"image."
            + kind
            + "\"\r\nContent-Type: image/"
            + kind
            + "\r\n\r\n")
        .getBytes(UTF_8);
  }
}
