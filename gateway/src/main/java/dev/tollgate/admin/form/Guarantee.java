package dev.tollgate.admin.form;

import dev.tollgate.access.Allowance;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code tpm_limit_type} and {@code rpm_limit_type}: who has {@code guaranteed_throughput} is given
 * no more than what is left beside the others.
 *
 * @param whose what a holder is called
 * @param of what gives
 * @param tokens a holder's tokens per minute
 * @param requests a holder's requests per minute
 * @param <T> a holder
 */
public record Guarantee<T>(
    String whose,
    String of,
    Function<T, @Nullable Long> tokens,
    Function<T, @Nullable Long> requests) {
  public static final String WORD = "guaranteed_throughput";

  /** Whether there may be anything to check. */
  public static boolean isNamed(String metadata) {
    return metadata.contains(WORD);
  }

  /**
   * Checks a holder's limits.
   *
   * @param metadata the holder's
   * @param most what there is to give
   * @param others who have a part of it
   * @throws RefusedException if there is not so much left
   */
  public void mustFit(String metadata, T holder, Allowance most, Supplier<Stream<T>> others) {
    JsonNode types = Json.read(metadata);
    if (types.path("tpm_limit_type").asString("").equals(WORD)) {
      mustFit("TPM", tokens, holder, most.tokensPerMinute(), others);
    }
    if (types.path("rpm_limit_type").asString("").equals(WORD)) {
      mustFit("RPM", requests, holder, most.requestsPerMinute(), others);
    }
  }

  private void mustFit(
      String what,
      Function<T, @Nullable Long> limit,
      T holder,
      @Nullable Long most,
      Supplier<Stream<T>> others) {
    Long wanted = limit.apply(holder);
    if (most == null || wanted == null) {
      return;
    }
    long given =
        others
            .get()
            .map(limit)
            .mapToLong(each -> each == null ? 0 : Math.min(each, Integer.MAX_VALUE))
            .sum();
    if (given > most - wanted) {
      throw RefusedException.envelope(
          400,
          "Allocated %s limit=%d + %s %s limit=%d is greater than %s %s limit=%d"
              .formatted(what, given, whose, what, wanted, of, what, most),
          "auth_error",
          "None");
    }
  }
}
