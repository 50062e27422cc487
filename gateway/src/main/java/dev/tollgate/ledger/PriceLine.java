package dev.tollgate.ledger;

import dev.tollgate.model.Item;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Name;
import dev.tollgate.model.ServiceTier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One model's line of the catalogue. Prices stand as {@code 200000iP=5E-6}: above how many tokens
 * (nothing for 0), the item's letter, the tier's (nothing for the standard one), dollars.
 */
final class PriceLine {
  private static final int FIELDS = 8;
  private static final Map<Character, Item> ITEMS = items();

  private PriceLine() {}

  private static Map<Character, Item> items() {
    Map<Character, Item> items = new HashMap<>();
    for (Item item : Item.values()) {
      items.put(item.letter(), item);
    }
    return items;
  }

  private static String letter(ServiceTier service) {
    return switch (service) {
      case STANDARD -> "";
      case BATCH -> "B";
      case FLEX -> "F";
      case PRIORITY -> "P";
      case ULTRAFAST -> "U";
      case BALANCED -> "L";
    };
  }

  private static ServiceTier service(char letter) {
    for (ServiceTier service : ServiceTier.values()) {
      if (letter(service).equals(String.valueOf(letter))) {
        return service;
      }
    }
    throw unknown(letter);
  }

  private static IllegalArgumentException unknown(char letter) {
    return new IllegalArgumentException("the price file has an unknown item '" + letter + "'");
  }

  static CatalogueEntry read(String line) {
    String[] fields = line.split("\t", -1);
    return new CatalogueEntry(
        fields[0],
        fields[1],
        fields[2],
        fields[3].isEmpty() ? null : Long.valueOf(fields[3]),
        fields[4].isEmpty() ? null : Long.valueOf(fields[4]),
        fields[5].isEmpty() ? List.of() : List.of(fields[5].split(",", -1)),
        fields[6].isEmpty() ? null : pricing(fields[6]),
        fields[FIELDS - 1].isEmpty() ? null : fields[FIELDS - 1]);
  }

  static String write(CatalogueEntry entry) {
    Pricing pricing = entry.pricing();
    return String.join(
        "\t",
        plain(entry.model()),
        plain(entry.provider()),
        plain(entry.mode()),
        entry.inputTokensMax() == null ? "" : entry.inputTokensMax().toString(),
        entry.outputTokensMax() == null ? "" : entry.outputTokensMax().toString(),
        plain(String.join(",", entry.supports())),
        pricing == null ? "" : prices(pricing),
        plain(entry.source()));
  }

  /** Without what ends a field or a line. */
  private static String plain(@Nullable String text) {
    return text == null ? "" : text.replace('\t', ' ').replace('\n', ' ');
  }

  private static String prices(Pricing pricing) {
    StringBuilder text = new StringBuilder();
    pricing
        .prices()
        .forEach(
            (name, price) -> {
              text.append(text.isEmpty() ? "" : ";");
              if (name.aboveTokens() > 0) {
                text.append(name.aboveTokens());
              }
              text.append(name.item().letter()).append(letter(name.service())).append('=');
              text.append(price.dollars());
            });
    return text.toString();
  }

  private static Pricing pricing(String field) {
    Map<Name, Price> prices = new TreeMap<>();
    for (String price : field.split(";", -1)) {
      int equals = price.indexOf('=');
      int at = 0;
      while (Character.isDigit(price.charAt(at))) {
        at++;
      }
      Item item = ITEMS.get(price.charAt(at));
      if (item == null) {
        throw unknown(price.charAt(at));
      }
      prices.put(
          new Name(
              item,
              at == 0 ? 0 : Long.parseLong(price.substring(0, at)),
              at + 1 == equals ? ServiceTier.STANDARD : service(price.charAt(at + 1))),
          Price.of(price.substring(equals + 1)));
    }
    return Pricing.of(prices);
  }
}
