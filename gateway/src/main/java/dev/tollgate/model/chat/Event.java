package dev.tollgate.model.chat;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What happens in a streamed answer. A reader of a provider's stream gives them in this order:
 *
 * <ul>
 *   <li>{@link Started}, once and first;
 *   <li>for each part {@link PartStarted}, its {@link Grown} and {@link Cited}, {@link PartEnded}.
 *       Within a choice the parts are numbered from 0 and one ends before the next starts;
 *   <li>{@link Finished} for each choice, after its last part;
 *   <li>{@link Metered} whenever figures come: each replaces what the ones before told;
 *   <li>{@link Ended}, once and last; or {@link Failed}, after which nothing comes.
 * </ul>
 *
 * <p>All of them put together are the {@link Reply}.
 */
public sealed interface Event {

  /**
   * The answer begins.
   *
   * @param id the provider's id; null if it gives none
   * @param extras what else the provider says at the start, under its own names
   */
  record Started(
      @Nullable String id,
      @Nullable String model,
      @Nullable Long created,
      Map<String, JsonNode> extras)
      implements Event {}

  /**
   * A part begins.
   *
   * @param head the part with what is known of it: an empty text, a call with its id and name and
   *     no arguments yet. What comes in one piece (redacted thoughts, an image) is whole
   */
  record PartStarted(int choice, int part, Part head) implements Event {}

  /** A part grows. */
  record Grown(int choice, int part, Growth kind, String more) implements Event {}

  /** What of a part grows. */
  enum Growth {
    TEXT,
    THINKING,
    SIGNATURE,
    /** JSON text of a call's arguments. */
    ARGUMENTS,
    REFUSAL,
    /** Base64 of a sound. */
    AUDIO,
    TRANSCRIPT
  }

  /** The text of a part rests on something. */
  record Cited(int choice, int part, Citation citation) implements Event {}

  record PartEnded(int choice, int part) implements Event {}

  /** Log probabilities of what just came, as OpenAI writes them. */
  record Logprobs(int choice, JsonNode logprobs) implements Event {}

  record Finished(int choice, Finish finish) implements Event {}

  record Metered(Usage usage) implements Event {}

  /** The provider broke off with an error in the stream. */
  record Failed(Failure failure) implements Event {}

  /** The provider said that the stream is over. */
  record Ended() implements Event {}
}
