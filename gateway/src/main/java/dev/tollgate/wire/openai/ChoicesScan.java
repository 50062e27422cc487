package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Walks the {@code choices} of a reply or chunk: notes their edits, gathers their text. For one
 * reply and one thread.
 */
final class ChoicesScan {
  private static final byte[] STOP = "\"stop\"".getBytes(UTF_8);
  private static final byte[] REASONING_CONTENT = "\"reasoning_content\"".getBytes(UTF_8);

  private final boolean mapsReasons;
  private final boolean renamesReasoning;
  private final boolean completesReasons;
  private final @Nullable RawText text;
  private int count;
  private int reasons;
  private boolean content;

  /**
   * @param completesReasons whether a null finish reason becomes {@code stop}, as in whole replies
   * @param text takes the text, null for none
   */
  ChoicesScan(Set<String> quirks, boolean completesReasons, @Nullable RawText text) {
    this.mapsReasons = quirks.contains(Quirk.FINISH_REASON_MAP);
    this.renamesReasoning = quirks.contains(Quirk.REASONING_FIELD);
    this.completesReasons = completesReasons;
    this.text = text;
  }

  /** Choices in the array read last. */
  int count() {
    return count;
  }

  /** Finish reasons seen in all arrays read. */
  int reasons() {
    return reasons;
  }

  boolean sawContent() {
    return content;
  }

  /** Reads the array whose opening bracket is the current token, to its closing one. */
  void read(JsonScan scan, Splice splice) {
    count = 0;
    for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
      count++;
      if (item == JsonToken.START_OBJECT) {
        readChoice(scan, splice);
      } else {
        scan.skip();
      }
    }
  }

  private void readChoice(JsonScan scan, Splice splice) {
    int index = 0;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "finish_reason" -> readReason(scan, splice, value);
        case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? index(scan) : 0;
        case "delta" -> readMessage(scan, splice, value, index > 0);
        case "message" -> readMessage(scan, splice, value, false);
        case "text" -> gather(scan, value);
        default -> scan.skip();
      }
    }
  }

  private void readReason(JsonScan scan, Splice splice, JsonToken value) {
    if (value == JsonToken.VALUE_NULL && completesReasons) {
      int from = scan.start();
      splice.replace(from, from + "null".length(), STOP);
    } else if (value == JsonToken.VALUE_STRING) {
      reasons++;
      if (mapsReasons) {
        String reason = scan.text();
        String shown = Quirk.finishReason(reason);
        if (!shown.equals(reason)) {
          int from = scan.start();
          splice.replace(from, scan.stringEnd(from), JsonText.quote(shown));
        }
      }
    } else {
      scan.skip();
    }
  }

  private static int index(JsonScan scan) {
    return scan.parser().getValueAsInt(0);
  }

  /**
   * @param further whether it is of another choice than the first: LiteLLM tells the role of that
   *     one only
   */
  private void readMessage(JsonScan scan, Splice splice, JsonToken message, boolean further) {
    if (message != JsonToken.START_OBJECT) {
      scan.skip();
      return;
    }
    int reasoning = -1;
    boolean kept = false;
    String name = scan.nextName();
    while (name != null) {
      int key = renamesReasoning || further ? scan.start() : -1;
      boolean cut = further && name.equals("role") && reasoning < 0; // edits go forwards
      JsonToken value = scan.next();
      switch (name) {
        case "content", "refusal" -> gather(scan, value);
        case "reasoning" -> {
          reasoning = key;
          gather(scan, value);
        }
        case "reasoning_content" -> {
          // The provider has both; renaming would make two of a kind.
          reasoning = Integer.MAX_VALUE;
          gather(scan, value);
        }
        case "tool_calls", "function_call" -> gatherCalls(scan, value);
        default -> scan.skip();
      }
      name = scan.nextName();
      if (cut) {
        scan.cut(splice, key, kept, name != null);
      } else {
        kept = true;
      }
    }
    if (renamesReasoning && reasoning >= 0 && reasoning != Integer.MAX_VALUE) {
      splice.replace(reasoning, scan.stringEnd(reasoning), REASONING_CONTENT);
    }
  }

  private void gather(JsonScan scan, JsonToken value) {
    if (value == JsonToken.VALUE_STRING) {
      if (text != null) {
        int from = scan.start();
        int end = scan.stringEnd(from);
        content |= end - from > 2;
        text.add(scan.source(), from, end);
      }
    } else {
      scan.skip();
    }
  }

  /** The names and arguments of calls, which providers bill as output too. */
  private void gatherCalls(JsonScan scan, JsonToken value) {
    if (!value.isStructStart() || text == null) {
      scan.skip();
      return;
    }
    int depth = 1;
    while (depth > 0) {
      JsonToken token = scan.next();
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING) {
        String name = scan.parser().currentName();
        if ("arguments".equals(name) || "name".equals(name)) {
          gather(scan, token);
        }
      }
    }
  }
}
