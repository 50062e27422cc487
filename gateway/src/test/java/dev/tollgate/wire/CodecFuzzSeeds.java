package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.text;

import dev.tollgate.model.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * What the fuzzer starts from: for each way a request, a reply, a stream and an error that is one.
 */
public final class CodecFuzzSeeds {
  private static final String TOOL =
      "{\"name\":\"f\",\"description\":\"d\",\"parameters\":{\"type\":\"object\",\"properties\":{}}}";

  @SuppressWarnings("StringConcatToTextBlock") // its lines end as forms have them
  private static final String FORM =
      "--b\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--b\r\n"
          + "Content-Disposition: form-data; name=\"%s\"; filename=\"a.png\"\r\n"
          + "Content-Type: image/png\r\n\r\nPNG\r\n--b\r\n"
          + "Content-Disposition: form-data; name=\"prompt\"\r\n\r\nx\r\n--b--\r\n";

  private CodecFuzzSeeds() {}

  /** Writes a file for each seed into a folder. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    int number = 0;
    for (byte[] seed : all()) {
      Files.write(folder.resolve("seed-" + number++), seed);
    }
  }

  static List<byte[]> all() {
    List<byte[]> seeds = new ArrayList<>();
    for (int i = 0; i < CodecFuzz.WAYS.size(); i++) {
      CodecFuzz.Way way = CodecFuzz.WAYS.get(i);
      for (byte[] request : requests(way.asked())) {
        for (int deployment = 0; deployment < 3; deployment++) {
          seeds.add(CodecFuzz.input(CodecFuzz.Reader.REQUEST, i, deployment, request));
        }
      }
      seeds.add(CodecFuzz.input(CodecFuzz.Reader.REPLY, i, 0, bytes(reply(way.served()))));
      seeds.add(CodecFuzz.input(CodecFuzz.Reader.STREAM, i, 6, stream(way.served())));
      seeds.add(CodecFuzz.input(CodecFuzz.Reader.FAILURE, i, 29, bytes(error(way.served()))));
    }
    return seeds;
  }

  static List<byte[]> requests(Operation operation) {
    List<String> bodies =
        switch (operation) {
          case CHAT ->
              List.of(
                  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
                  "{\"model\":\"m\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"n\":1,"
                      + "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"s\","
                      + "\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#/$defs/x\"}},"
                      + "\"$defs\":{\"x\":{\"type\":\"string\"}}}}},\"reasoning_effort\":\"low\",\"stop\":[\"x\"],"
                      + "\"messages\":[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"s\"}]},"
                      + "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":"
                      + "{\"url\":\"data:image/png;base64,aGk=\"}}]},{\"role\":\"assistant\",\"content\":null,"
                      + "\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"Z2VtaW5pOnE=\"}],"
                      + "\"tool_calls\":[{\"id\":\"c__thought__YQ\",\"type\":\"function\",\"function\":"
                      + "{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\",\"tool_call_id\":"
                      + "\"c__thought__YQ\",\"content\":\"r\"}],\"tools\":[{\"type\":\"function\",\"function\":"
                      + TOOL
                      + "}],\"tool_choice\":\"auto\",\"parallel_tool_calls\":true}");
          case COMPLETION -> List.of("{\"model\":\"m\",\"prompt\":\"q\",\"stream\":true}");
          case RESPONSES, RESPONSE_COMPACT, RESPONSE_INPUT_TOKENS ->
              List.of(
                  "{\"model\":\"m\",\"input\":\"q\"}",
                  "{\"model\":\"m\",\"stream\":true,\"instructions\":\"s\",\"input\":[{\"role\":\"user\","
                      + "\"content\":[{\"type\":\"input_text\",\"text\":\"q\"},{\"type\":\"input_image\","
                      + "\"image_url\":\"https://e.com/a.png\"}]},{\"type\":\"reasoning\",\"summary\":[],"
                      + "\"encrypted_content\":\"[{\\\"thinking\\\":\\\"t\\\",\\\"signature\\\":\\\"s\\\"}]\"},"
                      + "{\"type\":\"function_call\",\"call_id\":\"c\",\"name\":\"f\",\"arguments\":\"{}\"},"
                      + "{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"r\"}],"
                      + "\"text\":{\"format\":{\"type\":\"json_object\"}},\"reasoning\":{\"effort\":\"low\"}}");
          case MESSAGES, COUNT_TOKENS, INVOKE ->
              List.of(
                  "{\"model\":\"m\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
                  "{\"model\":\"m\",\"max_tokens\":9,\"stream\":true,\"system\":[{\"type\":\"text\",\"text\":\"s\"}],"
                      + "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024},\"messages\":[{\"role\":\"user\","
                      + "\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
                      + "\"data\":\"aGk=\"}}]},{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":"
                      + "\"t\",\"signature\":\"s\"},{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\",\"input\":{}}]},"
                      + "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"c\",\"content\":"
                      + "[{\"type\":\"text\",\"text\":\"r\"}],\"is_error\":true}]}],\"tools\":[{\"name\":\"f\","
                      + "\"input_schema\":{\"type\":\"object\"}}],\"tool_choice\":{\"type\":\"any\"}}");
          case GENERATE_CONTENT, GEMINI_COUNT ->
              List.of(
                  "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"q\"}]}]}",
                  "{\"contents\":[{\"role\":\"user\",\"parts\":[{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":"
                      + "\"aGk=\"}}]},{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}},"
                      + "\"thoughtSignature\":\"YQ==\"}]},{\"role\":\"user\",\"parts\":[{\"functionResponse\":"
                      + "{\"name\":\"f\",\"response\":{\"error\":\"no\"}}}]}],\"systemInstruction\":{\"parts\":"
                      + "[{\"text\":\"s\"}]},\"tools\":[{\"functionDeclarations\":["
                      + TOOL
                      + "]}],\"generationConfig\":{\"topK\":3,\"thinkingConfig\":{\"thinkingBudget\":5},"
                      + "\"responseMimeType\":\"application/json\",\"responseSchema\":{\"type\":\"OBJECT\"}}}");
          case CONVERSE ->
              List.of(
                  "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"q\"}]}]}",
                  "{\"system\":[{\"text\":\"s\"}],\"messages\":[{\"role\":\"user\",\"content\":[{\"image\":"
                      + "{\"format\":\"png\",\"source\":{\"bytes\":\"aGk=\"}}}]},{\"role\":\"assistant\",\"content\":"
                      + "[{\"reasoningContent\":{\"reasoningText\":{\"text\":\"t\",\"signature\":\"s\"}}},{\"toolUse\":"
                      + "{\"toolUseId\":\"c\",\"name\":\"f\",\"input\":{}}}]},{\"role\":\"user\",\"content\":"
                      + "[{\"toolResult\":{\"toolUseId\":\"c\",\"content\":[{\"json\":{}}],\"status\":\"error\"}}]}],"
                      + "\"inferenceConfig\":{\"maxTokens\":5},\"toolConfig\":{\"tools\":[{\"toolSpec\":{\"name\":\"f\","
                      + "\"inputSchema\":{\"json\":{}}}}]}}");
          case COHERE_CHAT ->
              List.of(
                  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
                  "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\","
                      + "\"text\":\"q\"}]},{\"role\":\"assistant\",\"tool_plan\":\"p\",\"tool_calls\":[{\"id\":\"c\","
                      + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},{\"role\":\"tool\","
                      + "\"tool_call_id\":\"c\",\"content\":[{\"type\":\"document\",\"document\":{\"data\":\"r\"}}]}],"
                      + "\"k\":3,\"thinking\":{\"type\":\"enabled\"},\"response_format\":{\"type\":\"json_object\"}}");
          case GEMINI_EMBED ->
              List.of("{\"requests\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}");
          case GEMINI_EMBED_ONE -> List.of("{\"content\":{\"parts\":[{\"text\":\"a\"}]}}");
          case EMBEDDING, COHERE_EMBED ->
              List.of(
                  "{\"model\":\"m\",\"input\":[\"a\",\"b\"],\"texts\":[\"a\"],\"input_type\":\"search_query\","
                      + "\"encoding_format\":\"base64\",\"dimensions\":3}");
          case RERANK -> List.of("{\"model\":\"m\",\"query\":\"q\",\"documents\":[\"a\"]}");
          case IMAGE_EDIT, IMAGE_VARIATION -> List.of(FORM.formatted("image"));
          case TRANSCRIPTION, TRANSLATION -> List.of(FORM.formatted("file"));
          default -> List.of("{\"model\":\"m\",\"input\":\"q\",\"prompt\":\"q\",\"voice\":\"v\"}");
        };
    return bodies.stream().map(Samples::bytes).toList();
  }

  static String reply(Operation served) {
    return switch (served) {
      case RESPONSES, RESPONSE_COMPACT ->
          "{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"completed\",\"model\":\"m\",\"output\":["
              + "{\"type\":\"reasoning\",\"id\":\"rs\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"t\"}],"
              + "\"encrypted_content\":\"e\"},{\"type\":\"message\",\"id\":\"msg\",\"role\":\"assistant\",\"content\":"
              + "[{\"type\":\"output_text\",\"text\":\"a\",\"annotations\":[]}]},{\"type\":\"function_call\",\"call_id\":"
              + "\"c\",\"name\":\"f\",\"arguments\":\"{}\"}],\"usage\":{\"input_tokens\":1,\"output_tokens\":2,"
              + "\"input_tokens_details\":{\"cached_tokens\":1},\"total_tokens\":3}}";
      case MESSAGES, INVOKE ->
          "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"m\",\"content\":["
              + "{\"type\":\"thinking\",\"thinking\":\"t\",\"signature\":\"s\"},{\"type\":\"text\",\"text\":\"a\","
              + "\"citations\":[{\"type\":\"char_location\"}]},{\"type\":\"tool_use\",\"id\":\"c\",\"name\":\"f\","
              + "\"input\":{\"a\":1}}],\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":1,"
              + "\"output_tokens\":2,\"cache_read_input_tokens\":1}}";
      case GENERATE_CONTENT ->
          "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"t\",\"thought\":true},{\"text\":\"a\","
              + "\"thoughtSignature\":\"YQ==\"},{\"functionCall\":{\"name\":\"f\",\"args\":{\"a\":1}},"
              + "\"thoughtSignature\":\"Yg==\"}],\"role\":\"model\"},\"finishReason\":\"STOP\",\"index\":0,"
              + "\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"u\",\"title\":\"t\"}}],"
              + "\"groundingSupports\":[{\"segment\":{\"startIndex\":0,\"endIndex\":1},"
              + "\"groundingChunkIndices\":[0]}]}}],\"usageMetadata\":{\"promptTokenCount\":1,"
              + "\"candidatesTokenCount\":2,\"thoughtsTokenCount\":1},\"responseId\":\"r\"}";
      case CONVERSE ->
          "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":[{\"reasoningContent\":{\"reasoningText\":"
              + "{\"text\":\"t\",\"signature\":\"s\"}}},{\"text\":\"a\"},{\"toolUse\":{\"toolUseId\":\"c\",\"name\":"
              + "\"f\",\"input\":{}}}]}},\"stopReason\":\"tool_use\",\"usage\":{\"inputTokens\":1,"
              + "\"outputTokens\":2,\"totalTokens\":3},\"metrics\":{\"latencyMs\":1}}";
      case COHERE_CHAT ->
          "{\"id\":\"r\",\"message\":{\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"t\"},"
              + "{\"type\":\"text\",\"text\":\"a\"}],\"tool_plan\":\"p\",\"tool_calls\":[{\"id\":\"c\",\"type\":"
              + "\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}],\"citations\":[{\"start\":0,"
              + "\"end\":1,\"text\":\"a\",\"sources\":[{\"type\":\"document\",\"document\":{\"url\":\"u\"}}]}]},"
              + "\"finish_reason\":\"TOOL_CALL\",\"usage\":{\"tokens\":{\"input_tokens\":1,\"output_tokens\":2}}}";
      case OLLAMA_CHAT, OLLAMA_GENERATE ->
          "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"thinking\":\"t\",\"tool_calls\":"
              + "[{\"function\":{\"name\":\"f\",\"arguments\":{}}}]},\"response\":\"a\",\"done\":true,"
              + "\"done_reason\":\"stop\",\"prompt_eval_count\":1,\"eval_count\":2}";
      case EMBEDDING, COHERE_EMBED, OLLAMA_EMBED, GEMINI_EMBED, BEDROCK_EMBED ->
          "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,1]}],"
              + "\"embeddings\":{\"float\":[[0.5,1]]},\"embedding\":[0.5],\"usage\":{\"prompt_tokens\":1}}";
      default ->
          "{\"id\":\"r\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{\"index\":0,\"text\":\"a\","
              + "\"message\":{\"role\":\"assistant\",\"content\":\"a\",\"reasoning_content\":\"t\",\"tool_calls\":"
              + "[{\"id\":\"c\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},"
              + "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-1}]},\"finish_reason\":\"stop\"}],"
              + "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2,\"prompt_tokens_details\":"
              + "{\"cached_tokens\":1}},\"results\":[{\"index\":0,\"relevance_score\":0.5}],\"data\":[]}";
    };
  }

  static byte[] stream(Operation served) {
    return switch (served) {
      case RESPONSES ->
          events(
              "{\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"status\":\"in_progress\"}}",
              "{\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\",\"id\":\"msg\"}}",
              "{\"type\":\"response.output_text.delta\",\"delta\":\"a\"}",
              "{\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"id\":\"msg\"}}",
              "{\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\","
                  + "\"output\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":2}}}");
      case MESSAGES ->
          events(
              "{\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"usage\":{\"input_tokens\":1}}}",
              "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\"}}",
              "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\","
                  + "\"signature\":\"s\"}}",
              "{\"type\":\"content_block_stop\",\"index\":0}",
              "{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"c\","
                  + "\"name\":\"f\",\"input\":{}}}",
              "{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\","
                  + "\"partial_json\":\"{}\"}}",
              "{\"type\":\"content_block_stop\",\"index\":1}",
              "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"},\"usage\":"
                  + "{\"output_tokens\":2}}",
              "{\"type\":\"message_stop\"}");
      case GENERATE_CONTENT -> events(reply(served));
      case CONVERSE ->
          bytes(
              "messageStart {\"role\":\"assistant\"}\n"
                  + "contentBlockDelta {\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":"
                  + "{\"signature\":\"s\"}}}\ncontentBlockStop {\"contentBlockIndex\":0}\n"
                  + "contentBlockStart {\"contentBlockIndex\":1,\"start\":{\"toolUse\":"
                  + "{\"toolUseId\":\"c\",\"name\":\"f\"}}}\n"
                  + "contentBlockDelta {\"contentBlockIndex\":1,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}\n"
                  + "contentBlockStop {\"contentBlockIndex\":1}\nmessageStop {\"stopReason\":\"tool_use\"}\n"
                  + "metadata {\"usage\":{\"inputTokens\":1,\"outputTokens\":2}}");
      case INVOKE -> {
        StringBuilder lines = new StringBuilder();
        for (String event : text(stream(Operation.MESSAGES)).split("data: |\\n\\n", -1)) {
          if (!event.isEmpty()) {
            lines.append("chunk {\"bytes\":\"");
            lines.append(Base64.getEncoder().encodeToString(bytes(event))).append("\"}\n");
          }
        }
        yield bytes(lines.toString());
      }
      case COHERE_CHAT ->
          events(
              "{\"type\":\"message-start\",\"id\":\"r\",\"delta\":{\"message\":{\"role\":\"assistant\"}}}",
              "{\"type\":\"content-start\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"type\":\"text\","
                  + "\"text\":\"\"}}}}",
              "{\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"a\"}}}}",
              "{\"type\":\"content-end\",\"index\":0}",
              "{\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":{\"tokens\":"
                  + "{\"input_tokens\":1,\"output_tokens\":2}}}}");
      case OLLAMA_CHAT, OLLAMA_GENERATE ->
          bytes(
              "{\"message\":{\"content\":\"a\"},\"response\":\"a\",\"done\":false}\n"
                  + reply(served)
                  + "\n");
      default ->
          events(
              "{\"id\":\"r\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\","
                  + "\"content\":\"a\"}}]}",
              "{\"id\":\"r\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\","
                  + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
              "{\"id\":\"r\",\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}",
              "[DONE]");
    };
  }

  private static byte[] events(String... events) {
    StringBuilder stream = new StringBuilder();
    for (String event : events) {
      stream.append("data: ").append(event).append("\n\n");
    }
    return bytes(stream.toString());
  }

  static String error(Operation served) {
    return switch (served) {
      case GENERATE_CONTENT ->
          "{\"error\":{\"code\":429,\"message\":\"m\",\"status\":\"RESOURCE_EXHAUSTED\",\"details\":"
              + "[{\"retryDelay\":\"7s\"}]}}";
      case MESSAGES, INVOKE ->
          "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"m\"}}";
      case CONVERSE -> "{\"message\":\"m\",\"__type\":\"ThrottlingException\"}";
      case OLLAMA_CHAT, OLLAMA_GENERATE -> "{\"error\":\"m\"}";
      default ->
          "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"x\"}}";
    };
  }
}
