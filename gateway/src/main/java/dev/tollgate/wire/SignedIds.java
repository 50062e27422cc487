package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.openai.Quirk;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ids of calls that carry the call's signature. Gemini wants it back with the call, and only its
 * own clients have a place for it; an id comes back from every client, unchanged. So it stands
 * behind the id, after LiteLLM's mark, in characters that all clients take in an id: base64 for
 * addresses, without padding. No provider sees it there.
 */
public final class SignedIds {
  private static final String MARK = "__thought__";
  private static final byte[] MARK_BYTES = MARK.getBytes(US_ASCII);

  private static final VarHandle EIGHT_BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = ONES << 7;

  /** From the mark's first pair of underscores to its second. */
  private static final int BETWEEN_PAIRS = MARK_BYTES.length - 2;

  /** Characters of a signature that an id may carry; a longer one is left out. */
  private static final int SIGNATURE_MAX = 32 << 10;

  private static final int ID_MAX = 256;

  private static final List<byte[]> MEMBERS =
      List.of(
          "\"id\"".getBytes(US_ASCII),
          "\"call_id\"".getBytes(US_ASCII),
          "\"tool_call_id\"".getBytes(US_ASCII),
          "\"tool_use_id\"".getBytes(US_ASCII),
          "\"toolUseId\"".getBytes(US_ASCII));

  private SignedIds() {}

  /** The id without what it carries. */
  public static String bare(String id) {
    int at = id.indexOf(MARK);
    return at <= 0 || at + MARK.length() == id.length() ? id : id.substring(0, at);
  }

  /** The signature that an id carries, in Google's form; null if it carries none. */
  static @Nullable String signature(String id) {
    int at = id.indexOf(MARK);
    if (at <= 0 || at + MARK.length() == id.length()) {
      return null;
    }
    String text = id.substring(at + MARK.length()).replace('-', '+').replace('_', '/');
    return text + "=".repeat((4 - text.length() % 4) % 4);
  }

  /** A part of an answer for a client whose calls have ids and no signatures. */
  static Part sign(Part part) {
    if (!(part instanceof Part.ToolCall call) || call.signature() == null) {
      return part;
    }
    String id = sign(call.id(), call.signature());
    return new Part.ToolCall(
        id, call.name(), call.arguments(), call.signature(), call.cacheControl());
  }

  private static String sign(String id, String signature) {
    if (id.isEmpty() || id.contains(MARK) || signature.length() > SIGNATURE_MAX) {
      return id;
    }
    String text = signature.replace('+', '-').replace('/', '_').replace("=", "");
    String signed = id + MARK + text;
    return isBase64(signature) && signature.equals(signature(signed)) ? signed : id;
  }

  private static boolean isBase64(String signature) {
    try {
      return Base64.getDecoder().decode(signature).length > 0;
    } catch (IllegalArgumentException other) {
      return false;
    }
  }

  /** A whole answer for such a client. */
  static Reply sign(Reply reply) {
    List<Reply.Choice> choices =
        reply.choices().stream()
            .map(
                choice ->
                    new Reply.Choice(
                        choice.index(),
                        choice.parts().stream().map(SignedIds::sign).toList(),
                        choice.finish(),
                        choice.logprobs()))
            .toList();
    return new Reply(
        reply.id(), reply.model(), reply.created(), choices, reply.usage(), reply.extras());
  }

  /** What such a client sent: signatures at their calls, and ids without them. */
  static Chat read(Chat chat) {
    if (chat.messages().stream().noneMatch(SignedIds::carries)) {
      return chat;
    }
    return chat.withMessages(chat.messages().stream().map(SignedIds::read).toList());
  }

  private static boolean carries(Message message) {
    return message.parts().stream()
        .anyMatch(
            part ->
                (part instanceof Part.ToolCall call && call.id().contains(MARK))
                    || (part instanceof Part.ToolResult result && result.callId().contains(MARK)));
  }

  private static Message read(Message message) {
    List<Part> parts = message.parts().stream().map(SignedIds::read).toList();
    return new Message(message.role(), parts, message.name());
  }

  private static Part read(Part part) {
    if (part instanceof Part.ToolCall call) {
      String signature = call.signature() == null ? signature(call.id()) : call.signature();
      return new Part.ToolCall(
          bare(call.id()), call.name(), call.arguments(), signature, call.cacheControl());
    }
    return part instanceof Part.ToolResult result
        ? new Part.ToolResult(
            bare(result.callId()),
            result.name(),
            result.content(),
            result.failed(),
            result.cacheControl())
        : part;
  }

  /**
   * A body that goes through, with the ids that it has taken back to what they were: OpenAI and
   * Bedrock refuse an id of more than 64 characters. The same array if it has none, or if the
   * provider reads such ids itself.
   */
  public static byte[] bare(byte[] body, Deployment deployment) {
    int at = find(body, 0);
    if (at < 0 || deployment.rules().quirks().contains(Quirk.SIGNED_IDS)) {
      return body;
    }
    Splice splice = new Splice(body, 0, body.length);
    while (at >= 0) {
      int end = at + MARK_BYTES.length;
      while (end < body.length && isOfId(body[end])) {
        end++;
      }
      if (isIdThatEnds(body, at, end)) {
        splice.remove(at, end);
      }
      at = find(body, end);
    }
    return splice.isEmpty() ? body : splice.apply();
  }

  /**
   * Whether a string that is an id stands around the mark at {@code at} and ends at {@code end}.
   */
  private static boolean isIdThatEnds(byte[] body, int at, int end) {
    int quote = at - 1;
    while (quote > 0 && at - quote <= ID_MAX && isOfId(body[quote])) {
      quote--;
    }
    boolean whole =
        quote > 0
            && quote < at - 1
            && body[quote] == '"'
            && end > at + MARK_BYTES.length
            && end < body.length
            && body[end] == '"';
    int colon = whole ? beforeSpace(body, quote - 1) : -1;
    if (colon < 0 || body[colon] != ':') {
      return false;
    }
    int name = beforeSpace(body, colon - 1) + 1;
    return MEMBERS.stream().anyMatch(member -> endsWith(body, name, member));
  }

  private static int beforeSpace(byte[] body, int from) {
    int at = from;
    while (at >= 0
        && (body[at] == ' ' || body[at] == '\n' || body[at] == '\r' || body[at] == '\t')) {
      at--;
    }
    return at;
  }

  private static boolean endsWith(byte[] body, int end, byte[] text) {
    int from = end - text.length;
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (body[from + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** LiteLLM writes the signature as it came, so base64 of both kinds is met. */
  private static boolean isOfId(byte b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || b == '_'
        || b == '-'
        || b == '+'
        || b == '/'
        || b == '=';
  }

  /**
   * Where the mark stands next. It begins and ends with two underscores, nine bytes apart: wherever
   * it is, one of these pairs lies within eight bytes that are looked at together.
   */
  private static int find(byte[] body, int from) {
    int last = body.length - MARK_BYTES.length;
    int at = from;
    for (; at <= body.length - Long.BYTES; at += Long.BYTES) {
      if (hasPair((long) EIGHT_BYTES.get(body, at))) {
        int found =
            around(body, Math.max(from, at - BETWEEN_PAIRS), Math.min(at + Long.BYTES - 2, last));
        if (found >= 0) {
          return found;
        }
      }
    }
    return around(body, Math.max(from, at - BETWEEN_PAIRS), last);
  }

  /** Whether two of the bytes side by side are underscores; seldom said where they are not. */
  private static boolean hasPair(long eight) {
    long other = eight ^ (ONES * '_');
    long same = (other - ONES) & ~other & HIGHS;
    return (same & (same >>> Byte.SIZE)) != 0;
  }

  /** The first place from {@code first} to {@code last} where the mark begins; -1 if none does. */
  private static int around(byte[] body, int first, int last) {
    for (int at = first; at <= last; at++) {
      if (endsWith(body, at + MARK_BYTES.length, MARK_BYTES)) {
        return at;
      }
    }
    return -1;
  }
}
