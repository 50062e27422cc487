package dev.tollgate.wire.gemini;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.Framing;
import dev.tollgate.wire.ProviderSide;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventSplitter;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code generateContent} as Google answers it. Stateless and thread-safe. */
public final class GenerateContentProvider implements ProviderSide {
  /** What Google has, although LiteLLM's clients of chat completions may not send it there. */
  private static final Set<String> NOT_SENT = Set.of("seed", "presence_penalty", "top_logprobs");

  @Override
  public Set<String> lacks(Deployment deployment) {
    Set<String> lacks = new HashSet<>(deployment.rules().unsupported());
    lacks.removeAll(NOT_SENT);
    return lacks;
  }

  @Override
  public byte[] writeChat(Chat chat, Request request, Deployment deployment, Texts texts) {
    Boolean asked = request.controls().dropParams();
    boolean drops = asked == null ? deployment.rules().dropUnsupported() : asked;
    Generation generation = Generation.of(deployment.model());
    ObjectNode body = Nodes.object();
    ContentsWriter.write(chat, generation, body);
    ToolsWriter.write(chat, drops, body);
    ConfigWriter.write(chat, generation, body);
    return JsonTree.write(body, texts);
  }

  @Override
  public Reply readReply(Chat chat, Deployment deployment, byte[] body) {
    JsonNode tree = tree(deployment, body);
    Candidates candidates = new Candidates();
    ReplyFold fold = new ReplyFold();
    candidates.read(tree, fold);
    Reply reply = fold.reply();
    if (candidates.isEmpty() || reply.choices().isEmpty()) {
      throw unusable(deployment, "the reply has no 'candidates' with an answer in them");
    }
    Finish finish = reply.choices().getFirst().finish();
    String word = finish == null ? null : finish.original();
    if (word != null && (FinishReasons.isWithheld(word) || !tree.has("candidates"))) {
      return withheld(reply, finish);
    }
    return new Reply(
        reply.id(), reply.model(), null, signed(reply.choices()), reply.usage(), extras(tree));
  }

  /** LiteLLM shows Gemini's thoughts as blocks also where they are not signed. */
  private static List<Reply.Choice> signed(List<Reply.Choice> choices) {
    return choices.stream()
        .map(
            choice ->
                new Reply.Choice(
                    choice.index(),
                    choice.parts().stream().map(GenerateContentProvider::signed).toList(),
                    choice.finish(),
                    choice.logprobs()))
        .toList();
  }

  private static Part signed(Part part) {
    return part instanceof Part.Thinking thought && thought.signature() == null
        ? new Part.Thinking(thought.text(), "")
        : part;
  }

  /** An answer that was withheld is LiteLLM's own: without content, under an id of its making. */
  private static Reply withheld(Reply reply, @Nullable Finish finish) {
    return new Reply(
        null,
        reply.model(),
        null,
        List.of(new Reply.Choice(0, List.of(), finish, null)),
        reply.usage(),
        Map.of());
  }

  /** What LiteLLM's clients know by names of its own. */
  private static Map<String, JsonNode> extras(JsonNode tree) {
    Map<String, JsonNode> extras = new LinkedHashMap<>();
    gather(extras, tree, "vertex_ai_grounding_metadata", "groundingMetadata");
    gather(extras, tree, "vertex_ai_url_context_metadata", "urlContextMetadata");
    gather(extras, tree, "vertex_ai_safety_results", "safetyRatings");
    gather(extras, tree, "vertex_ai_citation_metadata", "citationMetadata");
    return extras;
  }

  private static void gather(
      Map<String, JsonNode> extras, JsonNode tree, String name, String member) {
    ArrayNode found = Nodes.array();
    for (JsonNode candidate : Nodes.items(tree, "candidates")) {
      JsonNode value = Nodes.member(candidate, member);
      if (value != null) {
        found.add(value);
      }
    }
    if (!found.isEmpty()) {
      extras.put(name, found);
    }
  }

  @Override
  public EventReader events(Chat chat, Deployment deployment) {
    return new CandidateEvents(deployment.provider());
  }

  private static JsonNode tree(Deployment deployment, byte[] body) {
    JsonNode tree;
    try {
      tree = JsonTree.read(body);
    } catch (JacksonException notJson) {
      throw unusable(deployment, "the reply is not JSON");
    }
    if (!tree.isObject()) {
      throw unusable(deployment, "the reply is not a JSON object");
    }
    JsonNode error = Nodes.member(tree, "error");
    if (error != null && error.isObject()) {
      throw new FailureException(GeminiRefusal.ofEvent(deployment.provider(), error));
    }
    return tree;
  }

  private static FailureException unusable(Deployment deployment, String why) {
    return new FailureException(Refusal.unusable(deployment.provider(), why));
  }

  @Override
  public Framing framing(int eventBytesMax) {
    return new EventSplitter(eventBytesMax);
  }

  @Override
  public boolean isStream(String contentType) {
    return EventSplitter.isStream(contentType);
  }

  @Override
  public Failure readFailure(
      Deployment deployment, int status, @Nullable String retryAfter, Instant now, byte[] body) {
    return GeminiRefusal.of(deployment.provider(), status, retryAfter, now, body);
  }

  @Override
  public Failure ofStream(Failure failure) {
    return GeminiRefusal.ofStream(failure);
  }
}
