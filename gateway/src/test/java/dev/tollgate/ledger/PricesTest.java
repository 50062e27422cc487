package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Item;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import java.util.ArrayList;
import java.util.List;
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
              "i=1E-6;o=2E-6;r=1E-7;w=3E-6;h=4E-6;a=4E-6;g=5E-6;b=6E-6;q=0.01;"
                  + "oB=1E-6;200000i=2E-6;200000iP=7E-6",
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
            PriceTags.of(
                "input_cost_per_token", "1E-6",
                "output_cost_per_token", "2E-6",
                "cache_read_input_token_cost", "1E-7",
                "cache_creation_input_token_cost", "3E-6",
                "cache_creation_input_token_cost_above_1hr", "4E-6",
                "input_cost_per_audio_token", "4E-6",
                "output_cost_per_reasoning_token", "5E-6",
                "output_cost_per_audio_token", "6E-6",
                "input_cost_per_request", "0.01",
                "input_cost_per_token_above_200k_tokens", "2E-6",
                "input_cost_per_token_above_200k_tokens_priority", "7E-6",
                "output_cost_per_token_batches", "1E-6"));
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
    assertThat(mini.rates(null, 0).price(Item.INPUT).dollars()).isEqualByComparingTo("0.00000015");
    assertThat(mini.rates(null, 0).price(Item.OUTPUT).dollars()).isEqualByComparingTo("0.0000006");
    assertThat(Prices.builtIn().ofProvider("openai")).hasSizeGreaterThan(100);
  }

  @Test
  void everyLineIsWrittenAsItWasRead() {
    Prices.builtIn()
        .each(entry -> assertThat(PriceLine.read(PriceLine.write(entry))).isEqualTo(entry));
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
