package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.gemini.GenerateContentClient;
import dev.tollgate.wire.gemini.GenerateContentProvider;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.openai.ChatClient;
import tools.jackson.databind.JsonNode;

/** What tests of Gemini's dialect share. */
final class GeminiSamples {
  static final Codec CODEC = Codecs.of(Dialect.GEMINI);
  static final GenerateContentProvider PROVIDER = new GenerateContentProvider();
  static final GenerateContentClient CLIENT = new GenerateContentClient();
  static final Deployment GEMINI = model("gemini-2.5-flash");

  private GeminiSamples() {}

  static Deployment model(String name) {
    Deployment plain = Samples.deployment("gemini", BodyRules.NONE);
    return new Deployment(
        plain.id(),
        plain.group(),
        plain.provider(),
        name,
        "gemini/" + name,
        plain.apiBase(),
        plain.routes(),
        plain.headers(),
        null,
        plain.rules(),
        null,
        plain.limits(),
        plain.tags(),
        null,
        plain.info());
  }

  static Request asked(String body, boolean stream) {
    String path = "/v1beta/models/m:generateContent";
    return CODEC.readRequest(
        new Endpoint(path, path, "", Operation.GENERATE_CONTENT, "m", null, stream),
        Samples.bytes(body));
  }

  /** What Gemini is sent for a chat completion. */
  static JsonNode sent(String chat, Deployment deployment) {
    Request request = Samples.chat(chat);
    Chat read = SignedIds.read(new ChatClient().readChat(request, deployment, new Texts()));
    return JsonTree.read(PROVIDER.writeChat(read, request, deployment, new Texts()));
  }

  static JsonNode sent(String chat) {
    return sent(chat, GEMINI);
  }

  static JsonNode json(String text) {
    return JsonTree.read(Samples.bytes(text));
  }

  static Reply answered(String body) {
    return PROVIDER.readReply(anyChat(), GEMINI, Samples.bytes(body));
  }

  static Chat anyChat() {
    return CLIENT.readChat(asked("{\"contents\":[]}", false), GEMINI, new Texts());
  }
}
