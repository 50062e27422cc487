package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The platform's table of models, read once from {@code models.txt} beside this class. */
public final class LlmModels {
  private static final String TABLE = "models.txt";
  private static final int COLUMNS = 5;
  private static final String DEFAULT_NAME = "gpt-5.2-2025-12-11";
  private static final Map<String, LlmModel> BY_NAME = read();

  private LlmModels() {}

  /** Every model of the table, in its order. */
  public static List<LlmModel> all() {
    return List.copyOf(BY_NAME.values());
  }

  /** The model that every block takes unless told otherwise. */
  public static LlmModel byDefault() {
    return named(DEFAULT_NAME);
  }

  /**
   * Finds a model by the platform's name or by the gateway's.
   *
   * @throws BadInputException if the table has no such model; one that is not in the table can
   *     still be called by making an {@link LlmModel} of it
   */
  public static LlmModel named(String name) {
    LlmModel found = BY_NAME.get(name);
    if (found != null) {
      return found;
    }
    for (LlmModel model : BY_NAME.values()) {
      if (model.gatewayName().equals(name)) {
        return model;
      }
    }
    throw new BadInputException(
        "model", name, "one of the " + BY_NAME.size() + " models of the platform's table");
  }

  private static Map<String, LlmModel> read() {
    InputStream table = LlmModels.class.getResourceAsStream(TABLE);
    Objects.requireNonNull(table, "the table of models is missing beside " + LlmModels.class);
    Map<String, LlmModel> models = new LinkedHashMap<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(table, StandardCharsets.UTF_8))) {
      for (String line : rows(lines)) {
        LlmModel model = row(line);
        if (models.put(model.name(), model) != null) {
          throw new IllegalStateException(TABLE + " names " + model.name() + " twice");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the table of models cannot be read", e);
    }
    return models;
  }

  private static List<String> rows(BufferedReader lines) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        rows.add(line.strip());
      }
    }
    return rows;
  }

  private static LlmModel row(String line) {
    String[] columns = line.split("\\s+", -1);
    if (columns.length != COLUMNS) {
      throw new IllegalStateException(TABLE + " has a row without five columns: " + line);
    }
    return new LlmModel(
        columns[0],
        LlmProvider.withId(columns[1]),
        Integer.parseInt(columns[2]),
        tokensOrNull(columns[3]),
        columns[4]);
  }

  private static @Nullable Integer tokensOrNull(String column) {
    return column.equals("-") ? null : Integer.valueOf(column);
  }
}
