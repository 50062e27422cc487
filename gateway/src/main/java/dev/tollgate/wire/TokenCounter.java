package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.openai.RequestReader;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Counts tokens where the provider sends no figures, with OpenAI's o200k encoding. Thread-safe. An
 * estimate: other models' encodings differ by some ten per cent, and images and audio count as
 * nothing.
 *
 * <p>The encoding is loaded at the first count, which takes some tenths of a second: {@link #load}
 * at start if that may not happen on an event loop.
 */
public final class TokenCounter {
  /** Text beyond this is counted by the ratio found within it. */
  static final int TEXT_MAX = 32 << 10;

  /** What a message costs beside its text: its role and the marks around it. */
  private static final int TOKENS_PER_MESSAGE = 4;

  private static final int TOKENS_BEFORE_REPLY = 3;

  private static final int BYTES_PER_TOKEN = 3;
  private static final int TOKENS_OF_FRAME = 16;

  private TokenCounter() {}

  /** Loads late and once: the holder idiom. */
  private static final class Holder {
    static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
  }

  /** Loads the encoding now. */
  public static void load() {
    Holder.ENCODING.countTokensOrdinary("load");
  }

  /**
   * Tokens of a request and of the text it brought.
   *
   * @param outputText of the generated text
   */
  public static Usage count(Request request, TextSample outputText) {
    long output =
        !request.operation().writesText() ? 0 : tokens(new String(outputText.beginning(), UTF_8));
    int sampled = outputText.beginning().length;
    if (outputText.bytes() > sampled && sampled > 0) {
      output = output * outputText.bytes() / sampled;
    }
    return Usage.counted(new InputText(request).tokens(), output);
  }

  /**
   * Tokens of a prompt alone, with the three that begin the answer to messages, as LiteLLM counts
   * them.
   */
  public static long prompt(Request request) {
    InputText input = new InputText(request);
    return input.tokens() + (input.messages > 0 ? TOKENS_BEFORE_REPLY : 0);
  }

  /**
   * The same of a body whose members are called as those of any dialect.
   *
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} if it is no JSON object
   */
  public static long prompt(byte[] body) {
    return prompt(RequestReader.read(Operation.GEMINI_COUNT, body));
  }

  /**
   * A quick estimate of a request's input tokens, on the high side: a third of the bytes of what a
   * model reads (messages, input, prompt, instructions, tools) and a little. English prose has over
   * four bytes a token, code and JSON about three and a half, Chinese about three; dense digits or
   * random letters can have fewer than three, and images and audio within the body count by their
   * base64, far more than a provider charges.
   */
  public static long estimateInput(Request request) {
    long bytes = 0;
    for (Member member : request.members()) {
      if (isInput(member.name())) {
        bytes += member.value().to() - member.value().from();
      }
    }
    return bytes / BYTES_PER_TOKEN + TOKENS_OF_FRAME;
  }

  private static boolean isInput(String name) {
    return switch (name) {
      case "messages",
          "system",
          "input",
          "prompt",
          "instructions",
          "tools",
          "toolConfig",
          "functions",
          "query",
          "documents",
          "texts",
          "contents",
          "content",
          "requests",
          "generateContentRequest",
          "systemInstruction",
          "system_instruction" ->
          true;
      default -> false;
    };
  }

  private static long tokens(String text) {
    return text.isEmpty() ? 0 : Holder.ENCODING.countTokensOrdinary(text);
  }

  /** Gathers the text of a request's input. */
  private static final class InputText {
    private final StringBuilder text = new StringBuilder();
    private long allChars;
    private long messages;
    private long tokenIds;

    InputText(Request request) {
      for (Member member : request.members()) {
        if (isInput(member.name()) && !member.isNull()) {
          add(request.body(), member);
        }
      }
    }

    long tokens() {
      long counted = TokenCounter.tokens(text.toString());
      if (allChars > text.length() && text.length() > 0) {
        counted = counted * allChars / text.length();
      }
      return counted + tokenIds + messages * TOKENS_PER_MESSAGE;
    }

    private void add(byte[] body, Member member) {
      boolean isMessages = member.name().equals("messages") || member.name().equals("contents");
      boolean isIds = member.name().equals("input") || member.name().equals("prompt");
      try (JsonScan scan = JsonScan.of(body, member.value().from(), member.value().to())) {
        int depth = 0;
        for (JsonToken token = scan.next(); token != null; token = scan.next()) {
          if (token.isStructStart()) {
            messages += isMessages && depth == 1 ? 1 : 0;
            depth++;
          } else if (token.isStructEnd()) {
            depth--;
          } else if (token == JsonToken.VALUE_STRING) {
            addText(scan.parser());
          } else if (token == JsonToken.VALUE_NUMBER_INT && isIds) {
            tokenIds++;
          }
        }
      } catch (JacksonException badEscape) {
        // The structure was checked when the body was read; what was gathered so far counts.
        return;
      }
    }

    private void addText(JsonParser parser) {
      if (isSilent(parser.currentName())) {
        return;
      }
      int length = parser.getStringLength();
      allChars += length;
      int room = TEXT_MAX - text.length();
      if (room > 0) {
        text.append(parser.getStringCharacters(), parser.getStringOffset(), Math.min(length, room));
      }
    }

    /** Members whose strings are no text: kinds, ids, and data that is not tokenized as text. */
    private static boolean isSilent(@Nullable String name) {
      return name != null
          && switch (name) {
            case "role",
                "model",
                "taskType",
                "type",
                "id",
                "tool_call_id",
                "call_id",
                "url",
                "image_url",
                "data",
                "file_data",
                "file_id",
                "detail",
                "format",
                "encrypted_content",
                "signature",
                "thoughtSignature",
                "mimeType",
                "fileUri" ->
                true;
            default -> false;
          };
    }
  }
}
