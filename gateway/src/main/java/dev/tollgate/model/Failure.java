package dev.tollgate.model;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Every way in which a call can end badly. Each dialect writes it in an exhaustive switch; {@link
 * #status} is the HTTP status in all of them. Messages say what was wrong and what to change, and
 * never carry a secret.
 */
public sealed interface Failure {
  /** For the client to read. */
  String message();

  /** HTTP status. */
  int status();

  /**
   * The request itself is wrong.
   *
   * @param param the field, null if it is the body as a whole
   */
  record BadRequest(String message, @Nullable String param) implements Failure {
    @Override
    public int status() {
      return 400;
    }
  }

  /**
   * No valid credential.
   *
   * @param type LiteLLM's error type: {@code auth_error}, {@code token_not_found_in_db}, {@code
   *     expired_key}
   * @param param LiteLLM's param, often the text {@code None}
   */
  record Unauthenticated(String message, String type, String param) implements Failure {
    @Override
    public int status() {
      return 401;
    }
  }

  /**
   * A valid key that may not use this model; {@code type} is LiteLLM's, {@code
   * key_model_access_denied}.
   */
  record ModelDenied(String message, String type) implements Failure {
    @Override
    public int status() {
      return 403;
    }
  }

  /** A valid key that may not use this route; written in LiteLLM's shape without an envelope. */
  record RouteDenied(String message) implements Failure {
    @Override
    public int status() {
      return 403;
    }
  }

  /**
   * No such path (404), no such method there (405, with what is allowed), or nobody gave a
   * credential for the provider behind it (401).
   */
  record NoRoute(String message, int status, @Nullable String allow) implements Failure {}

  /**
   * Something that a provider keeps, named by its id, is not there (404) or not this caller's
   * (403).
   *
   * @param param the field or path parameter that names it
   */
  record NotThere(String message, int status, String param) implements Failure {}

  /** A bound of the gateway was passed: body, header block, event, reply. */
  record TooLarge(String message, int status) implements Failure {}

  /** A budget is used up. */
  record BudgetExceeded(String message, int status, @Nullable Duration retryAfter)
      implements Failure {}

  /**
   * A rate limit is reached.
   *
   * @param limitType {@code requests}, {@code tokens} or {@code max_parallel_requests}
   */
  record RateLimited(
      String message, String limitType, Duration retryAfter, @Nullable Instant resetAt)
      implements Failure {
    @Override
    public int status() {
      return 429;
    }
  }

  /** No deployment serves the model that was named. */
  record UnknownModel(String message) implements Failure {
    @Override
    public int status() {
      return 400;
    }
  }

  /** All deployments of the model are cooling down. */
  record CoolingDown(String message, Duration retryAfter) implements Failure {
    @Override
    public int status() {
      return 429;
    }
  }

  /** The provider answered with an error status. */
  record UpstreamRefused(
      String message,
      int status,
      Kind kind,
      String provider,
      @Nullable String providerType,
      @Nullable String providerParam,
      @Nullable String providerCode,
      @Nullable Duration retryAfter)
      implements Failure {
    /** What kind of refusal it is, as far as routing treats them differently. */
    public enum Kind {
      GENERAL,
      CONTEXT_WINDOW,
      CONTENT_POLICY
    }
  }

  /**
   * No usable answer: connection refused, cut off, not HTTP, or a reply the dialect does not have.
   */
  record UpstreamBroken(String message, String provider) implements Failure {
    @Override
    public int status() {
      return 500;
    }
  }

  /** A time limit passed: the deployment's, the client's or the gateway's. */
  record TimedOut(String message) implements Failure {
    @Override
    public int status() {
      return 408;
    }
  }

  /** The gateway has no room or is shutting down. */
  record Overloaded(String message, Duration retryAfter) implements Failure {
    @Override
    public int status() {
      return 503;
    }
  }

  /** The database does not answer, and what was asked needs it. */
  record NoDatabase(String message, Duration retryAfter) implements Failure {
    @Override
    public int status() {
      return 503;
    }
  }

  /** The client left; nobody reads the answer. Status as nginx logs it. */
  record ClientGone() implements Failure {
    @Override
    public String message() {
      return "The client closed the connection.";
    }

    @Override
    public int status() {
      return 499;
    }
  }

  /** A bug of ours; the cause is in the log, never in the answer. */
  record Internal(String message) implements Failure {
    @Override
    public int status() {
      return 500;
    }
  }
}
