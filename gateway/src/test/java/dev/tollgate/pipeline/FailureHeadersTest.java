package dev.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Failure;
import io.vertx.core.MultiMap;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureHeadersTest {
  static Stream<Arguments> waits() {
    return Stream.of(
        Arguments.of(Duration.ofSeconds(17), "17"),
        Arguments.of(Duration.ofMillis(1200), "2"),
        Arguments.of(Duration.ofNanos(1), "1"),
        Arguments.of(Duration.ZERO, "1"));
  }

  private static @Nullable String retryAfter(Failure failure) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    FailureHeaders.put(headers, failure);
    return headers.get("retry-after");
  }

  @ParameterizedTest
  @MethodSource("waits")
  void aClientThatWaitsAsToldIsNeverEarly(Duration wait, String told) {
    assertThat(retryAfter(new Failure.Overloaded("full", wait))).isEqualTo(told);
    assertThat(retryAfter(new Failure.BudgetExceeded("spent", 422, wait))).isEqualTo(told);
    assertThat(retryAfter(refused(wait))).isEqualTo(told);
  }

  @Test
  void nobodyIsToldToWaitForWhatWillNotChange() {
    assertThat(retryAfter(new Failure.BudgetExceeded("spent", 422, null))).isNull();
    assertThat(retryAfter(new Failure.BadRequest("wrong", null))).isNull();
    assertThat(retryAfter(refused(null))).isNull();
  }

  private static Failure refused(@Nullable Duration wait) {
    return new Failure.UpstreamRefused(
        "busy", 429, Failure.UpstreamRefused.Kind.GENERAL, "openai", null, null, null, wait);
  }
}
