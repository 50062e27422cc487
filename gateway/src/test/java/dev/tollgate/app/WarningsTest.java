package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tollgate.app.TestGateway.Setup;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a start and an edit say of a config that is not obeyed. */
class WarningsTest {
  private static final Duration WAIT = Duration.ofSeconds(20);

  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tollgate.app");
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            lines.add(event.getFormattedMessage());
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.addAppender(appender);
  }

  @AfterEach
  void stopListening() {
    logger.detachAppender(appender);
  }

  /** Waits for a line with this text. */
  private void told(String text) throws InterruptedException {
    long end = System.nanoTime() + WAIT.toNanos();
    String line = "";
    while (line != null && !line.contains(text)) {
      line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
    assertThat(line).as("a line with '%s'", text).isNotNull();
  }

  @Test
  void anEditThatNeedsARestartSaysSo() throws InterruptedException {
    String started = "general_settings: {completion_model: a}\n";
    try (TestGateway gateway = TestGateway.start(Setup.of(started))) {
      gateway.edit(
          """
          general_settings: {master_key: sk-next-0123456789, database_url: 'postgresql://u:p@h/d'}
          environment_variables: {LITELLM_SALT_KEY: other, OPENAI_API_KEY: other}
          """);
      told("general_settings.master_key: takes effect at the next start");
      told("general_settings.database_url: takes effect at the next start");
      told("general_settings.completion_model: takes effect at the next start");
      told("environment_variables.LITELLM_SALT_KEY: takes effect at the next start");
      assertThat(lines).noneMatch(line -> line.contains("OPENAI_API_KEY"));
      gateway.edit(started + "litellm_settings: {budget_rollover: true}\n");
      told("litellm_settings.budget_rollover: takes effect at the next start");
      assertThat(lines).noneMatch(line -> line.contains("next start"));
    }
  }

  @Test
  void anIgnoredRuleOfAccessIsToldAtTheStartAndAfterAnEdit() throws InterruptedException {
    String config = "general_settings: {allowed_ips: [10.0.0.1]}\n";
    try (TestGateway gateway = TestGateway.start(Setup.of(config))) {
      told("config.yaml:1: general_settings.allowed_ips: not supported yet");
      gateway.edit("\n" + config + "guardrails: [{default_on: true}]\n");
      told("config.yaml:2: general_settings.allowed_ips: not supported yet");
      told("config.yaml:3: guardrails: not supported yet");
    }
  }
}
