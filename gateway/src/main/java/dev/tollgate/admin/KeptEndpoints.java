package dev.tollgate.admin;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** The operator's own endpoints: those of the configuration, and those made through the API. */
public interface KeptEndpoints {
  /**
   * One of them.
   *
   * @param id null for one of the configuration
   * @param document in LiteLLM's words, with its credentials; of one that is not served the path
   *     alone
   * @param problem why it is not served; null if it is
   */
  record Kept(@Nullable String id, ObjectNode document, @Nullable String problem) {}

  /** All, those of the configuration first. */
  List<Kept> all();

  /**
   * Makes one, or puts it in the place of the one with its id; it is served at once.
   *
   * @throws IllegalArgumentException {@code field: what was expected}, without any value
   */
  void put(String id, ObjectNode document);

  /** Deletes one that was made through the API. */
  void delete(String id);
}
