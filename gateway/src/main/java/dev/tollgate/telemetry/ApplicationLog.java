package dev.tollgate.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sets up the application log; Logback finds it as a service at the first logger. The lines of
 * calls do not pass through here, see {@link CallLog}.
 *
 * <p>With {@code JSON_LOGS} one JSON line an event on standard output, beside the lines of calls;
 * otherwise plain text on standard error, so that standard output holds nothing but JSON. {@code
 * LITELLM_LOG} sets the level of Tollgate's own loggers; libraries speak from WARN on. Both are
 * read once, from the system properties first and then from the environment, so that the config's
 * {@code json_logs} can be handed over as a property before the first logger is made.
 *
 * <p>In code and not in XML, since Logback's XML takes some hundred milliseconds at each start.
 */
public final class ApplicationLog extends ContextAwareBase implements Configurator {
  private static final Set<String> YES = Set.of("true", "1", "yes", "on");

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    boolean json = YES.contains(setting("JSON_LOGS", "false").toLowerCase(Locale.ROOT));
    Encoder<ILoggingEvent> encoder = json ? jsonEncoder() : new PlainLine();
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("console");
    appender.setTarget(json ? "System.out" : "System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(appender);
    // Its warnings are stack traces that any client can cause, with bytes that are no HTTP/2.
    context.getLogger("io.netty.channel.AbstractChannelHandlerContext").setLevel(Level.ERROR);
    // It warns of each connection that a database closed; who cannot do without it says so itself.
    context.getLogger("com.zaxxer.hikari").setLevel(Level.ERROR);
    context.getLogger("dev.tollgate").setLevel(level(setting("LITELLM_LOG", "INFO")));
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  private static Encoder<ILoggingEvent> jsonEncoder() {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.setWithContext(false);
    encoder.setWithMDC(false);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithFormattedMessage(true);
    return encoder;
  }

  /** Python's names of levels as well; a word that is none of them is no reason to fail. */
  static Level level(String word) {
    return switch (word.toUpperCase(Locale.ROOT)) {
      case "TRACE" -> Level.TRACE;
      case "DEBUG" -> Level.DEBUG;
      case "WARN", "WARNING" -> Level.WARN;
      case "ERROR", "CRITICAL" -> Level.ERROR;
      default -> Level.INFO;
    };
  }

  private static String setting(String name, String otherwise) {
    String property = System.getProperty(name);
    @Nullable String value = property != null ? property : System.getenv(name);
    return value != null ? value : otherwise;
  }
}
