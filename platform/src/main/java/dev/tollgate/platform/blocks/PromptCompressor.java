package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes a prompt fit into half the context window, losing text on the way.
 *
 * <p>Three steps, each only while the prompt plus a reserve of 2048 tokens is still too long: the
 * messages between the first and the last are cut in their middle to 8192 tokens, then 4096, … down
 * to 128; whole messages are left out from the centre outwards; the first and the last are cut like
 * the others. Messages with the main objective are only cut in the last step, and only if they
 * stand first or last. Messages about tools are never left out, and of these only results in
 * Anthropic's form are cut, because a call without its result is refused by every provider. What is
 * still too long is sent as it is.
 */
final class PromptCompressor {
  private static final int RESERVE = 2048;
  private static final int CAP_FIRST = 8192;
  private static final int CAP_LAST = 128;

  private final PromptTokens tokens;
  private final long target;
  private final List<ObjectNode> messages;
  private final List<Integer> sizes = new ArrayList<>();

  private PromptCompressor(List<ObjectNode> prompt, int target, PromptTokens tokens) {
    this.tokens = tokens;
    this.target = target;
    this.messages = Messages.copyOf(prompt);
    for (ObjectNode message : messages) {
      sizes.add(tokens.of(message));
    }
  }

  /** Whether so many tokens need no shortening. */
  static boolean fits(int promptTokens, int contextWindow) {
    return (long) RESERVE + promptTokens <= contextWindow / 2;
  }

  /** The messages themselves if they fit, else shortened copies. */
  static List<ObjectNode> fit(List<ObjectNode> prompt, int contextWindow, PromptTokens tokens) {
    PromptCompressor compressor = new PromptCompressor(prompt, contextWindow / 2, tokens);
    if (!compressor.tooLong()) {
      return prompt;
    }
    compressor.cut(i -> !compressor.isEnd(i) && !compressor.isMainObjective(i));
    compressor.leaveOut();
    compressor.cut(compressor::isEnd);
    return compressor.messages;
  }

  private boolean tooLong() {
    long sum = RESERVE;
    for (int size : sizes) {
      sum += size;
    }
    return sum > target;
  }

  private boolean isEnd(int index) {
    return index == 0 || index == messages.size() - 1;
  }

  private boolean isMainObjective(int index) {
    return Messages.isMainObjective(messages.get(index));
  }

  private void cut(IntPredicate chosen) {
    for (int cap = CAP_FIRST; cap >= CAP_LAST && tooLong(); cap /= 2) {
      for (int i = 0; i < messages.size(); i++) {
        if (chosen.test(i)) {
          cutOne(i, cap);
        }
      }
    }
  }

  private void cutOne(int index, int cap) {
    ObjectNode message = messages.get(index);
    if (Messages.concernsTools(message)) {
      for (JsonNode part : message.path("content")) {
        if (part instanceof ObjectNode result && Messages.isType(part, "tool_result")) {
          cutText(result, cap);
        }
      }
    } else {
      cutText(message, cap);
    }
    sizes.set(index, tokens.of(message));
  }

  private void cutText(ObjectNode holder, int cap) {
    String text = Json.text(holder.path("content"));
    if (!text.isEmpty()) {
      holder.put("content", MiddleCut.toTokens(text, cap, tokens::of));
    }
  }

  private void leaveOut() {
    while (tooLong()) {
      int index = nearestToCentre();
      if (index < 0) {
        return;
      }
      messages.remove(index);
      sizes.subList(index, index + 1).clear();
    }
  }

  /** Where the message to leave out next stands, -1 if there is none. */
  private int nearestToCentre() {
    int centre = messages.size() / 2;
    int nearest = -1;
    for (int i = 1; i < messages.size() - 1; i++) {
      boolean nearer = nearest < 0 || Math.abs(i - centre) < Math.abs(nearest - centre);
      if (nearer && !Messages.concernsTools(messages.get(i)) && !isMainObjective(i)) {
        nearest = i;
      }
    }
    return nearest;
  }
}
