package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Message.Role;
import dev.tollgate.model.chat.OutputFormat;
import dev.tollgate.model.chat.Reasoning;
import dev.tollgate.model.chat.Sampling;
import dev.tollgate.wire.anthropic.MessagesClient;
import dev.tollgate.wire.anthropic.MessagesProvider;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What tests of Messages share. */
final class AnthropicSamples {
  static final Codec CODEC = Codecs.of(Dialect.ANTHROPIC);
  static final MessagesClient CLIENT = new MessagesClient();
  static final MessagesProvider PROVIDER = new MessagesProvider();
  static final Deployment CLAUDE = model(Map.of("max_output_tokens", 64_000));

  private AnthropicSamples() {}

  static Deployment model(Map<String, Object> facts) {
    return new Deployment(
        "id",
        "group",
        "anthropic",
        "claude-x",
        "anthropic/claude-x",
        "https://a.test",
        Map.of(),
        Map.of(),
        null,
        BodyRules.NONE,
        null,
        Deployment.Limits.NONE,
        List.of(),
        null,
        facts);
  }

  static Request request(String body) {
    return CODEC.readRequest(Samples.at(Operation.MESSAGES), bytes(body));
  }

  static Request ask() {
    return request("{\"model\":\"m\",\"max_tokens\":5,\"messages\":[]}");
  }

  static JsonNode rewritten(String body, Deployment deployment) {
    Request request = request(body);
    return JsonTree.read(
        PROVIDER.writeChat(
            CLIENT.readChat(request, deployment, new Texts()), request, deployment, new Texts()));
  }

  static Chat chat(@Nullable Reasoning reasoning, @Nullable OutputFormat format) {
    return new Chat(
        List.of(Message.of(Role.USER, "Hi")),
        List.of(),
        null,
        null,
        format,
        reasoning,
        Sampling.NONE,
        null,
        Map.of());
  }

  static JsonNode written(Chat chat, Deployment deployment) {
    return JsonTree.read(PROVIDER.writeChat(chat, ask(), deployment, new Texts()));
  }
}
