package dev.tollgate.model.embedding;

import dev.tollgate.model.chat.Source;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a client wants as vectors.
 *
 * @param inputs one vector for each, in their order
 * @param dimensions length of each vector; null for the model's own
 * @param purpose Cohere's {@code input_type}: {@code search_document}, {@code search_query}, …
 * @param endUser for whom the client asks
 * @param extras parameters that this language has no word for, under the client's own names
 */
public record Embedding(
    List<Input> inputs,
    @Nullable Long dimensions,
    @Nullable String purpose,
    @Nullable String endUser,
    Map<String, JsonNode> extras) {

  /** One thing to be turned into a vector. */
  public sealed interface Input {
    record Text(String text) implements Input {}

    /** Text as tokens of the model's own encoding: a list of whole numbers. */
    record Tokens(JsonNode ids) implements Input {}

    record Image(Source source) implements Input {}
  }
}
