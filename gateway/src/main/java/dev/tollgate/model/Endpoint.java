package dev.tollgate.model;

import org.jspecify.annotations.Nullable;

/**
 * One request's route, found once from the raw target; access, limits and dispatch all read this
 * object.
 *
 * @param route the matched template as LiteLLM writes it, {@code
 *     /openai/deployments/{model}/chat/completions}
 * @param path the path as the client sent it, without the query
 * @param operation what it does
 * @param dialect the dialect the client speaks there
 * @param pathModel the model named in the path, which wins over the body's
 */
public record Endpoint(
    String route, String path, Operation operation, Dialect dialect, @Nullable String pathModel) {}
