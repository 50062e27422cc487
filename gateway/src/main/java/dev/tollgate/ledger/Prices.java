package dev.tollgate.ledger;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Prices and facts of models: the built-in catalogue, and what an operator's cost map lays over it.
 * Thread-safe, immutable.
 *
 * <p>The catalogue ({@code prices.tsv}, which says its source and date) is sorted by model and
 * stays as it is in memory; a model is found by bisection and only its own line is parsed. So
 * opening it costs no more than reading the file.
 */
public final class Prices {
  private static final String RESOURCE = "prices.tsv";

  /**
   * Lines that are of no model; their provider has this name too, so that none is taken for one.
   */
  private static final String TOOLS = "tools/";

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

  /** This catalogue with other entries in place of its own of the same name, and the new ones. */
  public Prices with(Collection<CatalogueEntry> entries) {
    TreeMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    for (int line = start; line < lines.length; line = lineEnd(line) + 1) {
      sorted.put(
          Arrays.copyOfRange(lines, line, tabFrom(line)),
          Arrays.copyOfRange(lines, line, lineEnd(line)));
    }
    for (CatalogueEntry entry : entries) {
      byte[] line = PriceLine.write(entry).getBytes(StandardCharsets.UTF_8);
      int tab = 0;
      while (line[tab] != '\t') {
        tab++;
      }
      sorted.put(Arrays.copyOf(line, tab), line);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(lines.length);
    for (byte[] line : sorted.values()) {
      all.writeBytes(line);
      all.write('\n');
    }
    return new Prices(all.toByteArray());
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

  /** What a provider charges for tools that it runs itself, whatever the model. */
  public Map<Pricing.Name, Price> tools(String provider) {
    return entry(TOOLS + provider)
        .map(CatalogueEntry::pricing)
        .map(Pricing::prices)
        .orElse(Map.of());
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
    return PriceLine.read(new String(lines, line, lineEnd(line) - line, StandardCharsets.UTF_8));
  }
}
