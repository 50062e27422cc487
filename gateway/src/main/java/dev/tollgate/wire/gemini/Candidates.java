package dev.tollgate.wire.gemini;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Event.Growth;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.CallIds;
import dev.tollgate.wire.Proof;
import dev.tollgate.wire.json.JsonTree;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads an answer in the pieces in which it comes; a whole answer is one piece. For one reply and
 * one thread.
 */
final class Candidates {
  /** More answers to one request than any model gives. */
  private static final int CHOICES_MAX = 128;

  private final Map<Integer, Choice> choices = new TreeMap<>();
  private boolean started;
  private String identity = "";
  private long webSearches;

  /** One answer under way. */
  private static final class Choice {
    private final int index;
    private final CharacterOffsets offsets = new CharacterOffsets();
    private int part = -1;
    private @Nullable Growth open;
    private @Nullable String signature;
    private int calls;
    private boolean finished;

    Choice(int index) {
      this.index = index;
    }
  }

  /** Hands out what a piece means. */
  void read(JsonNode piece, Consumer<Event> out) {
    start(piece, out);
    JsonNode candidates = Nodes.member(piece, "candidates");
    boolean any = false;
    if (candidates != null && candidates.isArray()) {
      for (JsonNode candidate : candidates) {
        any = true;
        readCandidate(candidate, out);
      }
    }
    if (!any && choices.isEmpty()) {
      readBlock(piece, out);
    }
    JsonNode metadata = Nodes.member(piece, "usageMetadata");
    Usage usage =
        metadata == null || !metadata.isObject() ? null : UsageMetadata.read(metadata, webSearches);
    if (usage != null) {
      out.accept(new Event.Metered(usage));
    }
  }

  private void start(JsonNode piece, Consumer<Event> out) {
    if (started) {
      return;
    }
    started = true;
    String id = Nodes.text(piece, "responseId");
    identity = id == null ? new String(JsonTree.write(piece), UTF_8) : id;
    out.accept(new Event.Started(id, Nodes.text(piece, "modelVersion"), null, Map.of()));
  }

  /** The prompt itself was refused: there is no candidate, and never will be. */
  private void readBlock(JsonNode piece, Consumer<Event> out) {
    JsonNode feedback = Nodes.member(piece, "promptFeedback");
    String reason = feedback == null ? null : Nodes.text(feedback, "blockReason");
    if (reason != null) {
      Choice blocked = new Choice(0);
      blocked.finished = true;
      choices.put(0, blocked);
      out.accept(new Event.Finished(0, new Finish(Finish.Reason.CONTENT_FILTER, null, reason)));
    }
  }

  /** Whether each answer that began has ended, and there was one. */
  boolean complete() {
    return !choices.isEmpty() && choices.values().stream().allMatch(choice -> choice.finished);
  }

  boolean isEmpty() {
    return choices.isEmpty();
  }

  private void readCandidate(JsonNode candidate, Consumer<Event> out) {
    int index = Nodes.small(candidate, "index", 0);
    if (index < 0 || index >= CHOICES_MAX) {
      return;
    }
    Choice choice = choices.computeIfAbsent(index, Choice::new);
    if (choice.finished) {
      return;
    }
    JsonNode content = Nodes.member(candidate, "content");
    if (content != null) {
      for (JsonNode part : Nodes.items(content, "parts")) {
        readPart(choice, part, out);
      }
    }
    readGrounding(choice, candidate, out);
    JsonNode logprobs = Nodes.member(candidate, "logprobsResult");
    if (logprobs != null) {
      out.accept(new Event.Logprobs(index, TokenLogprobs.read(logprobs)));
    }
    String reason = Nodes.text(candidate, "finishReason");
    if (reason != null) {
      close(choice, out);
      sign(choice, out);
      choice.finished = true;
      out.accept(new Event.Finished(index, FinishReasons.read(reason, choice.calls > 0)));
    }
  }

  private void readGrounding(Choice choice, JsonNode candidate, Consumer<Event> out) {
    JsonNode grounding = Nodes.member(candidate, "groundingMetadata");
    if (grounding == null) {
      return;
    }
    webSearches = Math.max(webSearches, Grounding.searches(grounding));
    if (choice.open == Growth.TEXT) {
      for (Citation citation : Grounding.read(grounding, choice.offsets)) {
        out.accept(new Event.Cited(choice.index, choice.part, citation));
      }
    }
  }

  private void readPart(Choice choice, JsonNode part, Consumer<Event> out) {
    String signature = Nodes.text(part, "thoughtSignature");
    String text = Nodes.text(part, "text");
    JsonNode call = Nodes.member(part, "functionCall");
    JsonNode data = Nodes.member(part, "inlineData");
    if (call != null && call.isObject()) {
      readCall(choice, call, signature, out);
    } else if (text != null && Nodes.isTrue(part, "thought")) {
      grow(choice, Growth.THINKING, text, out);
      if (signature != null) {
        String proof = new Proof(Dialect.GEMINI, signature).write();
        out.accept(new Event.Grown(choice.index, choice.part, Growth.SIGNATURE, proof));
        close(choice, out); // a signature is a thought's last word
      }
    } else if (text != null) {
      if (!text.isEmpty()) {
        grow(choice, Growth.TEXT, text, out);
      }
      choice.signature = signature == null ? choice.signature : signature;
    } else if (data != null) {
      whole(choice, media(data), out);
    } else if (part.isObject() && !part.isEmpty()) {
      whole(choice, new Part.Foreign(Dialect.GEMINI, part), out);
    }
  }

  private static void grow(Choice choice, Growth kind, String text, Consumer<Event> out) {
    if (choice.open != kind) {
      close(choice, out);
      choice.part++;
      choice.open = kind;
      Part head = kind == Growth.TEXT ? Part.Text.of("") : new Part.Thinking("", null);
      out.accept(new Event.PartStarted(choice.index, choice.part, head));
    }
    if (kind == Growth.TEXT) {
      choice.offsets.add(text);
    }
    if (!text.isEmpty()) {
      out.accept(new Event.Grown(choice.index, choice.part, kind, text));
    }
  }

  private void readCall(
      Choice choice, JsonNode call, @Nullable String signature, Consumer<Event> out) {
    String name = Nodes.text(call, "name");
    String given = Nodes.text(call, "id");
    String id =
        given == null || given.isEmpty() ? CallIds.of(identity, choice.index, choice.calls) : given;
    JsonNode args = Nodes.member(call, "args");
    String arguments = args == null ? "{}" : new String(JsonTree.write(args), UTF_8);
    choice.calls++;
    close(choice, out);
    choice.part++;
    Part head = new Part.ToolCall(id, name == null ? "" : name, "", signature, null);
    out.accept(new Event.PartStarted(choice.index, choice.part, head));
    out.accept(new Event.Grown(choice.index, choice.part, Growth.ARGUMENTS, arguments));
    out.accept(new Event.PartEnded(choice.index, choice.part));
  }

  private static Part media(JsonNode data) {
    String type = Nodes.text(data, "mimeType");
    String base64 = Nodes.text(data, "data");
    String mediaType = type == null ? "application/octet-stream" : type;
    Source source = new Source.Data(mediaType, base64 == null ? "" : base64);
    if (mediaType.startsWith("image/")) {
      return new Part.Image(source, null, null);
    }
    if (mediaType.startsWith("audio/")) {
      return new Part.Audio(source, null, null, null, null);
    }
    if (mediaType.startsWith("video/")) {
      return new Part.Video(source, null);
    }
    return new Part.Document(source, null, null, null, null);
  }

  private static void whole(Choice choice, Part part, Consumer<Event> out) {
    close(choice, out);
    choice.part++;
    out.accept(new Event.PartStarted(choice.index, choice.part, part));
    out.accept(new Event.PartEnded(choice.index, choice.part));
  }

  private static void close(Choice choice, Consumer<Event> out) {
    Growth open = choice.open;
    if (open != null) {
      choice.open = null;
      out.accept(new Event.PartEnded(choice.index, choice.part));
      if (open == Growth.TEXT) {
        sign(choice, out);
      }
    }
  }

  /**
   * The signature of a text, as a thought without words behind it: other dialects sign nothing but
   * thoughts.
   */
  private static void sign(Choice choice, Consumer<Event> out) {
    String signature = choice.signature;
    if (signature != null) {
      choice.signature = null;
      String proof = new Proof(Dialect.GEMINI, signature).write();
      whole(choice, new Part.Thinking("", proof), out);
    }
  }
}
