package dev.tollgate.platform.client;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of each of many texts, in their order. Immutable.
 *
 * @param results one for each text given
 */
public record Backfill(List<Result> results) {

  public Backfill {
    results = List.copyOf(results);
  }

  /** A text to embed; its id is the caller's. */
  public record Item(String id, String text) {}

  /** What became of one text. */
  public sealed interface Result {
    /** The id it was given with. */
    String id();

    /** It has a vector. */
    record Embedded(String id, Embedding embedding) implements Result {}

    /**
     * It was tried, and failed.
     *
     * @param type the exception's simple name, such as {@code RateLimit}
     */
    record Failed(String id, String type, String message) implements Result {}

    /** It was not tried, because everything before it failed. */
    record NotTried(String id) implements Result {}
  }

  /** Failures with the same type and text. */
  public record ErrorGroup(String type, String message, int count) {}

  /** How many texts have a vector. */
  public int succeeded() {
    return (int) results.stream().filter(Result.Embedded.class::isInstance).count();
  }

  /** How many were tried without success. */
  public int failed() {
    return (int) results.stream().filter(Result.Failed.class::isInstance).count();
  }

  /** How many were left alone after everything before them failed. */
  public int notTried() {
    return (int) results.stream().filter(Result.NotTried.class::isInstance).count();
  }

  /** The failures grouped by type and text, in that order. */
  public List<ErrorGroup> errors() {
    var groups = new TreeMap<String, ErrorGroup>();
    for (var result : results) {
      if (result instanceof Result.Failed(var _, var type, var message)) {
        groups.merge(
            type + '\n' + message,
            new ErrorGroup(type, message, 1),
            (seen, _) -> new ErrorGroup(type, message, seen.count() + 1));
      }
    }
    return groups.values().stream().toList();
  }

  /** A line of totals, and one for each group of errors. */
  public String summary() {
    var text = new StringBuilder("%d embedded, %d failed".formatted(succeeded(), failed()));
    if (notTried() > 0) {
      text.append(", ").append(notTried()).append(" not tried");
    }
    for (var group : errors()) {
      text.append("\n  %d x %s: %s".formatted(group.count(), group.type(), group.message()));
    }
    return text.toString();
  }

  /** The vectors by id; of equal ids the last. */
  public Map<String, Embedding> embeddings() {
    var vectors = new TreeMap<String, Embedding>();
    for (var result : results) {
      if (result instanceof Result.Embedded(var id, var embedding)) {
        vectors.put(id, embedding);
      }
    }
    return vectors;
  }
}
