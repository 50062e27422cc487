package dev.tollgate.wire.json;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** Small JSON texts: strings in and out of quotes. */
public final class JsonText {
  private static final String HEX = "0123456789abcdef";

  private JsonText() {}

  /** The JSON string of a text, in UTF-8. */
  public static byte[] quote(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    if (isPlain(plain)) {
      byte[] quoted = new byte[plain.length + 2];
      quoted[0] = '"';
      System.arraycopy(plain, 0, quoted, 1, plain.length);
      quoted[plain.length + 1] = '"';
      return quoted;
    }
    StringBuilder out = new StringBuilder(text.length() + 2);
    quote(out, text);
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static boolean isPlain(byte[] utf8) {
    for (byte b : utf8) {
      if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
        return false;
      }
    }
    return true;
  }

  /** Appends the JSON string of a text, or {@code null}. */
  public static void quote(StringBuilder out, @Nullable String text) {
    if (text == null) {
      out.append("null");
      return;
    }
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /** The text of a JSON string's inside, given without its quotes. */
  public static String unquote(byte[] inside, int length) {
    byte[] quoted = new byte[length + 2];
    quoted[0] = '"';
    System.arraycopy(inside, 0, quoted, 1, length);
    quoted[length + 1] = '"';
    try (JsonScan scan = JsonScan.of(quoted, 0, quoted.length)) {
      return scan.next() == JsonToken.VALUE_STRING ? scan.parser().getString() : "";
    }
  }
}
