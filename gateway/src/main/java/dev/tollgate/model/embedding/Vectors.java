package dev.tollgate.model.embedding;

import dev.tollgate.model.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A model's answer.
 *
 * @param id the provider's id; null if it gives none
 * @param vectors in the order of the inputs, each a list of numbers as the provider wrote them
 * @param usage null if the provider sent no figures
 */
public record Vectors(@Nullable String id, List<JsonNode> vectors, @Nullable Usage usage) {}
