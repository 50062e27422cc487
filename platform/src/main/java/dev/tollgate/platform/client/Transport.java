package dev.tollgate.platform.client;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sends one JSON body to a path below an OpenAI-compatible address and gives the answer back.
 *
 * <p>Blocks and embeddings are built on this alone, so that a test can answer by hand. An
 * implementation is safe for several threads.
 */
public interface Transport {

  /**
   * Posts a body and waits for the whole answer.
   *
   * @param path below the address, such as {@code /chat/completions}; {@code /v1} is never added
   * @param body sent as it is, explicit nulls included
   * @return the JSON of a 2xx answer
   * @throws RuntimeException one of {@code OpenAiException}'s cases for every other outcome
   */
  JsonNode post(String path, ObjectNode body);
}
