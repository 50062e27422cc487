package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Money;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Usage;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Charges of what is not counted in tokens, each worked out by hand. */
class QuantityCostTest {
  private static final Prices CATALOGUE = Prices.builtIn();

  private static Pricing of(String provider, String model) {
    return Objects.requireNonNull(
        CATALOGUE.find(provider, model, null).orElseThrow().pricing(), model);
  }

  private static Money cost(Pricing pricing, Unit unit, long amount) {
    return Cost.of(pricing, Usage.NONE.with(new Quantity(unit, amount)));
  }

  @Test
  void soundIsChargedByTheThousandthOfASecond() {
    // 1.5 s at $0.0001 a second
    assertThat(cost(of("openai", "whisper-1"), Unit.SECOND, 1500))
        .isEqualTo(Money.ofNanos(150_000));
    // 1 ms: a tenth of a microdollar
    assertThat(cost(of("openai", "whisper-1"), Unit.SECOND, 1)).isEqualTo(Money.ofNanos(100));
  }

  @Test
  void speechIsChargedByTheCharacter() {
    // 5 characters at $15 a million
    assertThat(cost(of("openai", "tts-1"), Unit.CHARACTER, 5)).isEqualTo(Money.ofNanos(75_000));
  }

  @Test
  void aSearchIsChargedByTheQuery() {
    assertThat(cost(of("cohere", "rerank-v3.5"), Unit.QUERY, 3))
        .isEqualTo(Money.ofNanos(6_000_000));
  }

  @Test
  void imagesAreChargedByTheImageOrTheirTokens() {
    Pricing each = PriceTags.of("output_cost_per_image", "0.04");
    assertThat(cost(each, Unit.IMAGE, 2)).isEqualTo(Money.ofNanos(80_000_000));
    // 6 tokens of text at $5, 4 of images at $10, 20 of output at $40 a million
    Usage drawn = new Usage(10, 20, 0, 0, 0, 0, 0, false, 4, 20, 0);
    assertThat(Cost.of(of("openai", "gpt-image-1"), drawn))
        .isEqualTo(Money.ofNanos(30_000 + 40_000 + 800_000));
  }

  @Test
  void aUnitWithoutAPriceCostsNothing() {
    assertThat(cost(of("openai", "tts-1"), Unit.IMAGE, 9)).isEqualTo(Money.ZERO);
  }

  @Test
  void whatHasAPriceByTheUnitIsNotFree() {
    assertThat(of("cohere", "rerank-v3.5").isFree()).isFalse();
  }

  @Test
  void aPriceOfNothingInOneDirectionDoesNotHideTheOther() {
    // 60 s at $0.00003083 in and nothing out
    assertThat(cost(of("groq", "whisper-large-v3"), Unit.SECOND, 60_000))
        .isEqualTo(Money.ofNanos(1_849_800));
  }

  @Test
  void pagesAreChargedByThePage() {
    assertThat(cost(of("mistral", "mistral-ocr-2512"), Unit.PAGE, 3))
        .isEqualTo(Money.ofNanos(6_000_000));
  }

  @Test
  void soundThatIsChargedByItsTokensIsNotChargedByItsSecondsAsWell() {
    Usage heard = new Usage(14, 45, 0, 0, 14, 0, 0, false).with(new Quantity(Unit.SECOND, 1_400));
    // 14 tokens of sound at $2.50, 45 of text at $10 a million
    assertThat(Cost.of(of("openai", "gpt-4o-transcribe"), heard))
        .isEqualTo(Money.ofNanos(35_000 + 450_000));
  }
}
