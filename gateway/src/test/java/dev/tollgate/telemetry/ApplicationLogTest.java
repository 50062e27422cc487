package dev.tollgate.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class ApplicationLogTest {
  @ParameterizedTest
  @CsvSource({
    "DEBUG,DEBUG",
    "info,INFO",
    "ERROR,ERROR",
    "WARNING,WARN",
    "CRITICAL,ERROR",
    "x,INFO"
  })
  void levelsHavePythonsNames(String word, String level) {
    assertThat(ApplicationLog.level(word)).isEqualTo(Level.toLevel(level));
  }

  @Test
  void logbackTakesItsSettingsFromHere() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    assertThat(context.getLogger("io.netty").getEffectiveLevel()).isEqualTo(Level.WARN);
    assertThat(context.getLogger("ROOT").getAppender("console")).isNotNull();
  }

  @Test
  void aMessageStaysOnItsLine() {
    LoggerContext context = new LoggerContext();
    LoggingEvent event =
        new LoggingEvent(
            "caller",
            context.getLogger("dev.tollgate.Some"),
            Level.WARN,
            "got {}",
            null,
            new Object[] {"a\n2026 ERROR forged\u001b[2J"});
    event.setTimeStamp(0);
    assertThat(new String(new PlainLine().encode(event), StandardCharsets.UTF_8))
        .isEqualTo("1970-01-01T00:00:00Z WARN  Some: got a\\u000a2026 ERROR forged\\u001b[2J\n");
  }
}
