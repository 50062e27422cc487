package dev.tollgate.wire.gemini;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Request.Span;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.openai.RawText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * Reads along in an answer, or a piece of one, that goes to its client as it is: usage, finish
 * reasons and the text for counting. For one reply and one thread.
 */
final class PieceScan {
  private final String provider;
  private final RawText text = new RawText();
  private @Nullable String id;
  private @Nullable Usage usage;
  private @Nullable Failure failure;
  private int finishes;
  private int candidates;
  private boolean blocked;
  private boolean content;
  private long searches;

  PieceScan(String provider) {
    this.provider = provider;
  }

  /**
   * Reads an answer, or the list of its pieces that Google sends where no events were asked for.
   *
   * @return whether it is a JSON object, or a list of them
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  boolean readAll(byte[] body) {
    List<Span> pieces = new ArrayList<>();
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      if (scan.next() != JsonToken.START_ARRAY) {
        return read(body, 0, body.length);
      }
      JsonToken item = scan.next();
      while (item != JsonToken.END_ARRAY) {
        int from = scan.start();
        scan.skip();
        item = scan.next();
        pieces.add(new Span(from, scan.valueEndBefore(scan.start())));
      }
    }
    boolean objects = !pieces.isEmpty();
    for (Span piece : pieces) {
      objects &= read(body, piece.from(), piece.to());
    }
    return objects;
  }

  /**
   * Reads a piece.
   *
   * @return whether it is a JSON object
   * @throws tools.jackson.core.JacksonException if it is not JSON
   */
  boolean read(byte[] buffer, int from, int to) {
    int metadataFrom = -1;
    int metadataTo = -1;
    try (JsonScan scan = JsonScan.of(buffer, from, to)) {
      if (scan.next() != JsonToken.START_OBJECT) {
        return false;
      }
      String name = scan.nextName();
      while (name != null) {
        JsonToken value = scan.next();
        int begin = scan.start();
        switch (name) {
          case "responseId" -> id = value == JsonToken.VALUE_STRING ? scan.text() : id;
          case "candidates" -> readCandidates(scan, value);
          case "promptFeedback" -> readFeedback(scan, value);
          default -> scan.skip();
        }
        String next = scan.nextName();
        int end = scan.valueEndBefore(scan.start());
        if (name.equals("usageMetadata") && value == JsonToken.START_OBJECT) {
          metadataFrom = begin;
          metadataTo = end;
        } else if (name.equals("error") && value == JsonToken.START_OBJECT) {
          failure =
              GeminiRefusal.ofEvent(
                  provider, JsonTree.read(Arrays.copyOfRange(buffer, begin, end)));
        }
        name = next;
      }
      scan.next();
    }
    if (metadataFrom >= 0) {
      byte[] metadata = Arrays.copyOfRange(buffer, metadataFrom, metadataTo);
      Usage seen = UsageMetadata.read(JsonTree.read(metadata), searches);
      usage = seen == null ? usage : seen.after(usage);
    }
    return true;
  }

  private void readFeedback(JsonScan scan, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      scan.skip();
      return;
    }
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      blocked |= scan.next() == JsonToken.VALUE_STRING && name.equals("blockReason");
      scan.skip();
    }
  }

  private void readCandidates(JsonScan scan, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      scan.skip();
      return;
    }
    for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
      candidates++;
      if (item == JsonToken.START_OBJECT) {
        readCandidate(scan);
      } else {
        scan.skip();
      }
    }
  }

  private void readCandidate(JsonScan scan) {
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken value = scan.next();
      switch (name) {
        case "finishReason" -> finishes += value == JsonToken.VALUE_STRING ? 1 : 0;
        case "content" -> gather(scan, value);
        case "groundingMetadata" -> readGrounding(scan, value);
        default -> scan.skip();
      }
    }
  }

  private void readGrounding(JsonScan scan, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      scan.skip();
      return;
    }
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken member = scan.next();
      if (member == JsonToken.START_ARRAY && name.equals("webSearchQueries")) {
        int found = 0;
        while (scan.next() != JsonToken.END_ARRAY) {
          found++;
          scan.skip();
        }
        searches = Math.max(searches, found);
      } else {
        scan.skip();
      }
    }
  }

  /** Text, and the names and arguments of calls, which are billed as output too. */
  private void gather(JsonScan scan, JsonToken value) {
    if (!value.isStructStart()) {
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
        int from = scan.start();
        String name = scan.parser().currentName();
        if (!isSilent(name)) {
          int end = scan.stringEnd(from);
          content |= end - from > 2;
          text.add(scan.source(), from, end);
        }
      }
    }
  }

  private static boolean isSilent(@Nullable String name) {
    return name != null
        && switch (name) {
          case "role", "data", "mimeType", "fileUri", "thoughtSignature", "id" -> true;
          default -> false;
        };
  }

  @Nullable String id() {
    return id;
  }

  @Nullable Usage usage() {
    return usage;
  }

  @Nullable Failure failure() {
    return failure;
  }

  /** Whether there was an answer, or word that there will be none. */
  boolean answered() {
    return candidates > 0 || blocked;
  }

  /** Whether that many answers have ended. */
  boolean finished(int choices) {
    return blocked || finishes >= choices;
  }

  boolean sawContent() {
    return content;
  }

  TextSample outputText() {
    return text.sample();
  }
}
