package dev.tollgate.ledger;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call as it stands in the journal and in {@code spend_log}; the columns of LiteLLM's {@code
 * LiteLLM_SpendLogs} that have a meaning here.
 *
 * @param journal the journal that the call was written to
 * @param sequence its place there; with {@code journal} what makes the row unique
 * @param requestId the provider's response id, else the call's id
 * @param callId {@code x-litellm-call-id}
 * @param callType LiteLLM's name of the operation, {@code acompletion}
 * @param keyHash {@code api_key}, empty if nobody was identified
 * @param spend what was charged
 * @param model what the provider was asked for, else what the client named
 * @param modelId the deployment's id
 * @param modelGroup the group that was asked for
 * @param success {@code status}
 * @param httpStatus status sent to the client
 * @param failureType name of the {@code Failure} case, null when it went well
 * @param firstEvent {@code completionStartTime}, null for a whole reply
 * @param counted the gateway counted the tokens itself
 * @param teamId the team that was charged, null for none
 * @param organizationId the organisation that was charged, null for none
 */
public record SpendRow(
    long journal,
    long sequence,
    String requestId,
    String callId,
    String callType,
    String keyHash,
    Money spend,
    long inputTokens,
    long outputTokens,
    long cachedTokens,
    long cacheWriteTokens,
    long reasoningTokens,
    boolean counted,
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
    boolean stream,
    int attempts,
    int fallbacks,
    @Nullable String teamId,
    @Nullable String organizationId) {

  /** A call of a key without a team. */
  public SpendRow(
      long journal,
      long sequence,
      String requestId,
      String callId,
      String callType,
      String keyHash,
      Money spend,
      long inputTokens,
      long outputTokens,
      long cachedTokens,
      long cacheWriteTokens,
      long reasoningTokens,
      boolean counted,
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
      boolean stream,
      int attempts,
      int fallbacks) {
    this(
        journal,
        sequence,
        requestId,
        callId,
        callType,
        keyHash,
        spend,
        inputTokens,
        outputTokens,
        cachedTokens,
        cacheWriteTokens,
        reasoningTokens,
        counted,
        started,
        ended,
        firstEvent,
        model,
        modelId,
        modelGroup,
        provider,
        apiBase,
        userId,
        endUser,
        success,
        httpStatus,
        failureType,
        tags,
        clientAddress,
        sessionId,
        stream,
        attempts,
        fallbacks,
        null,
        null);
  }
}
