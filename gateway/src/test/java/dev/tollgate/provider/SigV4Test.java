package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** With the values of AWS's public test suite for Signature Version 4. */
class SigV4Test {
  private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");
  private static final byte[] NO_BODY = {};
  private static final SigV4 KEYS =
      new SigV4(
          "AKIDEXAMPLE",
          Secret.of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
          null,
          "us-east-1",
          "service");

  private static String authorization(
      SigV4 keys, String method, String target, Map<String, String> headers, byte[] body) {
    Address address = Address.of("https://example.amazonaws.com" + target);
    return java.util.Objects.requireNonNull(
            keys.sign(method, address, headers, body, NOW).get("authorization"))
        .reveal();
  }

  @Test
  void getVanilla() {
    assertThat(authorization(KEYS, "GET", "/", Map.of(), NO_BODY))
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date,"
                + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  }

  @Test
  void postVanilla() {
    assertThat(authorization(KEYS, "POST", "/", Map.of(), NO_BODY))
        .endsWith("Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  }

  @Test
  void postWithABody() {
    assertThat(
            authorization(
                KEYS,
                "POST",
                "/",
                Map.of("content-type", "application/x-www-form-urlencoded"),
                "Param1=value1".getBytes(UTF_8)))
        .contains("SignedHeaders=content-type;host;x-amz-date")
        .endsWith("Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
  }

  @Test
  void theQueryIsSorted() {
    assertThat(authorization(KEYS, "GET", "/?Param2=value2&Param1=value1", Map.of(), NO_BODY))
        .endsWith("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
  }

  @Test
  void aTokenOfTemporaryKeysIsSignedAndSent() {
    SigV4 temporary =
        new SigV4(KEYS.keyId(), KEYS.secretKey(), Secret.of("token-1"), "us-east-1", "bedrock");
    Map<String, Secret> headers =
        temporary.sign("POST", Address.of("https://x.test:8443/a%3Ab"), Map.of(), NO_BODY, NOW);

    assertThat(headers.get("x-amz-security-token")).isEqualTo(Secret.of("token-1"));
    assertThat(java.util.Objects.requireNonNull(headers.get("authorization")).reveal())
        .contains("SignedHeaders=host;x-amz-date;x-amz-security-token");
    assertThat(temporary.toString()).doesNotContain("wJalr").doesNotContain("token-1");
  }
}
