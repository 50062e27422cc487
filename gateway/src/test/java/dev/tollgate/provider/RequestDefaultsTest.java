package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the config calls LiteLLM's own, and what it calls the request's, is so here. */
class RequestDefaultsTest {
  /** The keys of a section of the vocabulary that are used, without wildcards. */
  private static List<String> used(String section) throws IOException {
    List<String> keys = new ArrayList<>();
    boolean within = false;
    try (InputStream in =
        Objects.requireNonNull(
            RequestDefaultsTest.class.getResourceAsStream("/dev/tollgate/config/vocabulary.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String[] columns = line.split(" ", -1);
        if (line.startsWith("[")) {
          within = line.equals("[" + section + "]");
        } else if (within && columns.length > 1 && columns[1].equals("used")) {
          keys.add(columns[0].replace("*", "1"));
        }
      }
    }
    assertThat(keys).hasSizeGreaterThan(50);
    return keys;
  }

  @Test
  void litellmsOwnParametersAreNeverSent() throws IOException {
    assertThat(used("litellm_params")).noneMatch(RequestDefaults::isOne);
  }

  @Test
  void theRequestsParametersAre() throws IOException {
    List<String> keys = used("request");
    keys.remove("stream"); // is the client's alone
    assertThat(keys).allMatch(RequestDefaults::isOne);
  }

  @ParameterizedTest
  @ValueSource(strings = {"some_new_key", "vendor_token", "its_password", "a_credential"})
  void whatLooksLikeACredentialIsNotSent(String name) {
    assertThat(RequestDefaults.isOne(name)).isFalse();
  }
}
