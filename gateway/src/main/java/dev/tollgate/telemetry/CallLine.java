package dev.tollgate.telemetry;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Usage;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes an outcome as one wide JSON line. A field without a value is left out.
 *
 * <p>What a client chose (model, user, tags, ids, user agent) is cut to a bound and escaped. The
 * message of a failure stands there only where the gateway's own words make it up: those of a
 * provider, of a body's parser and of a credential's check can quote what the client sent.
 */
final class CallLine {
  /** Characters of an id, a name, a user. */
  private static final int TEXT_MAX = 128;

  private static final int MESSAGE_MAX = 256;
  private static final int TAGS_MAX = 16;
  private static final int TAG_MAX = 64;
  private static final int HASH_SHOWN = 12;

  private static final byte[] TIME = LogPage.ascii("\"time\":");
  private static final byte[] LEVEL_INFO = LogPage.ascii(",\"level\":\"INFO\"");
  private static final byte[] LEVEL_WARN = LogPage.ascii(",\"level\":\"WARN\"");
  private static final byte[] LEVEL_ERROR = LogPage.ascii(",\"level\":\"ERROR\"");
  private static final byte[] EVENT_CALL = LogPage.ascii(",\"event\":\"call\"");
  private static final byte[] EVENT_DROPPED =
      LogPage.ascii(",\"event\":\"log_lines_dropped\",\"dropped\":");
  private static final byte[] COMMA = LogPage.ascii(",");
  private static final byte[] CLOSE_ARRAY = LogPage.ascii("]");

  private static final byte[] CALL_ID = name("call_id");
  private static final byte[] ENDING = name("ending");
  private static final byte[] OPERATION = name("operation");
  private static final byte[] ROUTE = name("route");
  private static final byte[] MODEL = name("model");
  private static final byte[] MODEL_GROUP = name("model_group");
  private static final byte[] DEPLOYMENT = name("deployment");
  private static final byte[] PROVIDER = name("provider");
  private static final byte[] PROVIDER_MODEL = name("provider_model");
  private static final byte[] STREAM = name("stream");
  private static final byte[] STATUS = name("status");
  private static final byte[] FAILURE = name("failure");
  private static final byte[] FAILURE_KIND = name("failure_kind");
  private static final byte[] FAILURE_MESSAGE = name("failure_message");
  private static final byte[] PROVIDER_STATUS = name("provider_status");
  private static final byte[] INPUT_TOKENS = name("input_tokens");
  private static final byte[] OUTPUT_TOKENS = name("output_tokens");
  private static final byte[] CACHED_TOKENS = name("cached_tokens");
  private static final byte[] REASONING_TOKENS = name("reasoning_tokens");
  private static final byte[] TOKENS_COUNTED = name("tokens_counted");
  private static final byte[] COST = name("cost");
  private static final byte[] PRICED = name("priced");
  private static final byte[] KEY_HASH = name("key_hash");
  private static final byte[] KEY_ALIAS = name("key_alias");
  private static final byte[] USER = name("user");
  private static final byte[] END_USER = name("end_user");
  private static final byte[] TAGS = LogPage.ascii(",\"tags\":[");
  private static final byte[] SESSION_ID = name("session_id");
  private static final byte[] ATTEMPTS = name("attempts");
  private static final byte[] FALLBACKS = name("fallbacks");
  private static final byte[] DURATION = name("duration_ms");
  private static final byte[] UPSTREAM = name("upstream_ms");
  private static final byte[] OVERHEAD = name("overhead_ms");
  private static final byte[] FIRST_EVENT = name("first_event_ms");
  private static final byte[] RESPONSE_ID = name("response_id");
  private static final byte[] CLIENT = name("client");
  private static final byte[] USER_AGENT = name("user_agent");

  private CallLine() {}

  private static byte[] name(String name) {
    return LogPage.ascii(",\"" + name + "\":");
  }

  static void write(Outcome outcome, LogPage page) {
    page.open();
    page.raw(TIME);
    page.time(outcome.started().toEpochMilli() + outcome.duration().toMillis());
    page.raw(level(outcome));
    page.raw(EVENT_CALL);
    text(page, CALL_ID, outcome.callId());
    text(page, ENDING, word(outcome.ending()));
    text(page, OPERATION, outcome.operation().word());
    text(page, ROUTE, outcome.route());
    text(page, MODEL, outcome.requestedModel());
    deployment(page, outcome.deployment());
    page.raw(STREAM);
    page.bool(outcome.stream());
    number(page, STATUS, outcome.status());
    failure(page, outcome.failure());
    usage(page, outcome.usage());
    page.raw(COST);
    page.dollars(outcome.cost().nanos());
    if (!outcome.priced()) {
      page.raw(PRICED);
      page.bool(false);
    }
    caller(page, outcome.caller());
    text(page, END_USER, outcome.endUser());
    tags(page, outcome.tags());
    text(page, SESSION_ID, outcome.sessionId());
    number(page, ATTEMPTS, outcome.attempts());
    number(page, FALLBACKS, outcome.fallbacks());
    times(page, outcome);
    text(page, RESPONSE_ID, outcome.responseId());
    text(page, CLIENT, outcome.clientAddress());
    text(page, USER_AGENT, outcome.userAgent());
    page.close();
  }

  /** The line that says how many lines are missing before it. */
  static void writeDropped(long dropped, long epochMillis, LogPage page) {
    page.open();
    page.raw(TIME);
    page.time(epochMillis);
    page.raw(LEVEL_WARN);
    page.raw(EVENT_DROPPED);
    page.number(dropped);
    page.close();
  }

  private static byte[] level(Outcome outcome) {
    if (outcome.failure() instanceof Failure.Internal) {
      return LEVEL_ERROR;
    }
    return switch (outcome.ending()) {
      case COMPLETE, REFUSED, CLIENT_GONE, SHUTDOWN -> LEVEL_INFO;
      case UPSTREAM_FAILED, TIMED_OUT -> LEVEL_WARN;
    };
  }

  private static String word(Outcome.Ending ending) {
    return switch (ending) {
      case COMPLETE -> "complete";
      case REFUSED -> "refused";
      case UPSTREAM_FAILED -> "upstream_failed";
      case CLIENT_GONE -> "client_gone";
      case TIMED_OUT -> "timed_out";
      case SHUTDOWN -> "shutdown";
    };
  }

  private static void deployment(LogPage page, @Nullable Deployment deployment) {
    if (deployment != null) {
      text(page, MODEL_GROUP, deployment.group());
      text(page, DEPLOYMENT, deployment.id());
      text(page, PROVIDER, deployment.provider());
      text(page, PROVIDER_MODEL, deployment.model());
    }
  }

  private static void usage(LogPage page, Usage usage) {
    number(page, INPUT_TOKENS, usage.inputTokens());
    number(page, OUTPUT_TOKENS, usage.outputTokens());
    number(page, CACHED_TOKENS, usage.cachedTokens());
    number(page, REASONING_TOKENS, usage.reasoningTokens());
    if (usage.counted()) {
      page.raw(TOKENS_COUNTED);
      page.bool(true);
    }
  }

  private static void caller(LogPage page, @Nullable Caller caller) {
    if (caller == null) {
      return;
    }
    page.raw(KEY_HASH);
    page.text(
        caller.keyHash(), caller.keyHash().equals(Caller.MASTER_HASH) ? TEXT_MAX : HASH_SHOWN);
    text(page, KEY_ALIAS, caller.keyAlias());
    text(page, USER, caller.userId());
  }

  private static void tags(LogPage page, List<String> tags) {
    if (tags.isEmpty()) {
      return;
    }
    page.raw(TAGS);
    for (int i = 0; i < tags.size() && i < TAGS_MAX; i++) {
      if (i > 0) {
        page.raw(COMMA);
      }
      page.text(tags.get(i), TAG_MAX);
    }
    page.raw(CLOSE_ARRAY);
  }

  private static void times(LogPage page, Outcome outcome) {
    page.raw(DURATION);
    page.milliseconds(outcome.duration());
    page.raw(UPSTREAM);
    page.milliseconds(outcome.upstream());
    page.raw(OVERHEAD);
    page.milliseconds(outcome.duration().minus(outcome.upstream()));
    Duration firstEvent = outcome.firstEvent();
    if (firstEvent != null) {
      page.raw(FIRST_EVENT);
      page.milliseconds(firstEvent);
    }
  }

  private static void failure(LogPage page, @Nullable Failure failure) {
    switch (failure) {
      case null -> {}
      case Failure.BadRequest bad -> {
        text(page, FAILURE, "bad_request");
        text(page, FAILURE_KIND, bad.param());
      }
      case Failure.Unauthenticated unauthenticated -> {
        text(page, FAILURE, "unauthenticated");
        text(page, FAILURE_KIND, unauthenticated.type());
      }
      case Failure.ModelDenied denied -> own(page, "model_denied", denied);
      case Failure.RouteDenied denied -> own(page, "route_denied", denied);
      // Its message names the path, and a path can be anything, a pasted key included.
      case Failure.NoRoute _ -> text(page, FAILURE, "no_route");
      case Failure.NotThere missing -> own(page, "not_there", missing);
      case Failure.TooLarge large -> own(page, "too_large", large);
      case Failure.BudgetExceeded exceeded -> own(page, "budget_exceeded", exceeded);
      case Failure.RateLimited limited -> {
        own(page, "rate_limited", limited);
        text(page, FAILURE_KIND, limited.limitType());
      }
      case Failure.UnknownModel _ -> text(page, FAILURE, "unknown_model");
      case Failure.CoolingDown cooling -> own(page, "cooling_down", cooling);
      case Failure.UpstreamRefused refused -> {
        text(page, FAILURE, "upstream_refused");
        text(page, FAILURE_KIND, word(refused.kind()));
        number(page, PROVIDER_STATUS, refused.status());
      }
      case Failure.UpstreamBroken _ -> text(page, FAILURE, "upstream_broken");
      case Failure.TimedOut timedOut -> own(page, "timed_out", timedOut);
      case Failure.Overloaded overloaded -> own(page, "overloaded", overloaded);
      case Failure.NoDatabase away -> own(page, "no_database", away);
      case Failure.ClientGone _ -> text(page, FAILURE, "client_gone");
      case Failure.Internal internal -> own(page, "internal", internal);
    }
  }

  private static String word(Failure.UpstreamRefused.Kind kind) {
    return switch (kind) {
      case GENERAL -> "general";
      case CONTEXT_WINDOW -> "context_window";
      case CONTENT_POLICY -> "content_policy";
    };
  }

  private static void own(LogPage page, String type, Failure failure) {
    text(page, FAILURE, type);
    page.raw(FAILURE_MESSAGE);
    page.text(failure.message(), MESSAGE_MAX);
  }

  private static void text(LogPage page, byte[] name, @Nullable String value) {
    if (value != null) {
      page.raw(name);
      page.text(value, TEXT_MAX);
    }
  }

  private static void number(LogPage page, byte[] name, long value) {
    page.raw(name);
    page.number(value);
  }
}
