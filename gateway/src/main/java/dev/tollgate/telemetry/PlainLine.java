package dev.tollgate.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * An event as one line of text for a person, with the stack trace below it. Control characters in
 * the message are shown as escapes, so that what a client sent cannot pass for a line of ours.
 *
 * <p>Logback's pattern layout would take longer to start than all other logging together.
 */
final class PlainLine extends EncoderBase<ILoggingEvent> {
  private static final int LEVEL_WIDTH = 5;

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    line.append(Instant.ofEpochMilli(event.getTimeStamp()).truncatedTo(ChronoUnit.MILLIS));
    String level = event.getLevel().toString();
    line.append(' ').append(level).repeat(' ', Math.max(1, LEVEL_WIDTH + 1 - level.length()));
    String logger = event.getLoggerName();
    line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    escaped(line, event.getFormattedMessage());
    line.append('\n');
    IThrowableProxy cause = event.getThrowableProxy();
    if (cause != null) {
      ThrowableProxyUtil.asString(cause)
          .lines()
          .forEach(
              text -> {
                line.append("    ");
                escaped(line, text.replace("\t", "  "));
                line.append('\n');
              });
    }
    return line.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void escaped(StringBuilder line, String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append(String.format("\\u%04x", (int) c));
      } else {
        line.append(c);
      }
    }
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
