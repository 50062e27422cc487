package dev.tollgate.wire.sse;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An event and the data in it. Data that spans several lines is joined into one line of a new
 * event, so that it can be read, and edited, where it stands.
 *
 * @param buffer holds the event; the one given, unless the data had to be joined
 * @param from where the event begins
 * @param to where it ends, blank line included
 * @param dataFrom where the data begins
 * @param dataTo where it ends; equal to {@code dataFrom} if the event has none
 */
@SuppressWarnings("ArrayRecordComponent") // a view, never compared
public record EventData(byte[] buffer, int from, int to, int dataFrom, int dataTo) {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.UTF_8);
  private static final byte[] BLANK = "\n\n".getBytes(StandardCharsets.UTF_8);

  /** Finds the data of a complete event. */
  public static EventData of(byte[] buffer, int from, int to) {
    int dataFrom = 0;
    int dataTo = 0;
    int lines = 0;
    for (int at = from; at < to; ) {
      int end = Lines.end(buffer, at, to);
      int value = dataValue(buffer, at, end);
      if (value >= 0) {
        if (lines++ > 0) {
          return joined(buffer, from, to);
        }
        dataFrom = value;
        dataTo = end;
      }
      at = end + 1;
    }
    return new EventData(buffer, from, to, dataFrom, dataTo);
  }

  /** An event with this data and nothing else; the data has no line ends. */
  public static EventData wrap(byte[] data) {
    byte[] event = new byte[DATA.length + data.length + BLANK.length];
    System.arraycopy(DATA, 0, event, 0, DATA.length);
    System.arraycopy(data, 0, event, DATA.length, data.length);
    System.arraycopy(BLANK, 0, event, DATA.length + data.length, BLANK.length);
    return new EventData(event, 0, event.length, DATA.length, DATA.length + data.length);
  }

  public boolean isEmpty() {
    return dataFrom == dataTo;
  }

  /** Whether the data, apart from white space around it, is this ASCII text. */
  public boolean isText(String text) {
    int end = dataTo;
    while (end > dataFrom && buffer[end - 1] == ' ') {
      end--;
    }
    int start = dataFrom;
    while (start < end && buffer[start] == ' ') {
      start++;
    }
    if (end - start != text.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (buffer[start + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The data's bytes in an array of their own. */
  public byte[] copy() {
    return Arrays.copyOfRange(buffer, dataFrom, dataTo);
  }

  /** Where the value of a data line begins, -1 if the line is another. */
  private static int dataValue(byte[] buffer, int from, int end) {
    if (end - from < 5
        || buffer[from] != 'd'
        || buffer[from + 1] != 'a'
        || buffer[from + 2] != 't'
        || buffer[from + 3] != 'a'
        || buffer[from + 4] != ':') {
      return -1;
    }
    return end > from + 5 && buffer[from + 5] == ' ' ? from + 6 : from + 5;
  }

  /** Line ends within JSON can only stand between tokens, where a space says the same. */
  private static EventData joined(byte[] buffer, int from, int to) {
    ByteArrayOutputStream others = new ByteArrayOutputStream();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (int at = from; at < to; ) {
      int end = Lines.end(buffer, at, to);
      int value = dataValue(buffer, at, end);
      if (value >= 0) {
        data.write(buffer, value, end - value);
        data.write(' ');
      } else if (end > at) {
        others.write(buffer, at, end - at);
        others.write('\n');
      }
      at = end + 1;
    }
    others.writeBytes(DATA);
    int dataFrom = others.size();
    others.writeBytes(data.toByteArray());
    int dataTo = others.size();
    others.writeBytes(BLANK);
    byte[] event = others.toByteArray();
    return new EventData(event, 0, event.length, dataFrom, dataTo);
  }
}
