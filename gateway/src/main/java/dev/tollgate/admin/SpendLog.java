package dev.tollgate.admin;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The calls on record; the ledger's store has them. Thread-safe; may block. */
@FunctionalInterface
public interface SpendLog {
  /** Rows that fit, newest first, at most {@code filter.limit()}. */
  List<SpendRow> find(Filter filter);

  /**
   * What is asked for; null for anything.
   *
   * @param requestId the provider's response id, or the call's
   * @param keyHash {@code api_key}
   * @param userId {@code user_id}
   * @param from first moment
   * @param to first moment after
   * @param limit most rows
   */
  record Filter(
      @Nullable String requestId,
      @Nullable String keyHash,
      @Nullable String userId,
      @Nullable Instant from,
      @Nullable Instant to,
      int limit) {}

  /**
   * One call. The names in LiteLLM's answer stand behind each.
   *
   * @param requestId {@code request_id}
   * @param callId {@code litellm_call_id}
   * @param callType {@code call_type}
   * @param keyHash {@code api_key}
   * @param spend {@code spend}
   * @param inputTokens {@code prompt_tokens}
   * @param outputTokens {@code completion_tokens}
   * @param cachedTokens part of the input that was read from the provider's cache
   * @param reasoningTokens part of the output
   * @param started {@code startTime}
   * @param ended {@code endTime}
   * @param firstEvent {@code completionStartTime}; null for a whole reply
   * @param model {@code model}
   * @param modelId {@code model_id}
   * @param modelGroup {@code model_group}
   * @param provider {@code custom_llm_provider}
   * @param apiBase {@code api_base}
   * @param userId {@code user}
   * @param endUser {@code end_user}
   * @param success {@code status}: {@code success} or {@code failure}
   * @param httpStatus status that the client was sent
   * @param failureType what kind of failure it was; null for none
   * @param tags {@code request_tags}
   * @param clientAddress {@code requester_ip_address}
   * @param sessionId {@code session_id}
   * @param attempts calls made to providers
   * @param fallbacks hops to other groups
   */
  record SpendRow(
      String requestId,
      String callId,
      String callType,
      String keyHash,
      Money spend,
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long reasoningTokens,
      Instant started,
      Instant ended,
      @Nullable Instant firstEvent,
      @Nullable String model,
      @Nullable String modelId,
      @Nullable String modelGroup,
      @Nullable String provider,
      @Nullable String apiBase,
      @Nullable String userId,
      @Nullable String endUser,
      boolean success,
      int httpStatus,
      @Nullable String failureType,
      List<String> tags,
      @Nullable String clientAddress,
      @Nullable String sessionId,
      int attempts,
      int fallbacks) {}
}
