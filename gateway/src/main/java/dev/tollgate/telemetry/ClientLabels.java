package dev.tollgate.telemetry;

/**
 * Which labels that a client fills as it likes carry its values in the metrics; one that is off
 * says {@code None}.
 *
 * <p>LiteLLM has {@code client_ip} and {@code user_agent} on and {@code end_user} off. Here all
 * three are off until the operator asks for them: with a valid key, any client could otherwise make
 * a new series with each request. The call log has the values in any case.
 *
 * @param endUser {@code end_user}, LiteLLM's {@code enable_end_user_cost_tracking_prometheus_only};
 *     in counters only: in histograms it stays {@code None}
 * @param clientIp {@code client_ip}
 * @param userAgent {@code user_agent}
 */
public record ClientLabels(boolean endUser, boolean clientIp, boolean userAgent) {
  public static final ClientLabels NONE = new ClientLabels(false, false, false);
}
