package dev.tollgate.wire.gemini;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code generateContent} as Google's clients ask it. Stateless and thread-safe. */
public final class GenerateContentClient implements ClientSide {
  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    Fields body = Fields.of(tree(request, texts), "");
    String cached = Nodes.spelt(body, "cachedContent");
    if (body.has(cached)) {
      throw body.refused(cached, "nothing: this model is not Google's, and has no part in it");
    }
    ToolsReader tools = ToolsReader.read(body);
    ConfigReader config = ConfigReader.read(body);
    Map<String, JsonNode> extras = new LinkedHashMap<>(config.extras());
    return new Chat(
        ContentsReader.read(body),
        tools.tools(),
        tools.choice(),
        null,
        config.format(),
        config.reasoning(),
        config.sampling(),
        request.endUser(),
        extras);
  }

  private static JsonNode tree(Request request, Texts texts) {
    try {
      return JsonTree.read(request.body(), texts);
    } catch (JacksonException notJson) {
      // the scan skips strings, whose escapes may be broken
      throw Fields.bad("", "JSON");
    }
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    ObjectNode body = Nodes.object();
    ArrayNode candidates = body.putArray("candidates");
    for (Reply.Choice choice : reply.choices()) {
      candidates.add(CandidateWriter.whole(choice));
    }
    if (reply.usage() != null) {
      body.set("usageMetadata", UsageMetadata.write(reply.usage()));
    }
    return JsonTree.write(body);
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new PieceWriter(PieceForm.of(shape));
  }
}
