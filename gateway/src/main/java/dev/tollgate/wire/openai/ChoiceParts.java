package dev.tollgate.wire.openai;

import dev.tollgate.model.chat.Event;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.wire.CallIds;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The parts of a streamed choice, one after another. A provider may tell several calls at once,
 * each piece with its call's number: the first goes on to the client as it comes, the others wait
 * until its arguments are whole. For one choice and one thread.
 */
final class ChoiceParts {
  /** More than any provider answers: what waits and what is known of calls, in characters. */
  private static final int HELD_CHARS_MAX = 4 << 20;

  /** What a call takes beside its words. */
  private static final int CALL_CHARS = 128;

  private final int index;
  private final String provider;
  private final String identity;
  private final Map<Integer, Call> calls = new HashMap<>();
  private final Queue<Call> waiting = new ArrayDeque<>();
  private final StringBuilder words = new StringBuilder();
  private int part = -1;
  private int started;
  private int lastNumber = -1;
  private int heldChars;
  private @Nullable String open;
  private @Nullable Call growing;
  private @Nullable Finish finish;

  /** One call; its arguments wait here until its turn comes. */
  private static final class Call {
    private final String givenId;
    private final Part.ToolCall head;
    private final StringBuilder arguments = new StringBuilder();
    private final JsonExtent extent = new JsonExtent();
    private boolean ended;

    Call(String givenId, Part.ToolCall head) {
      this.givenId = givenId;
      this.head = head;
    }
  }

  /**
   * The parts of a choice.
   *
   * @param identity what tells this reply from others
   */
  ChoiceParts(int index, String provider, String identity) {
    this.index = index;
    this.provider = provider;
    this.identity = identity;
  }

  int index() {
    return index;
  }

  /** The number of the part that began last. */
  int part() {
    return part;
  }

  void finish(Finish given) {
    finish = given;
  }

  /** Why the choice ended; where the provider did not tell, what its parts say. */
  Finish finish() {
    Finish said = finish == null ? Finish.of(Finish.Reason.STOP) : finish;
    return started > 0 ? ChatReplyReader.called(said) : said;
  }

  /** Whether a call has begun whose arguments are not whole yet. */
  boolean calling() {
    return growing != null && !(growing.extent.whole() && waiting.isEmpty());
  }

  /** Words in the midst of a call, which are said after the calls. */
  void sayLater(String more) {
    hold(more.length());
    words.append(more);
  }

  /** A piece of a call. */
  void call(JsonNode piece, Consumer<Event> out) {
    JsonNode function = piece.path("function");
    String id = ChatReplyReader.orEmpty(piece, "id");
    String name = ChatReplyReader.orEmpty(function, "name");
    int number = number(piece, id, name);
    lastNumber = number;
    Call call = calls.get(number);
    if (call == null || isAnother(call, id, name)) {
      call = begin(number, id, name, out);
    }
    String more = ChatReplyReader.arguments(function);
    call.extent.read(more);
    if (call == growing) {
      if (!more.isEmpty()) {
        grown(Event.Growth.ARGUMENTS, more, out);
      }
      while (growing != null && growing.extent.whole() && !waiting.isEmpty()) {
        startNext(out);
      }
    } else if (!call.ended) {
      hold(more.length());
      call.arguments.append(more);
    } else if (!more.isBlank()) {
      throw ChatReplyReader.unusable(provider, "a tool call goes on after its end");
    }
  }

  /** The call's number; one without goes on with the call before it unless it has a name. */
  private int number(JsonNode piece, String id, String name) {
    JsonNode number = piece.path("index");
    if (number.canConvertToInt()) {
      return number.intValue();
    }
    boolean goesOn = lastNumber >= 0 && name.isEmpty() && id.isEmpty();
    return goesOn ? lastNumber : calls.size();
  }

  /** Whether a piece begins another call of the same number. */
  private static boolean isAnother(Call known, String id, String name) {
    return id.isEmpty() ? !name.isEmpty() && known.extent.whole() : !id.equals(known.givenId);
  }

  private Call begin(int number, String id, String name, Consumer<Event> out) {
    String madeId = id.isEmpty() ? CallIds.of(identity, index, started) : id;
    started++;
    hold(CALL_CHARS + madeId.length() + name.length());
    Call call = new Call(id, Part.ToolCall.of(madeId, name, ""));
    calls.put(number, call);
    waiting.add(call);
    if (growing == null || growing.extent.whole()) {
      startNext(out);
    }
    return call;
  }

  /** Ends the part that is open and starts the call that waits longest, with what it has. */
  private void startNext(Consumer<Event> out) {
    Call next = waiting.remove();
    closePart(out);
    open = "call";
    growing = next;
    part++;
    out.accept(new Event.PartStarted(index, part, next.head));
    if (!next.arguments.isEmpty()) {
      grown(Event.Growth.ARGUMENTS, next.arguments.toString(), out);
      next.arguments.setLength(0);
    }
  }

  private void hold(int chars) {
    heldChars += chars;
    if (heldChars > HELD_CHARS_MAX) {
      throw ChatReplyReader.unusable(provider, "the tool calls of the stream are too long");
    }
  }

  void grown(Event.Growth kind, String more, Consumer<Event> out) {
    out.accept(new Event.Grown(index, part, kind, more));
  }

  /** A part that comes in one piece. */
  void whole(Part whole, Consumer<Event> out) {
    end(out);
    part++;
    out.accept(new Event.PartStarted(index, part, whole));
    out.accept(new Event.PartEnded(index, part));
  }

  /** Goes on with the part that is open, or ends it and begins another. */
  void open(String kind, Part head, Consumer<Event> out) {
    if (kind.equals(open)) {
      return;
    }
    end(out);
    open = kind;
    part++;
    out.accept(new Event.PartStarted(index, part, head));
  }

  /** Ends what is open, after what waits has been told. */
  void end(Consumer<Event> out) {
    while (!waiting.isEmpty()) {
      startNext(out);
    }
    closePart(out);
    if (!words.isEmpty()) {
      part++;
      out.accept(new Event.PartStarted(index, part, Part.Text.of("")));
      grown(Event.Growth.TEXT, words.toString(), out);
      out.accept(new Event.PartEnded(index, part));
      words.setLength(0);
    }
  }

  private void closePart(Consumer<Event> out) {
    if (growing != null) {
      growing.ended = true;
      growing = null;
    }
    if (open != null) {
      open = null;
      out.accept(new Event.PartEnded(index, part));
    }
  }
}
