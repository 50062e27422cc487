package dev.tollgate.model;

import org.jspecify.annotations.Nullable;

/**
 * One request's route, found once from the raw target; access, limits and dispatch all read this
 * object.
 *
 * @param route the matched template as LiteLLM writes it, {@code
 *     /openai/deployments/{model}/chat/completions}
 * @param path the path as the client sent it, without the query
 * @param query what follows the {@code ?}; empty if there is none
 * @param operation what it does, and so the dialect that the client speaks
 * @param pathModel the model named in the path, which wins over the body's
 * @param pathId what is named in the path beside a model: a stored response
 * @param pathStream whether the path asks for a stream; only where the dialect says it there
 * @param passThrough the call of a provider's own API that it is; null for all others
 */
public record Endpoint(
    String route,
    String path,
    String query,
    Operation operation,
    @Nullable String pathModel,
    @Nullable String pathId,
    boolean pathStream,
    @Nullable PassThrough passThrough) {

  /** One of the gateway's own. */
  public Endpoint(
      String route,
      String path,
      String query,
      Operation operation,
      @Nullable String pathModel,
      @Nullable String pathId,
      boolean pathStream) {
    this(route, path, query, operation, pathModel, pathId, pathStream, null);
  }

  /**
   * Whether a stream is asked for as one JSON array. Google's own default, but LiteLLM's clients
   * get server-sent events unless they say otherwise.
   */
  public boolean streamsArray() {
    if (!pathStream) {
      return false;
    }
    for (String parameter : query.split("&", -1)) {
      String name = parameter.startsWith("%24") ? "$" + parameter.substring(3) : parameter;
      if (name.startsWith("alt=json") || name.startsWith("$alt=json")) {
        return true;
      }
    }
    return false;
  }

  /** Whether the client asks for a WebSocket. */
  public boolean isSocket() {
    return passThrough != null && passThrough.isSocket();
  }

  /** The dialect that the client speaks. */
  public Dialect dialect() {
    return passThrough == null ? operation.dialect() : passThrough.dialect();
  }

  /** The same with a form for a body: what a typed operation takes, its path says already. */
  public Endpoint ofForm() {
    return passThrough == null
        ? this
        : new Endpoint(
            route, path, query, operation, pathModel, pathId, pathStream, passThrough.ofForm());
  }

  /** The same, asking something else. */
  public Endpoint asking(Operation other) {
    return new Endpoint(route, path, query, other, pathModel, pathId, pathStream, passThrough);
  }
}
