package dev.tollgate.http;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Role;
import dev.tollgate.model.Secret;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A route that spends no money: management, information, health. Its handler runs on a virtual
 * thread and may block.
 *
 * @param method HTTP method
 * @param template path with {@code {name}} for one segment and {@code {name:path}} for the rest,
 *     {@code /key/generate}
 * @param admission who may call it
 * @param group LiteLLM's route group, {@code management_routes}, {@code info_routes}, {@code
 *     llm_api_routes}
 * @param handler what answers
 */
public record ManagementRoute(
    String method, String template, Admission admission, String group, Handler handler) {

  /** Who may call a route; whose things it may touch, the handler checks. */
  public enum Admission {
    /** Anyone, without a key. */
    PUBLIC,
    /** Any valid key whose allowed routes have it. */
    KEY,
    /** Users, as far as it tells of themselves and of what they belong to. */
    OWN_VIEW,
    /** Users, as far as it changes what is theirs. */
    OWN_CHANGE,
    /** Administrators, and those who may only look. */
    ADMIN_VIEW,
    /** Administrators only. */
    ADMIN;

    /** Whether keys of users with this role may call it. */
    public boolean admits(Role role) {
      return switch (role) {
        case PROXY_ADMIN -> true;
        case PROXY_ADMIN_VIEWER -> this != OWN_CHANGE && this != ADMIN;
        case ORG_ADMIN, INTERNAL_USER -> this != ADMIN_VIEW && this != ADMIN;
        case INTERNAL_USER_VIEWER -> this == PUBLIC || this == KEY || this == OWN_VIEW;
        case TEAM, CUSTOMER, UNKNOWN -> this == PUBLIC || this == KEY;
      };
    }
  }

  /** Answers one request. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Answers.
     *
     * @throws dev.tollgate.model.FailureException for every answer that is not a success
     */
    Answer answer(Query query);
  }

  /**
   * What was asked.
   *
   * @param pathParameters values of the template's names, decoded
   * @param parameters query parameters, decoded
   * @param body the body, empty if none
   * @param caller who asks; null on a public route
   * @param presented the credential as it was presented; null on a public route
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: a query is never compared
  public record Query(
      String method,
      String path,
      Map<String, String> pathParameters,
      Map<String, List<String>> parameters,
      byte[] body,
      @Nullable Caller caller,
      @Nullable Secret presented) {
    /** First value of a query parameter. */
    public @Nullable String parameter(String name) {
      List<String> values = parameters.get(name);
      return values == null || values.isEmpty() ? null : values.getFirst();
    }
  }

  /**
   * The answer.
   *
   * @param status HTTP status
   * @param contentType its media type
   * @param body the document
   */
  @SuppressWarnings("ArrayRecordComponent") // identity is enough: an answer is never compared
  public record Answer(int status, String contentType, byte[] body) {
    public static Answer json(int status, byte[] body) {
      return new Answer(status, "application/json", body);
    }
  }
}
