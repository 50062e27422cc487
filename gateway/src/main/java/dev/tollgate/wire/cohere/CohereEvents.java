package dev.tollgate.wire.cohere;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventReader;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Tree;
import dev.tollgate.wire.openai.ProviderError;
import dev.tollgate.wire.openai.Refusal;
import dev.tollgate.wire.sse.EventData;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Reads a stream of {@code /v2/chat}: server-sent events, or lines of JSON from servers that have
 * those. For one reply and one thread.
 *
 * <p>Cohere numbers contents and calls each from 0, and cites a content after its end: a part ends
 * here when the next begins.
 */
final class CohereEvents implements EventReader {
  private static final int PLAN_CHARS_MAX = 1 << 20;

  private final String provider;
  private final boolean keepsId;
  private final Map<Integer, Integer> contents = new HashMap<>();
  private final StringBuilder plan = new StringBuilder();
  private int parts;
  private boolean open;
  private boolean openCall;
  private boolean thinking;
  private boolean started;
  private boolean finished;
  private boolean ended;

  /**
   * @param keepsId whether the reply keeps the id that Cohere gave it; clients of other dialects
   *     get one of their own form
   */
  CohereEvents(String provider, boolean keepsId) {
    this.provider = provider;
    this.keepsId = keepsId;
  }

  @Override
  public void read(byte[] buffer, int from, int to, Consumer<Event> out) {
    JsonNode event = document(buffer, from, to);
    if (event == null || ended) {
      return;
    }
    String type = Tree.textOrEmpty(event, "type");
    JsonNode message = event.path("delta").path("message");
    switch (type) {
      case "message-start" -> start(Tree.text(event, "id"), out);
      case "content-start" -> startContent(event, message.path("content"), out);
      case "content-delta" -> growContent(event, message.path("content"), out);
      case "tool-plan-delta" -> growPlan(Tree.textOrEmpty(message, CohereWords.TOOL_PLAN));
      case "tool-call-start" -> startCall(message.path("tool_calls"), out);
      case "tool-call-delta" -> growCall(message.path("tool_calls"), out);
      case "citation-start" -> cite(message.path("citations"), out);
      case "message-end" -> end(event, out);
      case "content-end", "tool-call-end", "citation-end", "debug" -> {
        // the next part's begin, or the end, says as much
      }
      default -> {
        if (!event.has("type")) {
          fail(event, out);
        }
      }
    }
  }

  private @Nullable JsonNode document(byte[] buffer, int from, int to) {
    byte[] json;
    if (buffer[from] == '{') {
      json = Arrays.copyOfRange(buffer, from, to);
    } else {
      EventData data = EventData.of(buffer, from, to);
      if (data.isEmpty() || data.isText("[DONE]")) {
        return null;
      }
      json = data.copy();
    }
    try {
      return JsonTree.read(json);
    } catch (JacksonException notJson) {
      throw CohereChatProvider.unusable(provider, "an event of the stream is not JSON");
    }
  }

  private void start(@Nullable String id, Consumer<Event> out) {
    if (!started) {
      started = true;
      out.accept(new Event.Started(keepsId ? id : null, null, null, Map.of()));
    }
  }

  private void startPart(Part head, Consumer<Event> out) {
    start(null, out);
    flushPlan(out);
    endPart(out);
    open = true;
    openCall = head instanceof Part.ToolCall;
    thinking = head instanceof Part.Thinking;
    out.accept(new Event.PartStarted(0, parts, head));
  }

  private void endPart(Consumer<Event> out) {
    if (open) {
      open = false;
      out.accept(new Event.PartEnded(0, parts++));
    }
  }

  /** The plan is one piece, since only Cohere knows what it is. */
  private void flushPlan(Consumer<Event> out) {
    if (!plan.isEmpty()) {
      endPart(out);
      out.accept(new Event.PartStarted(0, parts, CohereReplyReader.plan(plan.toString())));
      out.accept(new Event.PartEnded(0, parts++));
      plan.setLength(0);
    }
  }

  private void startContent(JsonNode event, JsonNode content, Consumer<Event> out) {
    boolean thought = isThought(content);
    startPart(thought ? new Part.Thinking("", null) : Part.Text.of(""), out);
    contents.put(event.path("index").asInt(0), parts);
    grow(thought ? Growth.THINKING : Growth.TEXT, text(content, thought), out);
  }

  private void growContent(JsonNode event, JsonNode content, Consumer<Event> out) {
    boolean thought = isThought(content);
    if (!open || openCall || thinking != thought) {
      startPart(thought ? new Part.Thinking("", null) : Part.Text.of(""), out);
      contents.put(event.path("index").asInt(0), parts);
    }
    grow(thought ? Growth.THINKING : Growth.TEXT, text(content, thought), out);
    JsonNode logprobs = CohereReplyReader.logprobs(event.path("logprobs"));
    if (logprobs != null) {
      out.accept(new Event.Logprobs(0, logprobs));
    }
  }

  private static boolean isThought(JsonNode content) {
    return content.path("thinking").isString() || "thinking".equals(Tree.text(content, "type"));
  }

  private static String text(JsonNode content, boolean thought) {
    return Tree.textOrEmpty(content, thought ? "thinking" : "text");
  }

  private void grow(Growth kind, String more, Consumer<Event> out) {
    if (!more.isEmpty()) {
      out.accept(new Event.Grown(0, parts, kind, more));
    }
  }

  private void growPlan(String more) {
    if (plan.length() + more.length() <= PLAN_CHARS_MAX) {
      plan.append(more);
    }
  }

  private void startCall(JsonNode call, Consumer<Event> out) {
    Part.ToolCall head = CohereReplyReader.call(call);
    startPart(Part.ToolCall.of(head.id(), head.name(), ""), out);
    grow(Growth.ARGUMENTS, head.arguments(), out);
  }

  private void growCall(JsonNode call, Consumer<Event> out) {
    if (open && openCall) {
      grow(Growth.ARGUMENTS, Tree.textOrEmpty(call.path("function"), "arguments"), out);
    }
  }

  private void cite(JsonNode citations, Consumer<Event> out) {
    for (JsonNode citation : citations.isArray() ? citations : Tree.array().add(citations)) {
      Integer part = contents.get(citation.path("content_index").asInt(0));
      if (citation.isObject() && open && part != null && part == parts) {
        out.accept(new Event.Cited(0, parts, CohereWords.citation(citation)));
      }
    }
  }

  private void end(JsonNode event, Consumer<Event> out) {
    JsonNode delta = event.path("delta");
    String error = Tree.textOrEmpty(delta, "error");
    if (!error.isEmpty()) {
      fail(Tree.object().put("message", error), out);
      return;
    }
    start(null, out);
    flushPlan(out);
    endPart(out);
    String finish = Tree.text(delta, "finish_reason");
    Finish last = finish == null ? Finish.of(Finish.Reason.STOP) : CohereWords.finish(finish);
    finished = true;
    out.accept(new Event.Finished(0, last));
    Usage usage = CohereWords.usage(delta.path("usage"));
    if (usage != null) {
      out.accept(new Event.Metered(usage));
    }
    ended = true;
    out.accept(new Event.Ended());
  }

  private void fail(JsonNode error, Consumer<Event> out) {
    ended = true;
    out.accept(
        new Event.Failed(Refusal.ofEvent(provider, ProviderError.ofBody(JsonTree.write(error)))));
  }

  @Override
  public void end(Consumer<Event> out) {
    if (finished && !ended) {
      ended = true;
      out.accept(new Event.Ended());
    }
  }
}
