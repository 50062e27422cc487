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
import org.jspecify.annotations.Nullable;

/** Writes a streamed reply as chunks of the older completions. For one reply and one thread. */
final class CompletionChunks implements EventWriter {
  /** What LiteLLM has in every chunk for clients that ask for no figures. */
  private static final String NO_FIGURES =
      "{\"completion_tokens\":0,\"prompt_tokens\":0,\"total_tokens\":0}";

  private static final String INDEX = "{\"index\":";

  private final boolean usageWanted;
  private final ReplyShape shape;
  private final String close;
  private final StringBuilder chunk = new StringBuilder(256);
  private String head;
  private @Nullable Usage usage;

  CompletionChunks(Request request, ReplyShape shape) {
    this.usageWanted = request.usageWanted();
    this.shape = shape;
    this.close = usageWanted ? "}]}\n\n" : "}],\"usage\":" + NO_FIGURES + "}\n\n";
    this.head = head(null);
  }

  private String head(@Nullable String id) {
    StringBuilder text = new StringBuilder("data: {\"id\":");
    JsonText.quote(text, ChatReplyWriter.idOf(id, shape));
    text.append(",\"object\":\"text_completion\",\"created\":").append(shape.created());
    text.append(",\"model\":");
    JsonText.quote(text, shape.model());
    return text.append(",\"choices\":[").toString();
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    chunk.setLength(0);
    switch (event) {
      case Event.Started started -> head = head(started.id());
      case Event.PartStarted started -> {
        if (started.head() instanceof Part.Text text) {
          text(started.choice(), text.text());
        }
      }
      case Event.Grown grown -> {
        if (grown.kind() == Event.Growth.TEXT) {
          text(grown.choice(), grown.more());
        }
      }
      case Event.Finished finished -> {
        chunk
            .append(head)
            .append(INDEX)
            .append(finished.choice())
            .append(",\"text\":\"\",\"finish_reason\":");
        JsonText.quote(chunk, ChatReplyWriter.finishOf(finished.finish(), false));
        chunk.append(close);
      }
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> ended();
      case Event.PartEnded _, Event.Cited _, Event.Logprobs _, Event.Failed _ -> {
        // nothing that this dialect has a word for
      }
    }
    out.writeBytes(chunk.toString().getBytes(UTF_8));
  }

  private void text(int choice, String text) {
    if (!text.isEmpty()) {
      chunk.append(head).append(INDEX).append(choice).append(",\"text\":");
      JsonText.quote(chunk, text);
      chunk.append(close);
    }
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
