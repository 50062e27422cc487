package dev.tollgate.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes that the upstream answers with, in the form of OpenAI's chat completions, and once in
 * that of Anthropic's messages. One object for each thread: the buffers are used again.
 */
final class Replies {
  private static final String WHOLE =
      """
      {"id":"chatcmpl-BenchBenchBenchBenchBench001","object":"chat.completion","created":1764000000,\
      "model":"gpt-4o-mini-2024-07-18","choices":[{"index":0,"message":{"role":"assistant",\
      "content":"The gate opens at eight. Travellers pay by the cart, and each toll is written in \
      the book before the bar is lifted, then counted too.","refusal":null,"annotations":[]},"logprobs":null,\
      "finish_reason":"stop"}],"usage":{"prompt_tokens":186,"completion_tokens":25,\
      "total_tokens":211,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0}},\
      "service_tier":"default","system_fingerprint":"fp_b3nchb3nch"}""";

  /** The same answer in another dialect. */
  private static final String MESSAGE =
      """
      {"id":"msg_BenchBenchBenchBenchBench001","type":"message","role":"assistant",\
      "model":"claude-sonnet-4-5-20250929","content":[{"type":"text",\
      "text":"The gate opens at eight. Travellers pay by the cart, and each toll is written in \
      the book before the bar is lifted, then counted too."}],"stop_reason":"end_turn",\
      "stop_sequence":null,"usage":{"input_tokens":186,"cache_creation_input_tokens":0,\
      "cache_read_input_tokens":0,"output_tokens":25,"service_tier":"standard"}}""";

  private static final String EVENT_HEAD =
      """
      data: {"id":"chatcmpl-BenchBenchBenchBenchBench002","object":"chat.completion.chunk",\
      "created":1764000000,"model":"gpt-4o-2024-08-06","service_tier":"default",\
      "system_fingerprint":"fp_b3nchb3nch",""";

  private static final String STREAM_HEAD =
      """
      HTTP/1.1 200 OK\r
      Content-Type: text/event-stream; charset=utf-8\r
      Cache-Control: no-cache\r
      Transfer-Encoding: chunked\r
      \r
      """;

  private final ByteBuffer whole;
  private final ByteBuffer message;
  private final ByteBuffer first;
  private final ByteBuffer next;
  private final ByteBuffer last;
  private final int firstMark;
  private final int nextMark;

  Replies() {
    whole = direct(json(WHOLE));
    message = direct(json(MESSAGE));
    String role = delta("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}", "null");
    String mark = new String(Marks.blank(), StandardCharsets.US_ASCII);
    String word = chunk(delta("{\"content\":\" toll " + mark + "\"}", "null"));
    first = direct(STREAM_HEAD + chunk(role) + word);
    next = direct(word);
    last = direct(chunk(delta("{}", "\"stop\"")) + chunk(usage()) + chunk("data: [DONE]\n\n"));
    firstMark = STREAM_HEAD.length() + chunk(role).length() + word.indexOf('@');
    nextMark = word.indexOf('@');
  }

  /** A whole reply, its head included. */
  ByteBuffer whole() {
    return whole.rewind();
  }

  /** A whole message, its head included. */
  ByteBuffer message() {
    return message.rewind();
  }

  private static String json(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  /** The head of a streamed reply with its first marked event. */
  ByteBuffer first(long nanos) {
    return first.put(firstMark, Marks.write(nanos)).rewind();
  }

  /** Each further marked event. */
  ByteBuffer next(long nanos) {
    return next.put(nextMark, Marks.write(nanos)).rewind();
  }

  /** What ends a streamed reply: its finish reason, its usage, {@code [DONE]}. */
  ByteBuffer last() {
    return last.rewind();
  }

  private static String delta(String delta, String finishReason) {
    return EVENT_HEAD
        + "\"choices\":[{\"index\":0,\"delta\":"
        + delta
        + ",\"logprobs\":null,\"finish_reason\":"
        + finishReason
        + "}]}\n\n";
  }

  private static String usage() {
    return EVENT_HEAD
        + "\"choices\":[],\"usage\":{\"prompt_tokens\":186,\"completion_tokens\":150,"
        + "\"total_tokens\":336}}\n\n";
  }

  private static String chunk(String event) {
    String framed = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
    return event.startsWith("data: [DONE]") ? framed + "0\r\n\r\n" : framed;
  }

  private static ByteBuffer direct(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
  }
}
