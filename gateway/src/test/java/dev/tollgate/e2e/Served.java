package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Operation;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a provider answers to each operation, as small as it can be. Where it sends figures at all
 * they are 12 input and 7 output tokens, one image, one query, two and a half seconds.
 *
 * @param place the end of the address that is asked for it
 * @param whole its answer as a whole
 * @param type content type of its streams
 * @param opening first pieces of a stream, after which a client has seen output
 * @param rest the others
 * @param fault the piece by which it says in mid-stream that it failed; null if it cannot
 */
record Served(
    Operation operation,
    String place,
    Buffer whole,
    String type,
    List<Buffer> opening,
    List<Buffer> rest,
    @Nullable Buffer fault) {
  private static final String SSE = "text/event-stream";
  private static final String AWS = "application/vnd.amazon.eventstream";
  private static final String LINES = "application/x-ndjson";
  private static final String FELL = "the provider fell over";

  static Served of(Operation operation) {
    return switch (operation) {
      case CHAT, PASS_THROUGH, PASS_THROUGH_FREE, PASS_THROUGH_SOCKET -> chat(operation);
      case COMPLETION -> completion();
      case RESPONSES -> responses();
      case MESSAGES -> messages();
      case GENERATE_CONTENT -> generateContent();
      case CONVERSE -> converse();
      case INVOKE -> invoke();
      case COHERE_CHAT -> cohere();
      case OLLAMA_CHAT ->
          ollama(operation, "/api/chat", "\"message\":{\"role\":\"assistant\",\"content\":\"%s\"}");
      case OLLAMA_GENERATE -> ollama(operation, "/api/generate", "\"response\":\"%s\"");
      case EMBEDDING ->
          whole(
              operation,
              "/embeddings",
              """
              {"object":"list","model":"real","data":[{"object":"embedding","index":0,"embedding":[0.5,-2]}],\
              "usage":{"prompt_tokens":12,"total_tokens":12}}""");
      case COHERE_EMBED ->
          whole(
              operation,
              "/v2/embed",
              """
              {"id":"e-1","embeddings":{"float":[[0.5,-2]]},"meta":{"billed_units":{"input_tokens":12}}}""");
      case OLLAMA_EMBED ->
          whole(operation, "/api/embed", "{\"embeddings\":[[0.5,-2]],\"prompt_eval_count\":12}");
      case GEMINI_EMBED ->
          whole(operation, ":batchEmbedContents", "{\"embeddings\":[{\"values\":[0.5,-2]}]}");
      case BEDROCK_EMBED ->
          whole(operation, "/invoke", "{\"embedding\":[0.5,-2],\"inputTextTokenCount\":12}");
      case RERANK ->
          whole(
              operation,
              "/rerank",
              """
              {"id":"r-1","results":[{"index":0,"relevance_score":0.9}],"meta":{"billed_units":{"search_units":1}}}""");
      case MODERATION ->
          whole(
              operation,
              "/moderations",
              "{\"id\":\"modr-1\",\"model\":\"real\",\"results\":[{\"flagged\":false}]}");
      case IMAGE_GENERATION -> whole(operation, "/images/generations", IMAGE);
      case IMAGE_EDIT -> whole(operation, "/images/edits", IMAGE);
      case IMAGE_VARIATION -> whole(operation, "/images/variations", IMAGE);
      case SPEECH ->
          new Served(
              operation,
              "/audio/speech",
              Buffer.buffer("{}"),
              "audio/mpeg",
              buffers(List.of("SOUND", "SOUND")),
              buffers(List.of("SOUND")),
              null);
      case TRANSCRIPTION -> whole(operation, "/audio/transcriptions", HEARD);
      case TRANSLATION -> whole(operation, "/audio/translations", HEARD);
      case RESPONSE_COMPACT ->
          whole(
              operation,
              "/responses/compact",
              """
              {"id":"resp_1","object":"response.compaction","created_at":1,"output":[{"type":"compaction",\
              "id":"cmp_1","encrypted_content":"x"}],"usage":{"input_tokens":12,"output_tokens":7,"total_tokens":19}}""");
      case RESPONSE_INPUT_TOKENS ->
          whole(
              operation,
              "/responses/input_tokens",
              "{\"object\":\"response.input_tokens\",\"input_tokens\":12}");
      case RESPONSE_READ, RESPONSE_CANCEL, RESPONSE_INPUT_ITEMS, RESPONSE_DELETE ->
          whole(
              operation,
              "",
              "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"output\":[],"
                  + "\"usage\":{\"input_tokens\":12,\"output_tokens\":7,\"total_tokens\":19}}");
      case GEMINI_EMBED_ONE ->
          whole(operation, ":embedContent", "{\"embedding\":{\"values\":[0.5,-2]}}");
      case GEMINI_COUNT -> whole(operation, ":countTokens", "{\"totalTokens\":12}");
      case COUNT_TOKENS -> whole(operation, "/messages/count_tokens", "{\"input_tokens\":12}");
    };
  }

  private static final String IMAGE = "{\"created\":1,\"data\":[{\"b64_json\":\"aW1hZ2U=\"}]}";
  private static final String HEARD = "{\"text\":\"Hello there!\",\"duration\":2.5}";

  private static Served whole(Operation operation, String place, String json) {
    return new Served(operation, place, Buffer.buffer(json), SSE, List.of(), List.of(), null);
  }

  private static List<Buffer> buffers(List<String> texts) {
    return texts.stream().map(Buffer::buffer).toList();
  }

  /** Of server-sent events, of which the client has seen output after so many. */
  private static Served sse(
      Operation operation, String place, String whole, int seen, String fault, String... events) {
    List<Buffer> all = Arrays.stream(events).map(Served::framed).toList();
    return new Served(
        operation,
        place,
        Buffer.buffer(whole),
        SSE,
        all.subList(0, seen),
        all.subList(seen, all.size()),
        framed(fault));
  }

  private static Buffer framed(String event) {
    return Buffer.buffer((event.startsWith("event:") ? event : "data: " + event) + "\n\n");
  }

  /** An event that is named as its type says. */
  private static String typed(String type, String members) {
    return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + members + "}";
  }

  private static Served chat(Operation operation) {
    return sse(
        operation,
        "/chat/completions",
        FakeProvider.WHOLE,
        2,
        "{\"error\":{\"message\":\"" + FELL + "\",\"type\":\"server_error\"}}",
        FakeProvider.chunk("Hello"),
        FakeProvider.chunk(" there!"),
        FakeProvider.lastChunk(),
        FakeProvider.usageChunk(),
        "[DONE]");
  }

  private static Served completion() {
    String head =
        "{\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"created\":1,\"model\":\"real\",\"choices\":[";
    String piece = head + "{\"index\":0,\"text\":\"%s\",\"logprobs\":null,\"finish_reason\":%s}]";
    String usage = ",\"usage\":{\"prompt_tokens\":12,\"completion_tokens\":7,\"total_tokens\":19}}";
    return sse(
        Operation.COMPLETION,
        "/completions",
        piece.formatted("Hello there!", "\"stop\"") + usage,
        2,
        "{\"error\":{\"message\":\"" + FELL + "\",\"type\":\"server_error\"}}",
        piece.formatted("Hello", "null") + "}",
        piece.formatted(" there!", "null") + "}",
        piece.formatted("", "\"stop\"") + "}",
        head + "]" + usage,
        "[DONE]");
  }

  private static Served responses() {
    String item =
        "{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"status\":\"%s\",\"content\":[%s]}";
    String said = "{\"type\":\"output_text\",\"text\":\"Hello there!\",\"annotations\":[]}";
    String response =
        "{\"id\":\"resp_1\",\"object\":\"response\",\"created_at\":1,\"model\":\"real\",\"status\":\"%s\",\"output\":[%s]%s}";
    String complete =
        response.formatted(
            "completed",
            item.formatted("completed", said),
            ",\"usage\":{\"input_tokens\":12,\"output_tokens\":7,\"total_tokens\":19}");
    String at = ",\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";
    return sse(
        Operation.RESPONSES,
        "/responses",
        complete,
        5,
        typed("error", ",\"code\":\"server_error\",\"message\":\"" + FELL + "\",\"param\":null"),
        typed("response.created", ",\"response\":" + response.formatted("in_progress", "", "")),
        typed(
            "response.output_item.added",
            ",\"output_index\":0,\"item\":" + item.formatted("in_progress", "")),
        typed(
            "response.content_part.added",
            at + ",\"part\":{\"type\":\"output_text\",\"text\":\"\",\"annotations\":[]}"),
        typed("response.output_text.delta", at + ",\"delta\":\"Hello\""),
        typed("response.output_text.delta", at + ",\"delta\":\" there!\""),
        typed("response.output_text.done", at + ",\"text\":\"Hello there!\""),
        typed("response.content_part.done", at + ",\"part\":" + said),
        typed(
            "response.output_item.done",
            ",\"output_index\":0,\"item\":" + item.formatted("completed", said)),
        typed("response.completed", ",\"response\":" + complete));
  }

  private static final String CLAUDE =
      "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"claude-real\",\"content\":[%s],"
          + "\"stop_reason\":%s,\"stop_sequence\":null,\"usage\":{\"input_tokens\":12,\"output_tokens\":%d}}";

  private static final String CLAUDE_WHOLE =
      CLAUDE.formatted("{\"type\":\"text\",\"text\":\"Hello there!\"}", "\"end_turn\"", 7);

  private static String[] claudeEvents() {
    String delta = ",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"%s\"}";
    return new String[] {
      typed("message_start", ",\"message\":" + CLAUDE.formatted("", "null", 1)),
      typed(
          "content_block_start",
          ",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"),
      typed("content_block_delta", delta.formatted("Hello")),
      typed("content_block_delta", delta.formatted(" there!")),
      typed("content_block_stop", ",\"index\":0"),
      typed(
          "message_delta",
          ",\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":{\"output_tokens\":7}"),
      typed("message_stop", "")
    };
  }

  private static Served messages() {
    return sse(
        Operation.MESSAGES,
        "/messages",
        CLAUDE_WHOLE,
        4,
        typed("error", ",\"error\":{\"type\":\"api_error\",\"message\":\"" + FELL + "\"}"),
        claudeEvents());
  }

  /** Anthropic's events, each wrapped into one of Amazon's. */
  private static Served invoke() {
    List<Buffer> all = new ArrayList<>();
    for (String event : claudeEvents()) {
      String json = event.substring(event.indexOf("data: ") + 6);
      String base64 = Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
      all.add(AmazonEvents.message("event", "chunk", "{\"bytes\":\"" + base64 + "\"}"));
    }
    return new Served(
        Operation.INVOKE,
        "/invoke",
        Buffer.buffer(CLAUDE_WHOLE),
        AWS,
        all.subList(0, 4),
        all.subList(4, all.size()),
        AmazonEvents.message(
            "exception", "internalServerException", "{\"message\":\"" + FELL + "\"}"));
  }

  private static Served converse() {
    String usage = "\"usage\":{\"inputTokens\":12,\"outputTokens\":7,\"totalTokens\":19}";
    String delta = "{\"contentBlockIndex\":0,\"delta\":{\"text\":\"%s\"}}";
    return new Served(
        Operation.CONVERSE,
        "/converse",
        Buffer.buffer(
            "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"text\":\"Hello there!\"}]}},"
                + "\"stopReason\":\"end_turn\","
                + usage
                + ",\"metrics\":{\"latencyMs\":12}}"),
        AWS,
        List.of(
            AmazonEvents.message("event", "messageStart", "{\"role\":\"assistant\"}"),
            AmazonEvents.message("event", "contentBlockDelta", delta.formatted("Hello")),
            AmazonEvents.message("event", "contentBlockDelta", delta.formatted(" there!"))),
        List.of(
            AmazonEvents.message("event", "contentBlockStop", "{\"contentBlockIndex\":0}"),
            AmazonEvents.message("event", "messageStop", "{\"stopReason\":\"end_turn\"}"),
            AmazonEvents.message(
                "event", "metadata", "{" + usage + ",\"metrics\":{\"latencyMs\":12}}")),
        AmazonEvents.message(
            "exception", "internalServerException", "{\"message\":\"" + FELL + "\"}"));
  }

  private static Served generateContent() {
    String piece =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"%s\"}],\"role\":\"model\"}%s,\"index\":0}]%s,"
            + "\"modelVersion\":\"gemini-real\",\"responseId\":\"g-1\"}";
    String usage =
        ",\"usageMetadata\":{\"promptTokenCount\":12,\"candidatesTokenCount\":7,\"totalTokenCount\":19}";
    String stop = ",\"finishReason\":\"STOP\"";
    return sse(
        Operation.GENERATE_CONTENT,
        "enerateContent",
        piece.formatted("Hello there!", stop, usage),
        2,
        "{\"error\":{\"code\":500,\"message\":\"" + FELL + "\",\"status\":\"INTERNAL\"}}",
        piece.formatted("Hello", "", ""),
        piece.formatted(" there!", "", ""),
        piece.formatted("!", stop, usage));
  }

  private static Served cohere() {
    String usage =
        "\"usage\":{\"billed_units\":{\"input_tokens\":12,\"output_tokens\":7},"
            + "\"tokens\":{\"input_tokens\":12,\"output_tokens\":7}}";
    String content = ",\"index\":0,\"delta\":{\"message\":{\"content\":{%s\"text\":\"%s\"}}}";
    return sse(
        Operation.COHERE_CHAT,
        "/v2/chat",
        "{\"id\":\"co-1\",\"finish_reason\":\"COMPLETE\",\"message\":{\"role\":\"assistant\","
            + "\"content\":[{\"type\":\"text\",\"text\":\"Hello there!\"}]},"
            + usage
            + "}",
        4,
        typed("message-end", ",\"delta\":{\"finish_reason\":\"ERROR\",\"error\":\"" + FELL + "\"}"),
        typed(
            "message-start",
            ",\"id\":\"co-1\",\"delta\":{\"message\":{\"role\":\"assistant\",\"content\":[]}}"),
        typed("content-start", content.formatted("\"type\":\"text\",", "")),
        typed("content-delta", content.formatted("", "Hello")),
        typed("content-delta", content.formatted("", " there!")),
        typed("content-end", ",\"index\":0"),
        typed("message-end", ",\"delta\":{\"finish_reason\":\"COMPLETE\"," + usage + "}"));
  }

  /**
   * @param said the member with what it says
   */
  private static Served ollama(Operation operation, String place, String said) {
    String line = "{\"model\":\"real\",\"created_at\":\"2025-11-01T10:00:00.1Z\"," + said;
    String end =
        ",\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":12,\"eval_count\":7}";
    String more = ",\"done\":false}\n";
    return new Served(
        operation,
        place,
        Buffer.buffer(line.formatted("Hello there!") + end),
        LINES,
        buffers(List.of(line.formatted("Hello") + more, line.formatted(" there!") + more)),
        buffers(List.of(line.formatted("") + end + "\n")),
        Buffer.buffer("{\"error\":\"" + FELL + "\"}\n"));
  }

  /** The whole stream. */
  List<Buffer> pieces() {
    List<Buffer> all = new ArrayList<>(opening);
    all.addAll(rest);
    return all;
  }

  /** Whether an answer comes in pieces here. */
  boolean streams() {
    return !opening.isEmpty();
  }
}
