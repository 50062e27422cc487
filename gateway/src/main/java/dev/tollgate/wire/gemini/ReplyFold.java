package dev.tollgate.wire.gemini;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Puts events together to the whole reply that they are. For one reply and one thread. */
final class ReplyFold implements Consumer<Event> {
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private @Nullable String id;
  private @Nullable String model;
  private @Nullable Usage usage;
  private @Nullable Failure failure;

  private static final class Choice {
    private final List<Part> parts = new ArrayList<>();
    private final StringBuilder grown = new StringBuilder();
    private final List<Citation> citations = new ArrayList<>();
    private @Nullable Part head;
    private @Nullable String signature;
    private @Nullable Finish finish;
    private @Nullable ObjectNode logprobs;
  }

  @Override
  public void accept(Event event) {
    switch (event) {
      case Event.Started started -> {
        id = started.id();
        model = started.model();
      }
      case Event.PartStarted part -> choice(part.choice()).head = part.head();
      case Event.Grown grown -> grow(choice(grown.choice()), grown);
      case Event.Cited cited -> choice(cited.choice()).citations.add(cited.citation());
      case Event.PartEnded ended -> end(choice(ended.choice()));
      case Event.Logprobs logprobs -> merge(choice(logprobs.choice()), logprobs.logprobs());
      case Event.Finished finished -> choice(finished.choice()).finish = finished.finish();
      case Event.Metered metered -> usage = metered.usage().after(usage);
      case Event.Failed failed -> failure = failed.failure();
      case Event.Ended _ -> {
        // the reply is whole in any case
      }
    }
  }

  @Nullable Failure failure() {
    return failure;
  }

  Reply reply() {
    List<Reply.Choice> made = new ArrayList<>();
    choices.forEach(
        (index, choice) ->
            made.add(new Reply.Choice(index, choice.parts, choice.finish, choice.logprobs)));
    return new Reply(id, model, null, made, usage, Map.of());
  }

  private Choice choice(int index) {
    return choices.computeIfAbsent(index, _ -> new Choice());
  }

  private static void grow(Choice choice, Event.Grown grown) {
    if (grown.kind() == Event.Growth.SIGNATURE) {
      choice.signature = grown.more();
    } else {
      choice.grown.append(grown.more());
    }
  }

  private static void merge(Choice choice, JsonNode logprobs) {
    if (choice.logprobs == null) {
      choice.logprobs = Nodes.object();
      choice.logprobs.putArray("content");
    }
    if (choice.logprobs.get("content") instanceof ArrayNode content) {
      Nodes.items(logprobs, "content").forEach(content::add);
    }
  }

  private static void end(Choice choice) {
    Part head = choice.head;
    if (head == null) {
      return;
    }
    String more = choice.grown.toString();
    choice.parts.add(
        switch (head) {
          case Part.Text text ->
              new Part.Text(text.text() + more, List.copyOf(choice.citations), text.cacheControl());
          case Part.Thinking thought ->
              new Part.Thinking(
                  thought.text() + more,
                  choice.signature == null ? thought.signature() : choice.signature);
          case Part.ToolCall call ->
              new Part.ToolCall(
                  call.id(), call.name(), call.arguments() + more, call.signature(), null);
          case Part.Refusal refusal -> new Part.Refusal(refusal.text() + more);
          case Part.Image _,
              Part.Document _,
              Part.Audio _,
              Part.Video _,
              Part.ToolResult _,
              Part.RedactedThinking _,
              Part.Foreign _ ->
              head;
        });
    choice.head = null;
    choice.signature = null;
    choice.grown.setLength(0);
    choice.citations.clear();
  }
}
