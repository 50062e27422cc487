package dev.tollgate.telemetry;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Secret;
import dev.tollgate.model.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes outcomes for the tests; each method changes one thing of an ordinary call. */
final class Outcomes {
  static final String KEY_HASH = "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b";
  static final String PROVIDER_KEY = "sk-provider-secret-1234567890";
  static final String ROUTE = "/v1/chat/completions";
  static final Caller CALLER =
      new Caller(
          KEY_HASH,
          "sk-...4WJg",
          "billing-team",
          false,
          Set.of(),
          Map.of(),
          List.of(),
          "alice",
          null,
          List.of(),
          null);

  private Outcomes() {}

  static Deployment deployment(String group, String model) {
    return new Deployment(
        "id-of-" + group,
        group,
        "openai",
        model,
        "openai/" + model,
        "https://api.openai.com/v1?key=" + PROVIDER_KEY,
        Map.of(),
        Map.of("authorization", Secret.of("Bearer " + PROVIDER_KEY)),
        null,
        Deployment.BodyRules.NONE,
        null,
        Deployment.Limits.NONE,
        List.of(),
        null,
        Map.of());
  }

  static Sample call() {
    return new Sample();
  }

  /** A call that can be varied. */
  static final class Sample {
    private String callId = "3f1b6f0e-6c9c-4a5e-9a30-0a2b0e1c7f55";
    private Outcome.Ending ending = Outcome.Ending.COMPLETE;
    private @Nullable Caller caller = CALLER;
    private @Nullable String model = "gpt-4o";
    private @Nullable Deployment deployment = Outcomes.deployment("gpt-4o", "gpt-4o-2024-08-06");
    private int status = 200;
    private @Nullable Failure failure;
    private Usage usage = new Usage(1200, 350, 100, 0, 0, 40, 0, false);
    private Money cost = Money.ofNanos(6_375_001);
    private boolean priced = true;
    private int fallbacks;
    private @Nullable String endUser = "customer-7";
    private List<String> tags = List.of("team:billing", "nightly");
    private @Nullable String userAgent = "OpenAI/Python 1.97.1";
    private String clientAddress = "203.0.113.9";

    Sample callId(String value) {
      callId = value;
      return this;
    }

    Sample ending(Outcome.Ending value) {
      ending = value;
      return this;
    }

    Sample nobody() {
      caller = null;
      return this;
    }

    /** By another key, with this alias. */
    Sample key(String alias) {
      caller =
          new Caller(
              KEY_HASH.substring(alias.length()) + alias,
              "sk-...4WJg",
              alias,
              false,
              Set.of(),
              Map.of(),
              List.of(),
              "alice",
              null,
              List.of(),
              null);
      return this;
    }

    Sample model(@Nullable String value) {
      model = value;
      return this;
    }

    Sample deployment(@Nullable Deployment value) {
      deployment = value;
      return this;
    }

    Sample failure(Failure value) {
      failure = value;
      status = value.status();
      return this;
    }

    Sample status(int value) {
      status = value;
      return this;
    }

    Sample uncharged() {
      usage = Usage.NONE;
      cost = Money.ZERO;
      return this;
    }

    Sample cost(long nanos) {
      cost = Money.ofNanos(nanos);
      return this;
    }

    Sample unpriced() {
      priced = false;
      cost = Money.ZERO;
      return this;
    }

    Sample fallbacks(int value) {
      fallbacks = value;
      return this;
    }

    Sample endUser(@Nullable String value) {
      endUser = value;
      return this;
    }

    Sample tags(List<String> value) {
      tags = value;
      return this;
    }

    Sample userAgent(@Nullable String value) {
      userAgent = value;
      return this;
    }

    Sample clientAddress(String value) {
      clientAddress = value;
      return this;
    }

    Outcome outcome() {
      return new Outcome(
          callId,
          ending,
          Operation.CHAT,
          ROUTE,
          caller,
          model,
          deployment,
          true,
          status,
          failure,
          usage,
          cost,
          priced,
          1,
          fallbacks,
          Instant.parse("2026-11-22T12:23:04.100Z"),
          Duration.ofNanos(1_234_567_000),
          Duration.ofMillis(1234),
          Duration.ofMillis(310),
          "chatcmpl-abc",
          endUser,
          tags,
          "session-1",
          clientAddress,
          userAgent);
    }
  }
}
