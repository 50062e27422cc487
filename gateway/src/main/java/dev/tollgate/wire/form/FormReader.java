package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Controls;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.wire.json.WholeNumber;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One scan of a form: where its parts stand. A member's key is the part's head, from its boundary
 * to its blank line, and its value the part's content; no file is copied. For one body and one
 * thread.
 *
 * <p>The boundary is what the body begins with, and is what the provider is told: nobody can read
 * another form out of it than we did.
 */
final class FormReader {
  private static final int PARTS_MAX = 200;
  private static final int PASSED_PARTS_MAX = 1000;
  static final int HEAD_BYTES_MAX = 8192;
  static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};
  private static final int TEXT_BYTES_MAX = 1 << 20;
  private static final Pattern BOUNDARY = Pattern.compile("[0-9a-zA-Z'()+_,./:=?-]{1,70}");

  private final Operation operation;

  /** Whether it is a provider's own, of which only the model matters. */
  private final boolean passed;

  private final byte[] body;
  private final byte[] delimiter;
  private final List<Member> members = new ArrayList<>(8);
  private final Set<String> seen = new HashSet<>();

  private FormReader(Operation operation, byte[] body, String boundary) {
    this.operation = operation;
    this.passed = operation.family() == Operation.Family.PASS_THROUGH;
    this.body = body;
    this.delimiter = delimiter(boundary);
  }

  /** What stands between two parts. */
  static byte[] delimiter(String boundary) {
    return ("\r\n--" + boundary).getBytes(ISO_8859_1);
  }

  /**
   * Scans a body.
   *
   * @throws FailureException with a {@code BadRequest} if it is no form, or one that two readers
   *     could read differently
   */
  static Request read(Operation operation, byte[] body) {
    return new FormReader(operation, body, boundary(body)).read();
  }

  /** The boundary of a form. */
  static String boundary(byte[] body) {
    int end = 2;
    while (end < body.length && body[end] != '\r' && end < 80) {
      end++;
    }
    String boundary =
        body.length > 2 && body[0] == '-' && body[1] == '-'
            ? new String(body, 2, end - 2, ISO_8859_1)
            : "";
    if (!BOUNDARY.matcher(boundary).matches()) {
      throw bad("The body is no form: expected multipart/form-data with its files.", null);
    }
    return boundary;
  }

  private Request read() {
    int at = 0;
    while (!isLast(at)) {
      at = readPart(at);
    }
    endsAt(at + delimiter.length);
    String model = text("model");
    String user = text("user");
    return new Request(
        operation,
        body,
        members,
        model,
        false,
        false,
        null,
        operation.family() == Operation.Family.IMAGE ? choices(text("n")) : 1,
        user,
        Controls.NONE,
        List.of(),
        true,
        List.of(),
        null);
  }

  /** Whether the boundary at {@code at}, whose line break may be missing, is the last one. */
  private boolean isLast(int at) {
    int dashes = at + delimiter.length - 2;
    return dashes + 1 < body.length && body[dashes] == '-' && body[dashes + 1] == '-';
  }

  /** Behind the last boundary some readers would read on. */
  private void endsAt(int end) {
    for (int at = end; at < body.length; at++) {
      if (body[at] != '\r' && body[at] != '\n') {
        throw bad("The form goes on behind its end.", null);
      }
    }
  }

  /** Reads the part whose boundary begins at {@code from}, and says where the next one begins. */
  private int readPart(int from) {
    int most = passed ? PASSED_PARTS_MAX : PARTS_MAX;
    if (members.size() == most) {
      throw bad("The form has more than " + most + " parts.", null);
    }
    int head = from + delimiter.length - 2;
    int blank = Bytes.indexOf(body, BLANK_LINE, head, head + HEAD_BYTES_MAX);
    int value = blank + 4;
    int end = blank < 0 ? -1 : Bytes.indexOf(body, delimiter, value - 2, body.length);
    if (end < 0) {
      throw bad("The form is cut off or has a part without a head.", null);
    }
    String word = PartHead.name(new String(body, head, blank - head, UTF_8));
    if (word == null) {
      throw bad("A part of the form has no name, or a head that can be read in two ways.", null);
    }
    if (!seen.add(word) && isOne(word)) {
      throw bad("Duplicate parameter: '" + word + "'. Send it once.", word);
    }
    members.add(
        new Member(word, new Span(from, value), new Span(value, Math.max(value, end)), false));
    return end + 2;
  }

  private boolean isOne(String name) {
    return passed ? name.equals("model") : !name.startsWith("image") && !name.endsWith("[]");
  }

  private @Nullable String text(String name) {
    for (Member member : members) {
      if (member.name().equals(name)) {
        Span value = member.value();
        if (value.to() - value.from() > TEXT_BYTES_MAX) {
          throw bad("'" + name + "' is longer than " + TEXT_BYTES_MAX + " bytes.", name);
        }
        return new String(body, value.from(), value.to() - value.from(), UTF_8);
      }
    }
    return null;
  }

  private static int choices(@Nullable String n) {
    if (n == null) {
      return 1;
    }
    Long count = WholeNumber.count(n);
    if (count == null) {
      throw bad("Invalid value for 'n': expected a whole number.", "n");
    }
    return WholeNumber.choices(count);
  }

  static FailureException bad(String message, @Nullable String param) {
    return new FailureException(new Failure.BadRequest(message, param));
  }
}
