package dev.tollgate.admin.form;

import dev.tollgate.admin.form.RefusedException.Problem;
import dev.tollgate.http.ManagementRoute.Query;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Query parameters, checked as FastAPI does. */
public final class Parameters {
  private Parameters() {}

  /** A whole number from {@code least} to {@code most}. */
  public static int number(Query query, String name, int otherwise, int least, int most) {
    String text = query.parameter(name);
    if (text == null) {
      return otherwise;
    }
    int value;
    try {
      value = Integer.parseInt(text.strip());
    } catch (NumberFormatException _) {
      throw invalid(
          "int_parsing",
          name,
          "Input should be a valid integer, unable to parse string as an integer");
    }
    if (value < least) {
      throw invalid(
          "greater_than_equal", name, "Input should be greater than or equal to " + least);
    }
    if (value > most) {
      throw invalid("less_than_equal", name, "Input should be less than or equal to " + most);
    }
    return value;
  }

  public static boolean flag(Query query, String name, boolean otherwise) {
    String text = query.parameter(name);
    if (text == null) {
      return otherwise;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "1", "yes", "on", "t", "y" -> true;
      case "false", "0", "no", "off", "f", "n" -> false;
      default ->
          throw invalid(
              "bool_parsing", name, "Input should be a valid boolean, unable to interpret input");
    };
  }

  /** Text; an empty one is none. */
  public static @Nullable String text(Query query, String name) {
    String text = query.parameter(name);
    return text == null || text.isEmpty() ? null : text;
  }

  /**
   * Whether {@code status} asks for what was deleted.
   *
   * @throws RefusedException if it is anything else
   */
  public static boolean isDeleted(Query query) {
    String status = text(query, "status");
    if (status != null && !status.equals("deleted")) {
      throw RefusedException.badRequest("status has to be deleted, or left out", "status");
    }
    return status != null;
  }

  public static RefusedException invalid(String type, String name, String message) {
    return RefusedException.invalid(List.of(new Problem(type, List.of("query", name), message)));
  }
}
