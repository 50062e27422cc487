package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import dev.tollgate.wire.sse.EventData;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * A stream of chat completion (or completion) chunks. For one reply and one thread.
 *
 * <p>The provider is always asked for usage. If the client did not ask, no chunk shows any; if it
 * did and the provider sent none, a usage chunk is made up before the end, as LiteLLM does.
 */
public final class ChunkStream implements StreamEdit {
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(UTF_8);

  private final Request request;
  private final Deployment deployment;
  private final byte @Nullable [] shownModel;
  private final RawText text = new RawText();
  private final ChoicesScan choices;
  private final boolean schemaAsTool;
  private @Nullable String id;
  private @Nullable String providerModel;
  private long created;
  private @Nullable Usage usage;
  private @Nullable ServiceTier tier;
  private @Nullable Failure failure;
  private boolean usageShown;
  private boolean done;

  public ChunkStream(Request request, Deployment deployment, @Nullable String shownModel) {
    this.request = request;
    this.deployment = deployment;
    this.shownModel = shownModel == null ? null : JsonText.quote(shownModel);
    this.choices = new ChoicesScan(deployment.rules().quirks(), false, text);
    this.schemaAsTool = SchemaAsTool.applies(request, deployment);
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    EventData event = EventData.of(buffer, from, to);
    if (event.isEmpty()) {
      return buffer;
    }
    if (event.isText("[DONE]")) {
      done = true;
      byte[] made = madeUpUsage();
      return made == null ? buffer : concat(made, Arrays.copyOfRange(buffer, from, to));
    }
    try {
      if (deployment.rules().quirks().contains(Quirk.THINKING_PARTS)) {
        event = ThinkingParts.flatten(event);
      }
      return editChunk(schemaAsTool ? EventData.wrap(SchemaAsTool.undo(event.copy())) : event);
    } catch (JacksonException notJson) {
      failure = Refusal.unusable(deployment.provider(), "an event of the stream is not JSON");
      return null;
    }
  }

  /** The bytes for the client, the event's own buffer if nothing changes. */
  private byte @Nullable [] editChunk(EventData event) {
    Splice splice = new Splice(event.buffer(), event.from(), event.to());
    try (JsonScan scan = JsonScan.of(event.buffer(), event.dataFrom(), event.dataTo())) {
      if (scan.next() != JsonToken.START_OBJECT) {
        failure = Refusal.unusable(deployment.provider(), "an event is not a JSON object");
        return null;
      }
      boolean shown = readMembers(scan, splice);
      if (scan.next() != null) {
        failure = Refusal.unusable(deployment.provider(), "an event has more than its JSON object");
        return null;
      }
      if (!shown || failure != null) {
        return null;
      }
    }
    return splice.isEmpty() ? event.buffer() : splice.apply();
  }

  /** Whether the chunk is for the client. */
  private boolean readMembers(JsonScan scan, Splice splice) {
    boolean withUsage = false;
    boolean withChoices = true;
    boolean anonymous = false;
    boolean kept = false;
    String name = scan.nextName();
    while (name != null) {
      int key = scan.start();
      boolean cut = false;
      JsonToken value = scan.next();
      switch (name) {
        case "id" -> anonymous = readId(scan, value);
        case "created" -> created = created(scan, value);
        case "model" -> readModel(scan, splice, value);
        case "choices" -> withChoices = readChoices(scan, splice, value);
        case "usage" -> {
          withUsage = readUsage(scan, splice, value);
          cut = !request.usageWanted();
        }
        case "service_tier" -> {
          if (tier == null && value == JsonToken.VALUE_STRING) {
            tier = ServiceTier.of(scan.text());
          }
          scan.skip();
        }
        case "x_groq" -> readGroq(scan, value);
        case "error" -> readError(scan, value);
        default -> scan.skip();
      }
      name = scan.nextName();
      if (cut) {
        scan.cut(splice, key, kept, name != null);
      } else {
        kept = true;
      }
    }
    if (withChoices) {
      return true;
    }
    // Usage that only we asked for; or Azure's verdict on the prompt, which belongs to no
    // completion.
    return withUsage ? request.usageWanted() : !anonymous;
  }

  /** Whether the chunk has an empty id. */
  private boolean readId(JsonScan scan, JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      scan.skip();
      return false;
    }
    int from = scan.start();
    boolean empty = scan.stringEnd(from) == from + 2;
    if (id == null && !empty) {
      id = scan.text();
    }
    return empty;
  }

  private long created(JsonScan scan, JsonToken value) {
    if (value == JsonToken.VALUE_NUMBER_INT && created == 0) {
      return (long) scan.parser().getDoubleValue();
    }
    scan.skip();
    return created;
  }

  private void readModel(JsonScan scan, Splice splice, JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      scan.skip();
      return;
    }
    if (shownModel != null) {
      int from = scan.start();
      splice.replace(from, scan.stringEnd(from), shownModel);
    } else if (providerModel == null) {
      providerModel = scan.text();
    }
  }

  /** Whether there is any choice; true also if the chunk is of a form that we do not know. */
  private boolean readChoices(JsonScan scan, Splice splice, JsonToken value) {
    if (value != JsonToken.START_ARRAY) {
      scan.skip();
      return true;
    }
    choices.read(scan, splice);
    return choices.count() > 0;
  }

  private boolean readUsage(JsonScan scan, Splice splice, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      scan.skip();
      return false;
    }
    UsageReader.Found found = UsageReader.read(scan.parser(), true);
    Usage seen = found.usage();
    usage = seen == null ? usage : seen.after(usage);
    if (request.usageWanted()) {
      usageShown = true;
      if (!found.outputDetails()
          && seen != null
          && seen.outputTokens() > 0
          && request.operation() == Operation.CHAT) {
        splice.insert(scan.start(), ("," + outputDetails(seen)).getBytes(UTF_8));
      }
    }
    return true;
  }

  /** Groq put its usage here before it knew {@code stream_options}. */
  private void readGroq(JsonScan scan, JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      scan.skip();
      return;
    }
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken member = scan.next();
      if (name.equals("usage") && member == JsonToken.START_OBJECT) {
        Usage seen = UsageReader.read(scan.parser(), true).usage();
        usage = seen == null ? usage : seen.after(usage);
      } else {
        scan.skip();
      }
    }
  }

  private void readError(JsonScan scan, JsonToken value) {
    if (value != JsonToken.VALUE_NULL) {
      failure = Refusal.ofEvent(deployment.provider(), ProviderError.ofValue(scan.parser(), value));
    }
  }

  private byte @Nullable [] madeUpUsage() {
    if (!request.usageWanted() || usageShown) {
      return null;
    }
    usageShown = true;
    Usage shown = usage == null ? TokenCounter.count(request, outputText()) : usage;
    usage = shown;
    StringBuilder event = new StringBuilder(256).append("data: {\"id\":");
    JsonText.quote(event, id == null ? "" : id);
    event
        .append(",\"object\":\"")
        .append(request.operation() == Operation.CHAT ? "chat.completion.chunk" : "text_completion")
        .append("\",\"created\":")
        .append(created)
        .append(",\"model\":");
    if (shownModel != null) {
      event.append(new String(shownModel, UTF_8));
    } else {
      JsonText.quote(event, providerModel == null ? deployment.model() : providerModel);
    }
    event
        .append(",\"choices\":[],\"usage\":{\"prompt_tokens\":")
        .append(shown.inputTokens())
        .append(",\"completion_tokens\":")
        .append(shown.outputTokens())
        .append(",\"total_tokens\":")
        .append(shown.totalTokens())
        .append(',')
        .append(outputDetails(shown))
        .append("}}\n\n");
    return event.toString().getBytes(UTF_8);
  }

  /** LiteLLM splits the output of every streamed usage, also where the provider does not. */
  private static String outputDetails(Usage usage) {
    return "\"completion_tokens_details\":{\"reasoning_tokens\":"
        + usage.reasoningTokens()
        + ",\"text_tokens\":"
        + (usage.outputTokens() - usage.reasoningTokens())
        + "}";
  }

  @Override
  public byte @Nullable [] ending() {
    if (done) {
      return null;
    }
    done = true;
    byte[] made = madeUpUsage();
    return made == null ? DONE.clone() : concat(made, DONE);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Override
  public @Nullable Usage usage() {
    return usage == null ? null : usage.served(tier);
  }

  @Override
  public @Nullable String id() {
    return id;
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean finished() {
    return done || choices.reasons() >= request.choices();
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return choices.sawContent();
  }

  @Override
  public TextSample outputText() {
    return text.sample();
  }
}
