package dev.tollgate.wire.socket;

import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonScan;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Seconds of sound that Deepgram heard. What its last message says counts, {@code Metadata} with a
 * {@code duration}; where it does not come, the longest of how far results reach, how long the
 * sound is that was sent, if its bytes tell that, and else the time over which sound was sent.
 */
final class ListenMeter implements SocketMeter {
  private static final long UNKNOWN = -1;

  /**
   * As little as a second of speech is mostly sent with, all channels together. By it money is held
   * for sound whose bytes do not tell how long it is until a result tells, so that hours of it
   * cannot pass in a moment. Nothing is charged by it.
   */
  static final long UNKNOWN_BYTES_PER_SECOND = 1 << 10;

  /** A year; what is longer is no length of a sound. */
  private static final double SECONDS_MAX = 366 * 86_400.0;

  private final ListenTerms terms;
  private long sentBytes;

  /** What had been sent when a result last reached further. */
  private long coveredBytes;

  private long firstNanos = UNKNOWN;
  private long lastNanos;
  private long reachedMillis;
  private long reportedMillis = UNKNOWN;
  private int channelsSeen;
  private int channelsReported;

  ListenMeter(ListenTerms terms) {
    this.terms = terms;
  }

  @Override
  public Usage heldWith(boolean binary, int bytes, long nowNanos) {
    return binary && bytes > 0 ? held(sentBytes + bytes, nowNanos) : held();
  }

  @Override
  public boolean isGuessed() {
    return terms.bytesPerSecond() == 0 && coveredBytes < sentBytes;
  }

  @Override
  public Usage held() {
    return held(sentBytes, lastNanos);
  }

  private Usage held(long bytes, long untilNanos) {
    long heard = heardMillis(bytes, untilNanos);
    long perhaps =
        terms.bytesPerSecond() > 0
            ? 0
            : Math.max(reachedMillis, reportedMillis)
                + Math.ceilDiv((bytes - coveredBytes) * 1000, UNKNOWN_BYTES_PER_SECOND);
    return ListenTerms.seconds(Math.max(heard, perhaps) * channels());
  }

  @Override
  public void sent(boolean binary, int bytes, long nowNanos) {
    if (!binary || bytes == 0) {
      return;
    }
    if (sentBytes == 0) {
      firstNanos = nowNanos;
    }
    lastNanos = nowNanos;
    sentBytes += bytes;
  }

  @Override
  public void received(byte[] text) {
    Message message = Message.of(text);
    switch (message.type) {
      case "Results" -> {
        long reaches = millis(message.start + message.duration);
        if (reaches > reachedMillis) {
          reachedMillis = reaches;
          coveredBytes = sentBytes;
        }
        channelsSeen = Math.max(channelsSeen, message.channelsOfResult);
      }
      case "Metadata" -> {
        reportedMillis = Math.max(reportedMillis, millis(message.duration));
        coveredBytes = sentBytes;
        channelsReported = Math.max(channelsReported, message.channels);
      }
      default -> {} // the begin of an utterance, and others that say nothing of sound
    }
  }

  private static long millis(double seconds) {
    return seconds > 0 && seconds < SECONDS_MAX ? Math.round(seconds * 1000) : 0;
  }

  @Override
  public Usage used() {
    return ListenTerms.seconds(heardMillis(sentBytes, lastNanos) * channels());
  }

  private int channels() {
    return channelsReported > 0
        ? channelsReported
        : channelsSeen > 0 ? channelsSeen : terms.channels();
  }

  private long heardMillis(long bytes, long untilNanos) {
    return Math.max(
        reachedMillis, reportedMillis >= 0 ? reportedMillis : millis(bytes, untilNanos));
  }

  /** How long the sound is that was sent. */
  private long millis(long bytes, long untilNanos) {
    if (terms.bytesPerSecond() > 0) {
      return Math.ceilDiv(bytes * 1000, terms.bytesPerSecond());
    }
    return sentBytes == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(untilNanos - firstNanos);
  }

  /** What of a message counts. */
  private static final class Message {
    private String type = "";
    private double start;
    private double duration;
    private int channels;
    private int channelsOfResult;

    static Message of(byte[] text) {
      Message message = new Message();
      try (JsonScan scan = JsonScan.of(text, 0, text.length)) {
        if (scan.next() == JsonToken.START_OBJECT) {
          for (String name = scan.nextName(); name != null; name = scan.nextName()) {
            message.read(name, scan.next(), scan);
          }
        }
      } catch (JacksonException _) {
        message.type = ""; // not whole, and so no message that is known
      }
      return message;
    }

    private void read(String name, JsonToken value, JsonScan scan) {
      switch (name) {
        case "type" -> type = value == JsonToken.VALUE_STRING ? scan.text() : "";
        case "start" -> start = number(value, scan);
        case "duration" -> duration = number(value, scan);
        case "channels" -> channels = count(value, scan);
        case "channel_index" -> readIndex(value, scan);
        default -> scan.skip();
      }
    }

    /** The channel of a result, and how many there are. */
    private void readIndex(JsonToken value, JsonScan scan) {
      if (value != JsonToken.START_ARRAY) {
        scan.skip();
        return;
      }
      int at = 0;
      for (JsonToken each = scan.next();
          each != null && each != JsonToken.END_ARRAY;
          each = scan.next()) {
        if (at == 1) {
          channelsOfResult = count(each, scan);
        } else {
          scan.skip();
        }
        at++;
      }
    }

    private static int count(JsonToken value, JsonScan scan) {
      double number = number(value, scan);
      return number >= 1 && number <= ListenTerms.CHANNELS_MAX ? (int) number : 0;
    }

    private static double number(JsonToken value, JsonScan scan) {
      if (value.isNumeric()) {
        return scan.parser().getDoubleValue();
      }
      scan.skip();
      return 0;
    }
  }
}
