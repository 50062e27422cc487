package dev.tollgate.platform.client;

import java.util.Optional;

/**
 * A call that brought no usable answer. The cases are those of the official client; no message
 * holds a key. Immutable.
 */
public abstract sealed class OpenAiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private OpenAiException(String message) {
    super(message);
  }

  /**
   * The error object of an answer, {@code {"error": {message, type, param, code}}}.
   *
   * @param message or the answer's text where it has no such object
   * @param code a number is given as its digits
   */
  public record Details(
      String message, Optional<String> type, Optional<String> param, Optional<String> code) {}

  /** The server answered with a status other than 2xx. */
  public abstract static sealed class ApiStatus extends OpenAiException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Details details;

    private ApiStatus(int status, Details details) {
      super("Error code: " + status + " - " + details.message());
      this.status = status;
      this.details = details;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** What the answer said, with the key cut out should it have been repeated there. */
    public Details details() {
      return details;
    }
  }

  /** 400: the request cannot be served as it is. */
  public static final class BadRequest extends ApiStatus {
    private static final long serialVersionUID = 1L;

    BadRequest(int status, Details details) {
      super(status, details);
    }
  }

  /** 401: no key, or a wrong one. */
  public static final class AuthenticationError extends ApiStatus {
    private static final long serialVersionUID = 1L;

    AuthenticationError(int status, Details details) {
      super(status, details);
    }
  }

  /** 403: the key may not do this. */
  public static final class PermissionDenied extends ApiStatus {
    private static final long serialVersionUID = 1L;

    PermissionDenied(int status, Details details) {
      super(status, details);
    }
  }

  /** 404: no such path or model. */
  public static final class NotFound extends ApiStatus {
    private static final long serialVersionUID = 1L;

    NotFound(int status, Details details) {
      super(status, details);
    }
  }

  /** 409: tried again before it was thrown. */
  public static final class Conflict extends ApiStatus {
    private static final long serialVersionUID = 1L;

    Conflict(int status, Details details) {
      super(status, details);
    }
  }

  /** 422: well-formed, and still not accepted. */
  public static final class UnprocessableEntity extends ApiStatus {
    private static final long serialVersionUID = 1L;

    UnprocessableEntity(int status, Details details) {
      super(status, details);
    }
  }

  /** 429: a limit or a budget is used up; tried again before it was thrown. */
  public static final class RateLimit extends ApiStatus {
    private static final long serialVersionUID = 1L;

    RateLimit(int status, Details details) {
      super(status, details);
    }
  }

  /** 500 and above; tried again before it was thrown. */
  public static final class InternalServer extends ApiStatus {
    private static final long serialVersionUID = 1L;

    InternalServer(int status, Details details) {
      super(status, details);
    }
  }

  /** Any other status, such as a redirect, which is not followed. */
  public static final class OtherStatus extends ApiStatus {
    private static final long serialVersionUID = 1L;

    OtherStatus(int status, Details details) {
      super(status, details);
    }
  }

  /** No answer came: refused, unknown host, cut off, or an address that is none. */
  public static final class ApiConnection extends OpenAiException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    ApiConnection(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }

    /** What kept the answer away. */
    public Reason reason() {
      return reason;
    }

    /** What can keep an answer away. */
    public enum Reason {
      /** Nothing listens at the address. */
      REFUSED,
      /** The host's name has no address. */
      UNKNOWN_HOST,
      /** TLS could not be agreed on. */
      TLS,
      /** The address is none. */
      BAD_ADDRESS,
      /** The connection broke, or what came is no HTTP. */
      BROKEN,
      /** The caller's thread was interrupted. */
      INTERRUPTED
    }
  }

  /** No answer came in time. */
  public static final class ApiTimeout extends OpenAiException {
    private static final long serialVersionUID = 1L;

    ApiTimeout(String message) {
      super(message);
    }
  }

  /** A 2xx answer that is not what the call returns. */
  public static final class UnreadableReply extends OpenAiException {
    private static final long serialVersionUID = 1L;

    /**
     * For callers of {@link Transport} that expect more of an answer than JSON.
     *
     * @param message what was found and what was expected; never the answer itself
     */
    public UnreadableReply(String message) {
      super(message);
    }
  }

  /** An answer larger than {@link CallLimits#replyBytesMax}; it would be as large a second time. */
  public static final class ReplyTooLarge extends OpenAiException {
    private static final long serialVersionUID = 1L;

    ReplyTooLarge(String message) {
      super(message);
    }
  }

  static ApiStatus of(int status, Details details) {
    if (status >= 500) {
      return new InternalServer(status, details);
    }
    return switch (status) {
      case 400 -> new BadRequest(status, details);
      case 401 -> new AuthenticationError(status, details);
      case 403 -> new PermissionDenied(status, details);
      case 404 -> new NotFound(status, details);
      case 409 -> new Conflict(status, details);
      case 422 -> new UnprocessableEntity(status, details);
      case 429 -> new RateLimit(status, details);
      default -> new OtherStatus(status, details);
    };
  }
}
