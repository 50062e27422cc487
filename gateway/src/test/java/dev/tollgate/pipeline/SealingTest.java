package dev.tollgate.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Secret;
import org.junit.jupiter.api.Test;

class SealingTest {
  private final Sealing sealing = new Sealing(Secret.of("sk-salt"), "a test");

  @Test
  void aTextComesBackForItsOwnerAlone() {
    String sealed = sealing.seal("a", "secret \u00fc");
    assertThat(sealed).doesNotContain("secret");
    assertThat(sealing.open("a", sealed)).isEqualTo("secret \u00fc");
    assertThat(sealing.open("b", sealed)).isNull();
    assertThat(new Sealing(Secret.of("sk-other"), "a test").open("a", sealed)).isNull();
    assertThat(new Sealing(Secret.of("sk-salt"), "another").open("a", sealed)).isNull();
    assertThat(sealing.seal("a", "secret \u00fc")).isNotEqualTo(sealed);
  }

  @Test
  void whatWasChangedIsNotOpened() {
    // Eight characters make 36 bytes: no letter of their base64 has bits that mean nothing.
    char[] sealed = sealing.seal("a", "a secret").toCharArray();
    for (int at = 0; at < sealed.length; at++) {
      char[] other = sealed.clone();
      other[at] = other[at] == 'A' ? 'B' : 'A';
      assertThat(sealing.open("a", new String(other))).isNull();
    }
    for (String odd : new String[] {"", "AAAA", "no base64", "A".repeat(16)}) {
      assertThat(sealing.open("a", odd)).isNull();
    }
  }
}
