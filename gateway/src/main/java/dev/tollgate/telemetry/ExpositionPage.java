package dev.tollgate.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text that a scraper reads, written byte by byte: labels are most of it, and a histogram repeats
 * them in each of its lines. For one thread.
 */
final class ExpositionPage {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final int LONG_DIGITS_MAX = 20;
  private static final int NANO_DIGITS = 9;
  private static final long NANOS = 1_000_000_000;

  /** Whole numbers up to here are exact in floating point. */
  private static final double WHOLE_MAX = 0x1p53;

  /** How a page is written. */
  enum Format {
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPEN_METRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Format(String contentType) {
      this.contentType = contentType;
    }

    String contentType() {
      return contentType;
    }

    /** By a scraper's {@code accept} header. */
    static Format of(@Nullable String accept) {
      return accept != null && accept.contains("application/openmetrics-text")
          ? OPEN_METRICS
          : PROMETHEUS;
    }
  }

  /** What a family is. */
  enum Type {
    COUNTER("counter"),
    GAUGE("gauge"),
    HISTOGRAM("histogram");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  private final Format format;
  private final byte[] digits = new byte[LONG_DIGITS_MAX];
  private byte[] bytes;
  private int length;

  ExpositionPage(Format format, int capacity) {
    this.format = format;
    this.bytes = new byte[capacity];
  }

  /**
   * Checks a name.
   *
   * @throws IllegalArgumentException if Prometheus would not take it
   */
  static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("not the name of a metric or a label: " + name);
    }
    return name;
  }

  int length() {
    return length;
  }

  /** Takes back what was written since. */
  void backTo(int earlier) {
    length = earlier;
  }

  byte[] finished() {
    if (format == Format.OPEN_METRICS) {
      text("# EOF\n");
    }
    return Arrays.copyOf(bytes, length);
  }

  /** Begins a family. */
  void head(String name, Type type, String help) {
    boolean open = format == Format.OPEN_METRICS;
    String shown = !open && type == Type.COUNTER ? name + "_total" : name;
    String kind = "# TYPE " + shown + " " + type.word + "\n";
    String meant = "# HELP " + shown + " " + help + "\n";
    text(open ? kind + meant : meant + kind);
  }

  /** Writes plain text that has nothing to escape. */
  void text(String ascii) {
    int end = room(ascii.length());
    for (int i = 0; i < ascii.length(); i++) {
      bytes[length + i] = (byte) ascii.charAt(i);
    }
    length = end;
  }

  /** Makes room, and returns where the page ends when it is filled. */
  private int room(int more) {
    int end = Math.addExact(length, more);
    if (end > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.max(end, Math.min(bytes.length * 2L, 1 << 30)));
    }
    return end;
  }

  /** Writes once more what stands on the page. */
  void again(int from, int to) {
    int end = room(to - from);
    System.arraycopy(bytes, from, bytes, length, to - from);
    length = end;
  }

  /**
   * Writes {@code a="x",b="y"} without the braces.
   *
   * @param names {@code a="} and so on, as {@link #named} makes them
   */
  void labels(String[] names, List<String> values) {
    for (int i = 0; i < names.length; i++) {
      text(names[i]);
      escaped(values.get(i));
      text("\"");
    }
  }

  /** What stands before each label's value. */
  static String[] named(String... labels) {
    String[] named = new String[labels.length];
    for (int i = 0; i < labels.length; i++) {
      named[i] = (i == 0 ? "" : ",") + checked(labels[i]) + "=\"";
    }
    return named;
  }

  private void escaped(String value) {
    room(value.length() * 2);
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c >= 0x80) {
        other(value, i);
        return;
      }
      escaped((byte) c);
    }
  }

  private void escaped(byte c) {
    switch (c) {
      case '\\', '"' -> {
        bytes[length++] = '\\';
        bytes[length++] = c;
      }
      case '\n' -> {
        bytes[length++] = '\\';
        bytes[length++] = 'n';
      }
      default -> bytes[length++] = c;
    }
  }

  /** The rest of a text that is not ASCII. */
  private void other(String value, int from) {
    byte[] rest = value.substring(from).getBytes(StandardCharsets.UTF_8);
    room(rest.length * 2);
    for (byte each : rest) {
      escaped(each);
    }
  }

  /** Ends a line with a count. */
  void whole(long value) {
    number(value);
    text("\n");
  }

  /** The same as the format's floating point, as gauges and counters are. */
  void value(long value) {
    number(value);
    text(".0\n");
  }

  void value(double value) {
    if (Double.isInfinite(value)) {
      text(value > 0 ? "+Inf\n" : "-Inf\n");
    } else if (value == Math.rint(value) && Math.abs(value) < WHOLE_MAX) {
      value((long) value);
    } else {
      text(value + "\n");
    }
  }

  /** The same from billionths, exactly. */
  void billionths(long nanos) {
    if (nanos < 0) {
      text("-");
    }
    long whole = Math.abs(nanos / NANOS);
    long part = Math.abs(nanos % NANOS);
    number(whole);
    text(".");
    int shown = NANO_DIGITS;
    while (shown > 1 && part % 10 == 0) {
      part /= 10;
      shown--;
    }
    int end = room(shown);
    for (int at = end - 1; at >= length; at--) {
      bytes[at] = (byte) ('0' + part % 10);
      part /= 10;
    }
    length = end;
    text("\n");
  }

  private void number(long value) {
    if (value < 0) {
      text(Long.toString(value));
      return;
    }
    int at = digits.length;
    long left = value;
    do {
      digits[--at] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    int end = room(digits.length - at);
    System.arraycopy(digits, at, bytes, length, digits.length - at);
    length = end;
  }
}
