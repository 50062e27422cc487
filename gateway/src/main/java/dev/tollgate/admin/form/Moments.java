package dev.tollgate.admin.form;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import org.jspecify.annotations.Nullable;

/** Moments as Python prints them. */
public final class Moments {
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);

  private Moments() {}

  /**
   * A moment without a fraction if there is none.
   *
   * @param utc how it says that it is UTC: {@code Z} or {@code +00:00}
   */
  public static @Nullable String text(@Nullable Instant moment, String utc) {
    return moment == null
        ? null
        : (moment.get(ChronoField.MICRO_OF_SECOND) == 0 ? SECONDS : MICROS).format(moment) + utc;
  }
}
