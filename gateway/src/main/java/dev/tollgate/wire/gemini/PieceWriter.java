package dev.tollgate.wire.gemini;

import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a streamed answer piece by piece. A call has no pieces in this dialect, nor has a sound:
 * they wait for their end. Why an answer ended goes out last, with the usage. For one reply and one
 * thread.
 */
final class PieceWriter implements EventWriter {
  /** Of a call or a sound; what is longer is cut, and no use to anyone. */
  private static final int CHARACTERS_MAX = 32 << 20;

  private static final int CITATIONS_MAX = 1000;

  private final PieceForm form;
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private @Nullable Usage usage;

  /** One answer under way. */
  private static final class Choice {
    private final StringBuilder waiting = new StringBuilder();
    private final List<Citation> citations = new ArrayList<>();
    private @Nullable Part head;
    private @Nullable Finish finish;
  }

  PieceWriter(PieceForm form) {
    this.form = form;
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    switch (event) {
      case Event.PartStarted started -> start(started, out);
      case Event.Grown grown -> grow(grown, out);
      case Event.Cited cited -> {
        List<Citation> citations = choice(cited.choice()).citations;
        if (citations.size() < CITATIONS_MAX) {
          citations.add(cited.citation());
        }
      }
      case Event.PartEnded ended -> end(ended, out);
      case Event.Logprobs logprobs -> {
        ObjectNode candidate = CandidateWriter.piece(logprobs.choice(), Nodes.array(), null);
        candidate.set("logprobsResult", TokenLogprobs.write(logprobs.logprobs()));
        send(List.of(candidate), null, out);
      }
      case Event.Finished finished -> choice(finished.choice()).finish = finished.finish();
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> {
        finish(out);
        form.end(out);
      }
      case Event.Started _, Event.Failed _ -> {
        // nothing to tell; told elsewhere
      }
    }
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  private void start(Event.PartStarted started, ByteArrayOutputStream out) {
    Choice choice = choice(started.choice());
    choice.head = started.head();
    choice.waiting.setLength(0);
    switch (started.head()) {
      case Part.Text text -> sendText(started.choice(), text.text(), out);
      case Part.Refusal refusal -> sendText(started.choice(), refusal.text(), out);
      case Part.Thinking thought -> {
        if (!thought.text().isEmpty() || thought.signature() != null) {
          send(started.choice(), CandidateWriter.thought(thought.text(), thought.signature()), out);
        }
      }
      case Part.ToolCall call -> choice.waiting.append(call.arguments());
      case Part.Audio audio -> {
        if (audio.source() instanceof Source.Data data) {
          choice.waiting.append(data.base64());
        }
      }
      case Part.Image _,
          Part.Document _,
          Part.Video _,
          Part.Foreign _,
          Part.RedactedThinking _,
          Part.ToolResult _ -> {
        JsonNode part = CandidateWriter.part(started.head());
        if (part != null) {
          send(started.choice(), part, out);
        }
      }
    }
  }

  private void grow(Event.Grown grown, ByteArrayOutputStream out) {
    switch (grown.kind()) {
      case TEXT, REFUSAL, TRANSCRIPT -> sendText(grown.choice(), grown.more(), out);
      case THINKING -> send(grown.choice(), CandidateWriter.thought(grown.more(), null), out);
      case SIGNATURE -> send(grown.choice(), CandidateWriter.thought("", grown.more()), out);
      case ARGUMENTS, AUDIO -> {
        StringBuilder waiting = choice(grown.choice()).waiting;
        int room = CHARACTERS_MAX - waiting.length();
        waiting.append(grown.more(), 0, Math.min(grown.more().length(), room));
      }
    }
  }

  private void end(Event.PartEnded ended, ByteArrayOutputStream out) {
    Choice choice = choice(ended.choice());
    String waited = choice.waiting.toString();
    if (choice.head instanceof Part.ToolCall call) {
      send(ended.choice(), CandidateWriter.call(call.name(), waited, call.signature()), out);
    } else if (choice.head instanceof Part.Audio audio && !waited.isEmpty()) {
      String type = audio.source() instanceof Source.Data data ? data.mediaType() : "audio/wav";
      send(ended.choice(), CandidateWriter.data(type, waited), out);
    }
    choice.head = null;
    choice.waiting.setLength(0);
  }

  private void finish(ByteArrayOutputStream out) {
    List<JsonNode> candidates = new ArrayList<>();
    choices.forEach(
        (index, choice) -> {
          ObjectNode candidate = CandidateWriter.piece(index, Nodes.array(), choice.finish);
          ObjectNode grounding = Grounding.write("", choice.citations);
          if (grounding != null) {
            candidate.set("groundingMetadata", grounding);
          }
          candidates.add(candidate);
        });
    send(candidates, usage, out);
  }

  private void sendText(int index, String text, ByteArrayOutputStream out) {
    if (!text.isEmpty()) {
      send(index, Nodes.object().put("text", text), out);
    }
  }

  private void send(int index, JsonNode part, ByteArrayOutputStream out) {
    ArrayNode parts = Nodes.array().add(part);
    send(List.of(CandidateWriter.piece(index, parts, null)), null, out);
  }

  private void send(
      List<? extends JsonNode> candidates, @Nullable Usage usage, ByteArrayOutputStream out) {
    ObjectNode piece = Nodes.object();
    ArrayNode list = piece.putArray("candidates");
    candidates.forEach(list::add);
    if (usage != null) {
      piece.set("usageMetadata", UsageMetadata.write(usage));
    }
    byte[] json = JsonTree.write(piece);
    form.piece(json, 0, json.length, out);
  }
}
