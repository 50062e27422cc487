package dev.tollgate.model.chat;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One turn.
 *
 * @param role who speaks
 * @param parts what is said, in order; {@link Role#TOOL} has results only, and no other role has
 *     one
 * @param name the speaker's name, where a dialect has one
 */
public record Message(Role role, List<Part> parts, @Nullable String name) {
  /**
   * Who speaks. Developer is OpenAI's newer word for system; dialects without it take it as such.
   */
  public enum Role {
    SYSTEM,
    DEVELOPER,
    USER,
    ASSISTANT,
    TOOL
  }

  public static Message of(Role role, List<Part> parts) {
    return new Message(role, parts, null);
  }

  public static Message of(Role role, String text) {
    return of(role, List.of(Part.Text.of(text)));
  }
}
