package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.JsonText;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a streamed reply as chunks of a chat completion. For one reply and one thread. */
final class ChunkWriter implements EventWriter {
  private static final int THOUGHT_CHARS_MAX = 4 << 20;
  private static final String INDEX = "{\"index\":";

  private final boolean usageWanted;
  private final ReplyShape shape;
  private final Map<Integer, Choice> choices = new HashMap<>();
  private final StringBuilder chunk = new StringBuilder(256);
  private String head = "";
  private @Nullable Usage usage;

  /** What is known of one choice. */
  private static final class Choice {
    private boolean begun;
    private int calls;
    private final StringBuilder thought = new StringBuilder();
    private int images;
  }

  ChunkWriter(Request request, ReplyShape shape) {
    this.usageWanted = request.usageWanted();
    this.shape = shape;
    this.head = head(null, null);
  }

  private String head(@Nullable String id, @Nullable Long created) {
    StringBuilder text = new StringBuilder(160).append("data: {\"id\":");
    JsonText.quote(text, ChatReplyWriter.idOf(id, shape));
    text.append(",\"object\":\"chat.completion.chunk\",\"created\":")
        .append(created == null ? shape.created() : created)
        .append(",\"model\":");
    JsonText.quote(text, shape.model());
    return text.append(",\"choices\":[").toString();
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    chunk.setLength(0);
    switch (event) {
      case Event.Started started -> head = head(started.id(), started.created());
      case Event.PartStarted started -> started(started);
      case Event.Grown grown -> grown(grown);
      case Event.Logprobs logprobs -> {
        open(logprobs.choice());
        chunk.append("},\"logprobs\":").append(logprobs.logprobs()).append("}]}\n\n");
      }
      case Event.Finished finished -> {
        chunk
            .append(head)
            .append(INDEX)
            .append(finished.choice())
            .append(",\"delta\":{},\"finish_reason\":");
        boolean calls = choice(finished.choice()).calls > 0;
        JsonText.quote(chunk, ChatReplyWriter.finishOf(finished.finish(), calls));
        chunk.append("}]}\n\n");
      }
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> ended();
      case Event.Cited cited -> cited(cited);
      case Event.PartEnded _, Event.Failed _ -> {
        // nothing in this dialect; a proof may come behind the part of its thought, as Gemini's,
        // and failures are told by the codec
      }
    }
    if (!chunk.isEmpty()) {
      out.writeBytes(chunk.toString().getBytes(UTF_8));
    }
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  /** Begins a chunk up to what its delta holds; the first of a choice says who speaks. */
  private void open(int index) {
    Choice choice = choice(index);
    chunk.append(head).append(INDEX).append(index).append(",\"delta\":{");
    if (!choice.begun) {
      choice.begun = true;
      chunk.append("\"role\":\"assistant\",");
    }
  }

  private void close() {
    chunk.append("}}]}\n\n");
  }

  private void started(Event.PartStarted started) {
    switch (started.head()) {
      case Part.ToolCall call -> {
        Choice choice = choice(started.choice());
        open(started.choice());
        chunk.append("\"tool_calls\":[{\"index\":").append(choice.calls++).append(",\"id\":");
        JsonText.quote(chunk, call.id());
        chunk.append(",\"type\":\"function\",\"function\":{\"name\":");
        JsonText.quote(chunk, call.name());
        chunk.append(",\"arguments\":");
        JsonText.quote(chunk, call.arguments());
        chunk.append('}');
        ChatReplyWriter.signature(call.signature(), chunk);
        chunk.append("}]");
        close();
      }
      case Part.Text text -> say(started.choice(), "content", text.text());
      case Part.Refusal refusal -> say(started.choice(), "refusal", refusal.text());
      case Part.Thinking thinking -> {
        think(started.choice(), thinking.text());
        if (thinking.signature() != null) {
          sign(started.choice(), thinking.signature());
        }
      }
      case Part.RedactedThinking hidden -> {
        open(started.choice());
        chunk
            .append("\"reasoning_content\":\"\",\"thinking_blocks\":[")
            .append(ChatReplyWriter.redactedBlock(hidden.data()))
            .append(']');
        close();
      }
      case Part.Image image -> {
        int index = choice(started.choice()).images++;
        open(started.choice());
        chunk.append("\"images\":[").append(ChatReplyWriter.imageUrl(index, image)).append(']');
        close();
      }
      case Part.Audio audio -> {
        if (audio.id() != null) {
          open(started.choice());
          chunk.append("\"audio\":{\"id\":");
          JsonText.quote(chunk, audio.id());
          chunk.append('}');
          close();
        }
      }
      case Part.Document _, Part.Video _, Part.ToolResult _, Part.Foreign _ -> {
        // chat completions have no word for it
      }
    }
  }

  private void grown(Event.Grown grown) {
    switch (grown.kind()) {
      case TEXT -> say(grown.choice(), "content", grown.more());
      case REFUSAL -> say(grown.choice(), "refusal", grown.more());
      case THINKING -> think(grown.choice(), grown.more());
      case SIGNATURE -> sign(grown.choice(), grown.more());
      case ARGUMENTS -> {
        open(grown.choice());
        chunk
            .append("\"tool_calls\":[{\"index\":")
            .append(Math.max(0, choice(grown.choice()).calls - 1))
            .append(",\"function\":{\"arguments\":");
        JsonText.quote(chunk, grown.more());
        chunk.append("}}]");
        close();
      }
      case AUDIO -> audio(grown, "data");
      case TRANSCRIPT -> audio(grown, "transcript");
    }
  }

  private void think(int choice, String text) {
    if (choice(choice).thought.length() < THOUGHT_CHARS_MAX) {
      choice(choice).thought.append(text);
    }
    say(choice, "reasoning_content", text);
  }

  private String thought(int choice) {
    return choice(choice).thought.toString();
  }

  private void say(int choice, String member, String text) {
    if (!text.isEmpty()) {
      open(choice);
      chunk.append('"').append(member).append("\":");
      JsonText.quote(chunk, text);
      close();
    }
  }

  /** A client that sends the thought back needs it whole beside its proof. */
  private void sign(int choice, String signature) {
    open(choice);
    chunk
        .append("\"reasoning_content\":\"\",\"thinking_blocks\":[")
        .append(ChatReplyWriter.thinkingBlock(thought(choice), signature))
        .append(']');
    choice(choice).thought.setLength(0);
    close();
  }

  private void audio(Event.Grown grown, String member) {
    open(grown.choice());
    chunk.append("\"audio\":{\"").append(member).append("\":");
    JsonText.quote(chunk, grown.more());
    chunk.append('}');
    close();
  }

  private void cited(Event.Cited cited) {
    if (cited.citation().url() == null) {
      return;
    }
    open(cited.choice());
    chunk.append("\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":");
    JsonText.quote(chunk, cited.citation().url());
    chunk.append(",\"title\":");
    String title = cited.citation().title();
    JsonText.quote(chunk, title == null ? "" : title);
    chunk.append("}}]");
    close();
  }

  private void ended() {
    Usage figures = usage;
    if (usageWanted && figures != null) {
      chunk.append(head).append("],\"usage\":");
      ChatUsage.write(figures, chunk);
      chunk.append("}\n\n");
    }
    chunk.append("data: [DONE]\n\n");
  }
}
