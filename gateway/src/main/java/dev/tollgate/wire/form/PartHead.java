package dev.tollgate.wire.form;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The head of a form's part. What two readers could read as two names is refused: a parameter that
 * was checked or charged by the one could be another one to the other.
 */
final class PartHead {
  private static final String DISPOSITION = "content-disposition";
  private static final Pattern FORM_DATA =
      Pattern.compile("form-data[ \\t]*;.*", Pattern.CASE_INSENSITIVE);

  /** Where a name could stand; {@code name*} and {@code name*0} are the forms of other readers. */
  private static final Pattern ANY_NAME =
      Pattern.compile("(?<!file)name[\\s*0-9]*=", Pattern.CASE_INSENSITIVE);

  private static final Pattern NAME =
      Pattern.compile(
          ";[ \\t]*name=(?:\"([^\"\\\\]*)\"|([^\\s\"\\\\;]+))[ \\t]*(?:;|$)",
          Pattern.CASE_INSENSITIVE);

  private PartHead() {}

  /**
   * The name of a part; null if it has none, or not clearly one.
   *
   * @param head from behind the boundary to before the blank line, so that each of its lines begins
   *     with a line break
   */
  static @Nullable String name(String head) {
    String[] lines = head.split("\r\n", -1);
    String disposition = null;
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      String field = colon < 0 ? "" : lines[i].substring(0, colon);
      if (field.isEmpty() || isOdd(field, lines[i])) {
        return null;
      }
      if (field.toLowerCase(Locale.ROOT).equals(DISPOSITION)) {
        if (disposition != null) {
          return null;
        }
        disposition = lines[i].substring(colon + 1).strip();
      }
    }
    return !lines[0].isEmpty() || disposition == null ? null : named(disposition);
  }

  /** Whether some would end a line elsewhere, or take it for the end of the one before. */
  private static boolean isOdd(String field, String line) {
    return field.chars().anyMatch(Character::isWhitespace)
        || line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t');
  }

  private static @Nullable String named(String disposition) {
    Matcher any = ANY_NAME.matcher(disposition);
    Matcher name = NAME.matcher(disposition);
    boolean one = any.find() && !any.find() && name.find();
    if (!one || !FORM_DATA.matcher(disposition).matches()) {
      return null;
    }
    return name.group(1) == null ? name.group(2) : name.group(1);
  }
}
