package dev.tollgate.telemetry;

import static dev.tollgate.telemetry.Label.API_BASE;
import static dev.tollgate.telemetry.Label.API_KEY_ALIAS;
import static dev.tollgate.telemetry.Label.API_PROVIDER;
import static dev.tollgate.telemetry.Label.CLIENT_IP;
import static dev.tollgate.telemetry.Label.END_USER;
import static dev.tollgate.telemetry.Label.EXCEPTION_CLASS;
import static dev.tollgate.telemetry.Label.EXCEPTION_STATUS;
import static dev.tollgate.telemetry.Label.FALLBACK_MODEL;
import static dev.tollgate.telemetry.Label.HASHED_API_KEY;
import static dev.tollgate.telemetry.Label.LITELLM_MODEL_NAME;
import static dev.tollgate.telemetry.Label.MODEL;
import static dev.tollgate.telemetry.Label.MODEL_GROUP;
import static dev.tollgate.telemetry.Label.MODEL_ID;
import static dev.tollgate.telemetry.Label.ORG_ALIAS;
import static dev.tollgate.telemetry.Label.ORG_ID;
import static dev.tollgate.telemetry.Label.REQUESTED_MODEL;
import static dev.tollgate.telemetry.Label.ROUTE;
import static dev.tollgate.telemetry.Label.SERVICE_TIER;
import static dev.tollgate.telemetry.Label.STATUS_CODE;
import static dev.tollgate.telemetry.Label.TEAM;
import static dev.tollgate.telemetry.Label.TEAM_ALIAS;
import static dev.tollgate.telemetry.Label.USER;
import static dev.tollgate.telemetry.Label.USER_AGENT;
import static dev.tollgate.telemetry.Label.USER_EMAIL;

import java.util.Arrays;
import java.util.function.Consumer;

/** The metrics of calls, with LiteLLM's names, labels and buckets. Thread-safe. */
final class Families {
  /** Twenty lines each in every page of every histogram: some tens of megabytes, no more. */
  private static final int HISTOGRAM_POINTS_MAX = 1_000;

  /** The labels that every row about money or tokens of a caller has. */
  private static final Label[] CALLER = {
    API_KEY_ALIAS,
    API_PROVIDER,
    END_USER,
    HASHED_API_KEY,
    MODEL_ID,
    ORG_ALIAS,
    ORG_ID,
    TEAM,
    TEAM_ALIAS,
    USER
  };

  private static final Label[] DEPLOYMENT = {
    API_BASE,
    API_KEY_ALIAS,
    API_PROVIDER,
    HASHED_API_KEY,
    LITELLM_MODEL_NAME,
    MODEL_ID,
    TEAM,
    TEAM_ALIAS
  };

  private static final Label[] TOKENS = with(CALLER, MODEL, REQUESTED_MODEL, USER_EMAIL);
  private static final Label[] LATENCY =
      with(CALLER, MODEL, MODEL_GROUP, REQUESTED_MODEL, SERVICE_TIER);
  private static final Label[] SPEND =
      with(CALLER, CLIENT_IP, MODEL, SERVICE_TIER, USER_AGENT, USER_EMAIL);
  private static final Label[] FALLBACKS = {
    API_KEY_ALIAS,
    EXCEPTION_CLASS,
    EXCEPTION_STATUS,
    FALLBACK_MODEL,
    HASHED_API_KEY,
    MODEL_ID,
    REQUESTED_MODEL,
    TEAM,
    TEAM_ALIAS
  };

  private final Consumer<Family> exposed;

  final Counters requests;
  final Counters failedRequests;
  final Counters llmRequests;
  final Counters totalTokens;
  final Counters inputTokens;
  final Counters outputTokens;
  final Counters deploymentRequests;
  final Counters deploymentSuccesses;
  final Counters deploymentFailures;
  final Counters successfulFallbacks;
  final Counters failedFallbacks;
  final Counters unpriced;
  final Counters spentNanos;
  final Histograms requestLatency;
  final Histograms upstreamLatency;
  final Histograms firstEventLatency;
  final Histograms overhead;
  final Histograms latencyPerOutputToken;

  /**
   * @param exposed is told each of them
   */
  Families(Consumer<Family> exposed) {
    this.exposed = exposed;
    requests =
        counter(
            "litellm_proxy_total_requests_metric",
            "Calls that clients made",
            with(CALLER, CLIENT_IP, REQUESTED_MODEL, ROUTE, STATUS_CODE, USER_AGENT, USER_EMAIL));
    failedRequests =
        counter(
            "litellm_proxy_failed_requests_metric",
            "Calls whose client got no success",
            with(
                CALLER,
                CLIENT_IP,
                EXCEPTION_CLASS,
                EXCEPTION_STATUS,
                REQUESTED_MODEL,
                ROUTE,
                USER_AGENT,
                USER_EMAIL));
    llmRequests =
        counter(
            "litellm_requests_metric",
            "Calls that a model answered",
            with(CALLER, CLIENT_IP, MODEL, USER_AGENT, USER_EMAIL));
    totalTokens = counter("litellm_total_tokens_metric", "Input and output tokens", TOKENS);
    inputTokens = counter("litellm_input_tokens_metric", "Input tokens", TOKENS);
    outputTokens = counter("litellm_output_tokens_metric", "Output tokens", TOKENS);
    deploymentRequests =
        counter(
            "litellm_deployment_total_requests",
            "Calls made to a deployment",
            with(DEPLOYMENT, CLIENT_IP, REQUESTED_MODEL, USER_AGENT));
    deploymentSuccesses =
        counter(
            "litellm_deployment_success_responses",
            "Calls that a deployment answered well",
            with(DEPLOYMENT, CLIENT_IP, REQUESTED_MODEL, USER_AGENT));
    deploymentFailures =
        counter(
            "litellm_deployment_failure_responses",
            "Calls that failed at a deployment",
            with(
                DEPLOYMENT,
                CLIENT_IP,
                EXCEPTION_CLASS,
                EXCEPTION_STATUS,
                REQUESTED_MODEL,
                USER_AGENT));
    successfulFallbacks =
        counter(
            "litellm_deployment_successful_fallbacks",
            "Calls that another model group answered",
            FALLBACKS);
    failedFallbacks =
        counter(
            "litellm_deployment_failed_fallbacks",
            "Calls that failed in another model group as well",
            FALLBACKS);
    unpriced =
        counter(
            "tollgate_unpriced_calls", "Calls whose cost is not known, for want of a price", MODEL);
    requestLatency =
        histogram(
            "litellm_request_total_latency_metric",
            "Seconds from the request's head to the end of the answer",
            LATENCY);
    upstreamLatency =
        histogram("litellm_llm_api_latency_metric", "Seconds spent waiting for providers", LATENCY);
    firstEventLatency =
        histogram(
            "litellm_llm_api_time_to_first_token_metric",
            "Seconds to the first event of a stream",
            LATENCY);
    overhead =
        histogram(
            "litellm_overhead_latency_metric",
            "Seconds that the gateway itself added",
            API_BASE,
            API_KEY_ALIAS,
            API_PROVIDER,
            HASHED_API_KEY,
            LITELLM_MODEL_NAME,
            MODEL_GROUP,
            MODEL_ID);
    latencyPerOutputToken =
        histogram(
            "litellm_deployment_latency_per_output_token",
            "Seconds spent waiting for the provider, per output token",
            DEPLOYMENT);
    spentNanos =
        exposed(
            new Counters("litellm_spend_metric", "What calls cost, in US dollars", true, SPEND));
  }

  private <F extends Family> F exposed(F family) {
    exposed.accept(family);
    return family;
  }

  private Counters counter(String name, String help, Label... labels) {
    return exposed(new Counters(name, help, false, labels));
  }

  private Histograms histogram(String name, String help, Label... labels) {
    return exposed(new Histograms(name, help, HISTOGRAM_POINTS_MAX, labels));
  }

  private static Label[] with(Label[] base, Label... more) {
    Label[] all = Arrays.copyOf(base, base.length + more.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return all;
  }
}
