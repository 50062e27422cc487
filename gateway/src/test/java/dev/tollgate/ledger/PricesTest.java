package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class PricesTest {
  private static final String LINES =
      String.join(
          "\n",
          "# model, provider, mode, input, output, supports, prices, source",
          line("azure/gpt-4o", "azure", "chat", "1", "2", "", "i=2.5E-6;o=1E-5", ""),
          line(
              "dear",
              "acme",
              "chat",
              "9",
              "8",
              "tools,vision",
              "i=1E-6;o=2E-6;r=1E-7;w=3E-6;a=4E-6;g=5E-6;b=6E-6;q=0.01;200000i=2E-6",
              "https://acme.example"),
          line("gpt-4o", "openai", "chat", "1", "2", "", "i=2.4E-6;o=9E-6", ""),
          line("openai/gpt-4o", "openai", "chat", "1", "2", "", "i=2E-6;o=8E-6", ""),
          line("picture", "openai", "image_generation", "", "", "", "", ""));

  private static String line(String... fields) {
    return String.join("\t", fields);
  }

  private final Prices prices = Prices.of(LINES);

  @Test
  void theNameUnderTheProviderComesBeforeTheBareOne() {
    assertThat(model("openai", "gpt-4o", null)).isEqualTo("openai/gpt-4o");
    assertThat(model("acme", "dear", null)).isEqualTo("dear");
  }

  @Test
  void aBareNameOfAnotherProviderHasNoPriceHere() {
    assertThat(prices.find("hosted_vllm", "gpt-4o", null)).isEmpty();
    assertThat(prices.find("azure", "my-deployment", null)).isEmpty();
  }

  @Test
  void theBaseModelNamesThePriceOfADeploymentOfAnyName() {
    assertThat(model("azure", "my-deployment", "gpt-4o")).isEqualTo("azure/gpt-4o");
    assertThat(model("azure", "my-deployment", "azure/gpt-4o")).isEqualTo("azure/gpt-4o");
  }

  private String model(String provider, String model, @Nullable String base) {
    return prices.find(provider, model, base).orElseThrow().model();
  }

  @Test
  void everyColumnIsRead() {
    CatalogueEntry dear = prices.entry("dear").orElseThrow();
    assertThat(dear.facts())
        .containsEntry("litellm_provider", "acme")
        .containsEntry("max_input_tokens", 9L)
        .containsEntry("max_output_tokens", 8L)
        .containsEntry("supports_function_calling", true)
        .containsEntry("supports_vision", true);
    assertThat(dear.source()).isEqualTo("https://acme.example");
    assertThat(dear.pricing())
        .isEqualTo(
            new Pricing(
                Price.of("1E-6"),
                Price.of("2E-6"),
                Price.of("1E-7"),
                Price.of("3E-6"),
                Price.of("4E-6"),
                Price.of("5E-6"),
                Price.of("6E-6"),
                Price.of("0.01"),
                List.of(new Pricing.Tier(200_000, Price.of("2E-6"), null, null, null))));
    assertThat(prices.entry("picture").orElseThrow().pricing()).isNull();
  }

  @Test
  void everyModelOfTheBuiltInCatalogueIsFoundByItsName() {
    Prices builtIn = Prices.builtIn();
    List<CatalogueEntry> all = new ArrayList<>();
    builtIn.each(all::add);
    assertThat(all).hasSizeGreaterThan(4_000);
    for (CatalogueEntry entry : all) {
      assertThat(builtIn.entry(entry.model())).contains(entry);
    }
    assertThat(builtIn.entry("")).isEmpty();
    assertThat(builtIn.entry("zzzz-no-such-model")).isEmpty();
  }

  @Test
  void wellKnownPricesAreThere() {
    Pricing mini = Prices.builtIn().find("openai", "gpt-4o-mini", null).orElseThrow().pricing();
    Objects.requireNonNull(mini);
    assertThat(mini.input().dollars()).isEqualByComparingTo("0.00000015");
    assertThat(mini.output().dollars()).isEqualByComparingTo("0.0000006");
    assertThat(Prices.builtIn().ofProvider("openai")).hasSizeGreaterThan(100);
  }

  @Test
  void theConfigsPricesAreReadExactly() {
    Pricing pricing =
        Prices.fromConfig(
            Map.of(
                "model",
                "openai/x",
                "input_cost_per_token",
                new BigDecimal("1.5e-07"),
                "output_cost_per_token",
                "6e-07",
                "cache_read_input_token_cost",
                0,
                "input_cost_per_token_above_200k_tokens",
                new BigDecimal("3e-07"),
                "output_cost_per_token_above_128k_tokens",
                new BigDecimal("9e-07")));
    assertThat(pricing)
        .isEqualTo(
            new Pricing(
                Price.of("1.5e-07"),
                Price.of("6e-07"),
                Price.of("0"),
                null,
                null,
                null,
                null,
                null,
                List.of(
                    new Pricing.Tier(128_000, null, Price.of("9e-07"), null, null),
                    new Pricing.Tier(200_000, Price.of("3e-07"), null, null, null))));
  }

  @Test
  void aConfigWithoutPricesGivesNone() {
    assertThat(Prices.fromConfig(Map.of("model", "openai/x", "rpm", 5))).isNull();
  }

  @Test
  void aPriceThatIsNoneIsRefusedByName() {
    for (Object bad : List.of("free", -1, new BigDecimal("-0.1"), "1e999999999", true, 0.5)) {
      assertThatThrownBy(() -> Prices.fromConfig(Map.of("output_cost_per_token", bad)))
          .as("%s", bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("output_cost_per_token");
    }
  }

  @Test
  @Tag("long")
  void openingTheCatalogueIsCheap() {
    // What the JVM needs for its first lambda and its first joined string is not the catalogue's.
    prices.find("hosted_vllm", "gpt-4o", "none");
    long start = System.nanoTime();
    Prices builtIn = Prices.builtIn();
    long opened = System.nanoTime();
    boolean present = builtIn.find("openai", "gpt-4o-mini", null).isPresent();
    long found = System.nanoTime();
    System.out.printf(
        "prices: opened in %.1f ms, first model found in %.1f ms%n",
        (opened - start) / 1e6, (found - opened) / 1e6);
    assertThat(present).isTrue();
  }
}
