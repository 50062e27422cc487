package dev.tollgate.wire.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Citation;
import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.SignedIds;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes a streamed reply as Responses events. The last of them have to repeat all that was said,
 * so it is held until then: no other dialect needs that, and here it has a bound. For one reply and
 * one thread.
 */
final class ResponseEventWriter implements EventWriter {
  /** Of all that is held; the last event could not be longer than an event may be. */
  private static final int CHARS_MAX = 8 << 20;

  private static final int ITEM_CHARS = 256;

  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(UTF_8);

  private final ResponseBody response;
  private final ReplyShape shape;
  private final ArrayNode output = JsonTree.array();
  private @Nullable String model;
  private @Nullable Long created;
  private @Nullable Finish finish;
  private @Nullable Usage usage;
  private int sequence;
  private boolean begun;
  private long held;

  // the part that grows
  private @Nullable Part head;
  private String itemId = "";
  private int index;
  private final StringBuilder text = new StringBuilder();
  private @Nullable String signature;
  private final List<Citation> citations = new ArrayList<>(0);

  /** Calls that are made but not ended: all end together, as with LiteLLM. */
  private final List<Made> made = new ArrayList<>(1);

  private record Made(Part.ToolCall call, String itemId, int index) {}

  ResponseEventWriter(Request request, ReplyShape shape) {
    this.response = new ResponseBody(request, shape);
    this.shape = shape;
  }

  @Override
  public void write(Event event, ByteArrayOutputStream out) {
    switch (event) {
      case Event.Started started -> {
        model = started.model();
        created = started.created();
        begin(out);
      }
      case Event.PartStarted started -> {
        if (started.choice() == 0) {
          begin(out);
          open(started.head(), out);
        }
      }
      case Event.Grown grown -> {
        if (grown.choice() == 0) {
          grow(grown.kind(), grown.more(), out);
        }
      }
      case Event.Cited cited -> cite(cited, out);
      case Event.PartEnded ended -> {
        if (ended.choice() == 0) {
          close(out);
        }
      }
      case Event.Finished finished -> finish = finished.choice() == 0 ? finished.finish() : finish;
      case Event.Metered metered -> usage = metered.usage();
      case Event.Ended _ -> {
        begin(out);
        close(out);
        endCalls(out);
        boolean whole = ResponseBody.statusOf(finish).equals("completed");
        ObjectNode last = event(whole ? "response.completed" : "response.incomplete");
        last.set("response", response.write(model, created, output, finish, true, usage));
        send(last, out);
        out.writeBytes(DONE);
      }
      case Event.Logprobs _, Event.Failed _ -> {
        // the first have no place here yet; failures are told by the codec
      }
    }
  }

  private void hold(int chars) {
    held += chars;
    if (held > CHARS_MAX) {
      throw new FailureException(
          new Failure.UpstreamBroken(
              "the answer is longer than a streamed response can be ("
                  + CHARS_MAX
                  + " characters).",
              ""));
    }
  }

  private void begin(ByteArrayOutputStream out) {
    if (begun) {
      return;
    }
    begun = true;
    for (String type : List.of("response.created", "response.in_progress")) {
      ObjectNode event = event(type);
      event.set("response", response.write(model, created, JsonTree.array(), null, false, null));
      send(event, out);
    }
  }

  private void open(Part part, ByteArrayOutputStream out) {
    if (!(part instanceof Part.ToolCall)) {
      endCalls(out);
    }
    hold(ITEM_CHARS);
    head = part;
    index = output.size() + made.size();
    text.setLength(0);
    signature = null;
    citations.clear();
    String suffix = shape.id("") + "-" + index;
    switch (part) {
      case Part.Text said -> {
        itemId = "msg_" + suffix;
        added(OutputItems.message(itemId, List.of(), "in_progress"), out);
        content("response.content_part.added", OutputItems.text("", List.of()), out);
        grow(Event.Growth.TEXT, said.text(), out);
      }
      case Part.Refusal refusal -> {
        itemId = "msg_" + suffix;
        added(OutputItems.message(itemId, List.of(), "in_progress"), out);
        content("response.content_part.added", refusalOf(""), out);
        grow(Event.Growth.REFUSAL, refusal.text(), out);
      }
      case Part.ToolCall call -> {
        itemId = "fc_" + SignedIds.bare(call.id());
        Part.ToolCall empty = Part.ToolCall.of(call.id(), call.name(), "");
        added(OutputItems.call(empty, "in_progress"), out);
        grow(Event.Growth.ARGUMENTS, call.arguments(), out);
      }
      case Part.Thinking thinking -> {
        itemId = "rs_" + suffix;
        signature = thinking.signature();
        added(OutputItems.reasoning(itemId, List.of()).put("status", "in_progress"), out);
        grow(Event.Growth.THINKING, thinking.text(), out);
      }
      case Part.RedactedThinking _ -> {
        itemId = "rs_" + suffix;
        added(OutputItems.reasoning(itemId, List.of()).put("status", "in_progress"), out);
      }
      case Part.Image _,
          Part.Document _,
          Part.Audio _,
          Part.Video _,
          Part.ToolResult _,
          Part.Foreign _ ->
          head = null;
    }
  }

  private void grow(Event.Growth kind, String more, ByteArrayOutputStream out) {
    if (head == null || more.isEmpty()) {
      return;
    }
    hold(more.length());
    if (kind == Event.Growth.SIGNATURE) {
      signature = signature == null ? more : signature + more;
      return;
    }
    if (kind == Event.Growth.THINKING && text.isEmpty()) {
      ObjectNode begun = itemEvent("response.reasoning_summary_part.added");
      begun.put("summary_index", 0).set("part", summary(""));
      send(begun, out);
    }
    ObjectNode delta =
        switch (kind) {
          case TEXT -> itemEvent("response.output_text.delta").put("content_index", 0);
          case REFUSAL -> itemEvent("response.refusal.delta").put("content_index", 0);
          case ARGUMENTS -> itemEvent("response.function_call_arguments.delta");
          case THINKING ->
              itemEvent("response.reasoning_summary_text.delta").put("summary_index", 0);
          case SIGNATURE, AUDIO, TRANSCRIPT -> null;
        };
    if (delta != null) {
      text.append(more);
      if (kind == Event.Growth.TEXT) {
        delta.putArray("logprobs"); // OpenAI's own SDKs refuse an event without
      }
      send(delta.put("delta", more), out);
    }
  }

  private void cite(Event.Cited cited, ByteArrayOutputStream out) {
    ObjectNode annotation = OutputItems.annotation(cited.citation());
    if (cited.choice() == 0 && head instanceof Part.Text && annotation != null) {
      ObjectNode event = itemEvent("response.output_text.annotation.added").put("content_index", 0);
      event.put("annotation_index", citations.size()).set("annotation", annotation);
      citations.add(cited.citation());
      hold(annotation.toString().length());
      send(event, out);
    }
  }

  private void close(ByteArrayOutputStream out) {
    Part part = head;
    head = null;
    switch (part) {
      case null -> {}
      case Part.Text _ -> {
        ObjectNode done = itemEvent("response.output_text.done").put("content_index", 0);
        done.putArray("logprobs");
        send(done.put("text", text.toString()), out);
        content("response.content_part.done", OutputItems.text(text.toString(), citations), out);
        Part.Text whole = new Part.Text(text.toString(), List.copyOf(citations), null);
        done(OutputItems.message(itemId, List.of(whole), "completed"), out);
      }
      case Part.Refusal _ -> {
        ObjectNode done = itemEvent("response.refusal.done").put("content_index", 0);
        send(done.put("refusal", text.toString()), out);
        content("response.content_part.done", refusalOf(text.toString()), out);
        Part.Refusal whole = new Part.Refusal(text.toString());
        done(OutputItems.message(itemId, List.of(whole), "completed"), out);
      }
      case Part.ToolCall call ->
          made.add(
              new Made(Part.ToolCall.of(call.id(), call.name(), text.toString()), itemId, index));
      case Part.Thinking _ -> {
        if (!text.isEmpty()) { // what only proves a thought has no summary
          ObjectNode done = itemEvent("response.reasoning_summary_text.done");
          send(done.put("summary_index", 0).put("text", text.toString()), out);
          ObjectNode partDone = itemEvent("response.reasoning_summary_part.done");
          partDone.put("summary_index", 0).set("part", summary(text.toString()));
          send(partDone, out);
        }
        Part.Thinking whole = new Part.Thinking(text.toString(), signature);
        done(OutputItems.reasoning(itemId, List.of(whole)), out);
      }
      case Part.RedactedThinking hidden ->
          done(OutputItems.reasoning(itemId, List.of(hidden)), out);
      case Part.Image _,
          Part.Document _,
          Part.Audio _,
          Part.Video _,
          Part.ToolResult _,
          Part.Foreign _ -> {
        // never open
      }
    }
  }

  private void endCalls(ByteArrayOutputStream out) {
    for (Made one : made) {
      itemId = one.itemId();
      index = one.index();
      ObjectNode done = itemEvent("response.function_call_arguments.done");
      send(done.put("arguments", one.call().arguments()), out);
      done(OutputItems.call(one.call(), "completed"), out);
    }
    made.clear();
  }

  private static ObjectNode refusalOf(String text) {
    return JsonTree.object().put("type", "refusal").put("refusal", text);
  }

  private static ObjectNode summary(String text) {
    return JsonTree.object().put("type", "summary_text").put("text", text);
  }

  private void added(ObjectNode item, ByteArrayOutputStream out) {
    ObjectNode event = event("response.output_item.added").put("output_index", index);
    event.set("item", item);
    send(event, out);
  }

  private void done(ObjectNode item, ByteArrayOutputStream out) {
    ObjectNode event = event("response.output_item.done").put("output_index", index);
    event.set("item", item);
    send(event, out);
    output.add(item);
  }

  private void content(String type, ObjectNode part, ByteArrayOutputStream out) {
    ObjectNode event = itemEvent(type).put("content_index", 0);
    event.set("part", part);
    send(event, out);
  }

  private ObjectNode itemEvent(String type) {
    return event(type).put("item_id", itemId).put("output_index", index);
  }

  private ObjectNode event(String type) {
    return JsonTree.object().put("type", type).put("sequence_number", sequence++);
  }

  private static void send(ObjectNode event, ByteArrayOutputStream out) {
    out.writeBytes(("event: " + event.get("type").stringValue() + "\ndata: ").getBytes(UTF_8));
    out.writeBytes(JsonTree.write(event));
    out.writeBytes("\n\n".getBytes(UTF_8));
  }
}
