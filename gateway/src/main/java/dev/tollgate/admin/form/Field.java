package dev.tollgate.admin.form;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A field of LiteLLM's management requests.
 *
 * @param name its name in requests and answers
 * @param kind what it has to be, besides null
 * @param place where it is kept
 * @param choices the texts that it may be; empty for any
 */
public record Field(String name, Kind kind, Place place, List<String> choices) {

  /** Types of values. */
  public enum Kind {
    NUMBER,
    INTEGER,
    TEXT,
    FLAG,
    TEXTS,
    TEXT_MAP,
    OBJECT,
    LIST,
    /** LiteLLM's {@code budget_limits}. */
    WINDOWS,
    /** Budgets by model: {@code {model: {budget_limit, time_period}}}. */
    MODEL_BUDGETS,
    /** Lists of texts by name. */
    TEXT_LISTS,
    /** Whole numbers by name. */
    COUNTS
  }

  /** Where a value goes. */
  public enum Place {
    /** A column of its own, or needed for one. */
    TERMS,
    /** An entry of the metadata, as LiteLLM keeps it. */
    METADATA,
    /** A column of LiteLLM's that has none here. */
    EXTRAS,
    /** Taken note of and not kept. */
    NOWHERE
  }

  /** A table of fields by their names. */
  @SafeVarargs
  public static Map<String, Field> table(Stream<Field>... fields) {
    Map<String, Field> table = new HashMap<>();
    for (Stream<Field> each : fields) {
      each.forEach(field -> table.put(field.name(), field));
    }
    return Map.copyOf(table);
  }

  public static Stream<Field> terms(Kind kind, String... names) {
    return fields(kind, Place.TERMS, names);
  }

  public static Stream<Field> metadata(Kind kind, String... names) {
    return fields(kind, Place.METADATA, names);
  }

  public static Stream<Field> extras(Kind kind, String... names) {
    return fields(kind, Place.EXTRAS, names);
  }

  public static Stream<Field> passedOver(Kind kind, String... names) {
    return fields(kind, Place.NOWHERE, names);
  }

  /** A text out of a few. */
  public static Stream<Field> choice(String name, Place place, List<String> choices) {
    return Stream.of(new Field(name, Kind.TEXT, place, choices));
  }

  /** The same. */
  public static Stream<Field> choiceOf(String name, Place place, String... choices) {
    return choice(name, place, List.of(choices));
  }

  private static Stream<Field> fields(Kind kind, Place place, String... names) {
    return Stream.of(names).map(name -> new Field(name, kind, place, List.of()));
  }
}
