package dev.tollgate.ledger;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Prices and facts of models: the built-in catalogue, and LiteLLM's names of prices in the config.
 * Thread-safe, immutable.
 *
 * <p>The catalogue ({@code prices.tsv}, which says its source and date) is sorted by model and
 * stays as it is in memory; a model is found by bisection and only its own line is parsed. So
 * opening it costs no more than reading the file.
 */
public final class Prices {
  private static final String RESOURCE = "prices.tsv";
  private static final Pattern ABOVE =
      Pattern.compile("(.+)_above_([0-9]{1,7})(k)?_tokens", Pattern.CASE_INSENSITIVE);

  /** More digits than any price has; keeps sums of products of a reasonable size. */
  private static final int DIGITS_MAX = 30;

  private final byte[] lines;
  private final int start;

  private Prices(byte[] lines) {
    this.lines = lines;
    int at = 0;
    while (at < lines.length && lines[at] == '#') {
      at = lineEnd(at) + 1;
    }
    this.start = at;
  }

  /**
   * Opens the built-in catalogue.
   *
   * @throws IllegalStateException if the build left it out
   */
  public static Prices builtIn() {
    try (InputStream in = Prices.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(
            "the price file " + RESOURCE + " is missing from this build");
      }
      return new Prices(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A catalogue of these lines, sorted by their first column. */
  static Prices of(String text) {
    return new Prices(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Finds a model as LiteLLM does: {@code base_model} if there is one, under the provider or bare;
   * else {@code provider/model}, else the bare model, which has to be of that provider.
   *
   * @param provider the provider's prefix
   * @param model the name that the provider is sent
   * @param baseModel {@code model_info.base_model}, null for none
   */
  public Optional<CatalogueEntry> find(String provider, String model, @Nullable String baseModel) {
    if (baseModel != null) {
      Optional<CatalogueEntry> base = entry(provider + "/" + baseModel).or(() -> entry(baseModel));
      if (base.isPresent()) {
        return base;
      }
    }
    return entry(provider + "/" + model)
        .or(() -> entry(model).filter(entry -> suits(entry, provider)));
  }

  /** A compatible endpoint of somebody's own may serve any model, but not at its maker's price. */
  private static boolean suits(CatalogueEntry entry, String provider) {
    return entry.provider().isEmpty()
        || entry.provider().equals(provider)
        || entry.provider().startsWith(provider + "-")
        || entry.provider().startsWith(provider + "_")
        || entry.provider().equals("text-completion-" + provider);
  }

  /** The entry of exactly this name. */
  public Optional<CatalogueEntry> entry(String name) {
    byte[] wanted = name.getBytes(StandardCharsets.UTF_8);
    int low = start;
    int high = lines.length;
    while (low < high) {
      int line = lineStart((low + high) >>> 1);
      int tab = tabFrom(line);
      int order = Arrays.compareUnsigned(wanted, 0, wanted.length, lines, line, tab);
      if (order == 0) {
        return Optional.of(parse(line));
      }
      if (order < 0) {
        high = line;
      } else {
        low = lineEnd(line) + 1;
      }
    }
    return Optional.empty();
  }

  /** All entries of a provider, by name; reads the whole catalogue. */
  public List<CatalogueEntry> ofProvider(String provider) {
    List<CatalogueEntry> entries = new ArrayList<>();
    each(
        entry -> {
          if (entry.provider().equals(provider)) {
            entries.add(entry);
          }
        });
    return entries;
  }

  void each(Consumer<CatalogueEntry> visitor) {
    for (int line = start; line < lines.length; line = lineEnd(line) + 1) {
      visitor.accept(parse(line));
    }
  }

  private int lineStart(int at) {
    int line = at;
    while (line > start && lines[line - 1] != '\n') {
      line--;
    }
    return line;
  }

  private int lineEnd(int at) {
    int end = at;
    while (end < lines.length && lines[end] != '\n') {
      end++;
    }
    return end;
  }

  private int tabFrom(int at) {
    int tab = at;
    while (tab < lines.length && lines[tab] != '\t') {
      tab++;
    }
    return tab;
  }

  private CatalogueEntry parse(int line) {
    String text = new String(lines, line, lineEnd(line) - line, StandardCharsets.UTF_8);
    String[] fields = text.split("\t", -1);
    return new CatalogueEntry(
        fields[0],
        fields[1],
        fields[2],
        fields[3].isEmpty() ? null : Long.valueOf(fields[3]),
        fields[4].isEmpty() ? null : Long.valueOf(fields[4]),
        fields[5].isEmpty() ? List.of() : List.of(fields[5].split(",", -1)),
        fields[6].isEmpty() ? null : pricing(fields[6]),
        fields[7].isEmpty() ? null : fields[7]);
  }

  private static Pricing pricing(String field) {
    PricingParts parts = new PricingParts();
    for (String price : field.split(";", -1)) {
      int equals = price.indexOf('=');
      String above = price.substring(0, equals - 1);
      parts.put(
          above.isEmpty() ? 0 : Long.parseLong(above),
          PricingParts.Part.of(price.charAt(equals - 1)),
          Price.of(price.substring(equals + 1)));
    }
    return parts.pricing();
  }

  /**
   * Reads LiteLLM's prices out of {@code litellm_params} or {@code model_info}: {@code
   * input_cost_per_token}, {@code output_cost_per_token}, {@code cache_read_input_token_cost},
   * {@code cache_creation_input_token_cost}, {@code input_cost_per_audio_token}, {@code
   * output_cost_per_reasoning_token}, {@code output_cost_per_audio_token}, {@code
   * input_cost_per_request}, and the first four with {@code _above_200k_tokens}. Other members are
   * left alone.
   *
   * @param values numbers as BigDecimal, Integer, Long or text
   * @return null if there is no price among them
   * @throws IllegalArgumentException if one is not a number, or negative; names it
   */
  public static @Nullable Pricing fromConfig(Map<String, Object> values) {
    PricingParts parts = new PricingParts();
    for (Map.Entry<String, Object> member : new TreeMap<>(values).entrySet()) {
      Matcher above = ABOVE.matcher(member.getKey());
      boolean tier = above.matches();
      String name = tier ? above.group(1) : member.getKey();
      PricingParts.Part part = PricingParts.Part.of(name);
      if (part == null || member.getValue() == null || (tier && !part.tiered())) {
        continue;
      }
      long threshold =
          tier ? Long.parseLong(above.group(2)) * (above.group(3) == null ? 1 : 1000) : 0;
      parts.put(threshold, part, price(member.getKey(), member.getValue()));
    }
    return parts.isEmpty() ? null : parts.pricing();
  }

  private static Price price(String name, Object value) {
    BigDecimal dollars =
        switch (value) {
          case BigDecimal decimal -> decimal;
          case Integer whole -> BigDecimal.valueOf(whole);
          case Long whole -> BigDecimal.valueOf(whole);
          case String text when !text.isBlank() && text.length() <= DIGITS_MAX ->
              decimal(name, text);
          default -> throw unreadable(name);
        };
    if (dollars.signum() < 0
        || dollars.precision() > DIGITS_MAX
        || Math.abs((long) dollars.scale()) > DIGITS_MAX) {
      throw unreadable(name);
    }
    return new Price(dollars);
  }

  private static BigDecimal decimal(String name, String text) {
    try {
      return new BigDecimal(text.strip());
    } catch (NumberFormatException _) {
      throw unreadable(name);
    }
  }

  private static IllegalArgumentException unreadable(String name) {
    return new IllegalArgumentException(
        name + " must be a price in dollars, a number from 0 with at most 30 digits");
  }
}
