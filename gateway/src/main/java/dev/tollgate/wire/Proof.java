package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What proves a thought to its provider, in the place of a signature in another dialect: marked, so
 * that it goes back to providers of its own dialect and to no other. In base64, because Google's
 * clients refuse a signature that is not.
 *
 * @param dialect whose providers take it
 * @param value in their own words
 */
public record Proof(Dialect dialect, String value) {
  private static final String RESPONSES = "openai:";
  private static final String GEMINI = "gemini:";

  /** How they begin in base64, whatever follows. */
  private static final List<String> BEGINNINGS = List.of("b3BlbmFp", "Z2VtaW5p");

  /** As a signature. */
  public String write() {
    String mark =
        switch (dialect) {
          case RESPONSES -> RESPONSES;
          case GEMINI -> GEMINI;
          case OPENAI, ANTHROPIC, BEDROCK, COHERE, OLLAMA ->
              throw new IllegalArgumentException("no proofs of " + dialect);
        };
    return Base64.getEncoder().encodeToString((mark + value).getBytes(UTF_8));
  }

  /** Reads a signature; null if it bears no mark, as Anthropic's own. */
  public static @Nullable Proof read(String signature) {
    if (BEGINNINGS.stream().noneMatch(signature::startsWith)) {
      return null;
    }
    String plain = plain(signature);
    if (plain.startsWith(RESPONSES)) {
      return new Proof(Dialect.RESPONSES, plain.substring(RESPONSES.length()));
    }
    return plain.startsWith(GEMINI)
        ? new Proof(Dialect.GEMINI, plain.substring(GEMINI.length()))
        : null;
  }

  /** What a signature proves to providers of a dialect; null if it is another's, or none. */
  public static @Nullable String of(Dialect dialect, @Nullable String signature) {
    Proof proof = signature == null ? null : read(signature);
    return proof != null && proof.dialect() == dialect ? proof.value() : null;
  }

  /**
   * What providers of a dialect may be sent: thoughts without the proofs of others, and without the
   * empty ones that some clients are shown.
   */
  static Chat keep(Chat chat, Dialect dialect) {
    if (chat.messages().stream()
        .allMatch(message -> message.parts().stream().allMatch(part -> isFor(part, dialect)))) {
      return chat;
    }
    List<Message> messages = new ArrayList<>();
    for (Message message : chat.messages()) {
      List<Part> kept = new ArrayList<>();
      for (Part part : message.parts()) {
        if (isFor(part, dialect)) {
          kept.add(part);
        } else if (part instanceof Part.Thinking thought && !thought.text().isEmpty()) {
          kept.add(new Part.Thinking(thought.text(), null));
        }
      }
      if (!kept.isEmpty()) {
        messages.add(new Message(message.role(), kept, message.name()));
      }
    }
    return chat.withMessages(messages);
  }

  private static boolean isFor(Part part, Dialect dialect) {
    if (!(part instanceof Part.Thinking thought) || thought.signature() == null) {
      return true;
    }
    Proof proof = read(thought.signature());
    return proof == null ? !thought.signature().isEmpty() : proof.dialect() == dialect;
  }

  private static String plain(String signature) {
    try {
      return new String(Base64.getDecoder().decode(signature), UTF_8);
    } catch (IllegalArgumentException notOurs) {
      return "";
    }
  }
}
