package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedIdsTest {
  private static final Deployment ELSEWHERE = Samples.quirky();

  private static String bare(String body) {
    return new String(SignedIds.bare(body.getBytes(US_ASCII), ELSEWHERE), US_ASCII);
  }

  @RepeatedTest(100)
  void aMarkIsFoundWhereverItStands(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    StringBuilder signed = new StringBuilder("{\"text\":\"");
    StringBuilder unsigned = new StringBuilder(signed);
    int ids = random.nextInt(4);
    for (int i = 0; i <= ids; i++) {
      // Prose that is full of the mark's own letters.
      for (int letters = random.nextInt(60); letters > 0; letters--) {
        char letter = "_thought ".charAt(random.nextInt(9));
        signed.append(letter);
        unsigned.append(letter);
      }
      String id = "call_" + Integer.toHexString(random.nextInt());
      signed.append("\",\"id\":\"").append(id).append("__thought__c2lnbmVk").append("\",\"t\":\"");
      unsigned.append("\",\"id\":\"").append(id).append("\",\"t\":\"");
    }
    assertThat(bare(signed + "\"}")).isEqualTo(unsigned + "\"}");
  }

  @Test
  void aMarkOutsideAnIdStays() {
    String body = "{\"content\":\"what is __thought__c2ln\",\"id\":\"a\"}";
    assertThat(bare(body)).isEqualTo(body);
  }

  @Test
  void aBodyThatIsShorterThanTheMarkIsLeftAlone() {
    assertThat(bare("{}")).isEqualTo("{}");
    assertThat(bare("")).isEmpty();
  }

  /** Messages of texts alone are not searched; these are. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"role\":\"tool\",\"content\":\"42\",\"tool_call_id\":\"call_1%s\"}",
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"call_1%s\"}]}",
        "{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"call_1%s\"}]}"
      })
  void idsAreTakenBackInMessagesThatNameToolCalls(String message) {
    String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}," + message + "]}";
    assertThat(Samples.forwarded(body.formatted("__thought__c2lnbmVk"), ELSEWHERE))
        .contains("\"call_1\"");
  }
}
