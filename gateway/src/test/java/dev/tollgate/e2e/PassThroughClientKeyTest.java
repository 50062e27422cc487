package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client that brings a provider's key of its own beside its virtual key. */
class PassThroughClientKeyTest {
  private static final String OURS = RunningGateway.PROVIDER_KEY;
  private static final String CLAUDE = "sk-ant-api03-of-the-client-0123456789";
  private static final String TOKEN = "sk-ant-oat01-of-the-client-0123456789";
  private static final String GOOGLE = "AIzaOfTheClient0123456789abcdefghijklmn";
  private static final String MESSAGES = "/anthropic/v1/messages";
  private static final String BODY =
      "{\"model\":\"claude-haiku-4-5\",\"max_tokens\":5,\"messages\":" + RunningGateway.HELLO + "}";
  private static final String CONTENTS = "{\"contents\":[{\"parts\":[{\"text\":\"Hi\"}]}]}";
  private static final String REPLY =
      """
      {"id":"msg_1","type":"message","role":"assistant","model":"claude-haiku-4-5",\
      "content":[{"type":"text","text":"Hi"}],"stop_reason":"end_turn",\
      "usage":{"input_tokens":1000,"output_tokens":100}}""";

  private final FakeProvider provider = new FakeProvider().usually(FakeProvider.whole(200, REPLY));

  @RegisterExtension final RunningGateway gateway = start(provider, true);

  @RegisterExtension final Said said = new Said(gateway, CLAUDE, TOKEN, GOOGLE);

  private final String key = gateway.key(Terms.open());

  private static RunningGateway start(FakeProvider provider, boolean keyed) {
    String root = provider.base().replace("/v1", "");
    String config =
        RunningGateway.config(provider)
            .replace(
                "litellm_settings:",
                """
                  - model_name: mine
                    litellm_params:
                      model: anthropic/claude-haiku-4-5
                      api_key: %s
                      extra_headers: {x-operator: ours, anthropic-beta: operators}
                  - model_name: gemini-2.0-flash
                    litellm_params:
                      model: gemini/gemini-2.0-flash
                      api_key: %s
                      api_base: %s/v1beta
                litellm_settings:"""
                    .formatted(OURS, OURS, root));
    Map<String, String> environment = new HashMap<>(Map.of("ANTHROPIC_API_BASE", root));
    if (keyed) {
      environment.put("ANTHROPIC_API_KEY", OURS);
    }
    return new RunningGateway(TestGateway.Setup.of(config).with(environment), provider);
  }

  /** A call by the virtual key in a header of its own. */
  private RawClient.Answer send(
      RunningGateway at, String virtual, String target, String body, String... headers)
      throws IOException {
    StringBuilder request = new StringBuilder("POST " + target + " HTTP/1.1\r\nHost: gateway\r\n");
    for (String header : headers) {
      request.append(header).append("\r\n");
    }
    request.append("x-litellm-api-key: ").append(virtual).append("\r\n");
    request.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
    try (RawClient client = at.client()) {
      return said.note(client.send(request.toString()).answer());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/anthropic/v1/messages,x-api-key," + CLAUDE,
    "/anthropic/v1/messages,authorization,Bearer " + TOKEN,
    "/gemini/v1beta/models/gemini-2.0-flash:generateContent,x-goog-api-key," + GOOGLE
  })
  void theClientsKeyGoesAloneAndTheCallCostsAsAnyOther(String path, String header, String value)
      throws IOException {
    String body = path.equals(MESSAGES) ? BODY : CONTENTS;
    RawClient.Answer answer =
        send(gateway, key, path, body, header + ": " + value, "anthropic-beta: clients");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    FakeProvider.Seen seen = provider.seen().getFirst();
    assertThat(seen.headers()).containsEntry(header, value);
    assertThat(seen.toString()).doesNotContain(OURS, key);
    gateway.isAtRest();
    SpendRow row = gateway.rows(key).getFirst();
    assertThat(row.success()).isTrue();
    if (path.equals(MESSAGES)) {
      assertThat(row.spend().compareTo(Money.ZERO)).isPositive();
      assertThat(seen.headers().get("anthropic-beta")).isEqualTo("clients");
    }
  }

  @Test
  void aKeyInTheQueryGoesAsAHeader() throws IOException {
    String path = "/gemini/v1beta/models/gemini-2.0-flash:generateContent?key=" + GOOGLE;
    RawClient.Answer answer = send(gateway, key, path, CONTENTS);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    FakeProvider.Seen seen = provider.seen().getFirst();
    assertThat(seen.headers()).containsEntry("x-goog-api-key", GOOGLE);
    assertThat(seen.uri()).doesNotContain("key");
  }

  @Test
  void noneOfTheOperatorsHeadersGoesWithIt() throws IOException {
    String body = BODY.replace("claude-haiku-4-5", "mine");
    send(gateway, key, MESSAGES, body, "x-api-key: " + CLAUDE);
    FakeProvider.Seen seen = provider.seen().getFirst();
    assertThat(seen.headers())
        .containsEntry("x-api-key", CLAUDE)
        .doesNotContainKeys("x-operator", "anthropic-beta", "authorization");
    assertThat(seen.body()).contains("claude-haiku-4-5");
  }

  @Test
  void whatIsNoKeyOfThatProviderNeverLeaves() throws IOException {
    String other = gateway.key(Terms.open());
    for (String header :
        List.of(
            "x-api-key: " + other,
            "authorization: Bearer " + other,
            "x-api-key: " + key,
            "authorization: Basic " + CLAUDE,
            "x-goog-api-key: " + GOOGLE,
            "x-api-key: " + GOOGLE)) {
      assertThat(send(gateway, key, MESSAGES, BODY, header).status()).isEqualTo(200);
      FakeProvider.Seen seen = provider.seen().getLast();
      assertThat(seen.headers()).as(header).containsEntry("x-api-key", OURS);
      assertThat(seen.toString()).doesNotContain(other, key, CLAUDE, GOOGLE);
    }
    send(gateway, key, "/openai/v1/files", "{}", "x-api-key: " + CLAUDE);
    assertThat(provider.seen().toString()).doesNotContain(CLAUDE);
  }

  @Test
  void itOpensNothingThatTheVirtualKeyDoesNot() throws IOException {
    String limited = gateway.key(Terms.models("gpt-test"));
    String poor = gateway.key(Terms.budget(Money.ZERO));
    String brought = "x-api-key: " + CLAUDE;
    assertThat(send(gateway, limited, MESSAGES, BODY, brought).status()).isEqualTo(403);
    assertThat(send(gateway, poor, MESSAGES, BODY, brought).status()).isEqualTo(422);
    assertThat(send(gateway, "sk-nobody", MESSAGES, BODY, brought).status()).isEqualTo(401);
    assertThat(send(gateway, CLAUDE, MESSAGES, BODY, brought).status()).isEqualTo(401);
    assertThat(provider.seen()).isEmpty();
  }

  @Test
  void aProvidersErrorDoesNotRepeatIt() throws IOException {
    provider.answers(FakeProvider.whole(401, "{\"error\":\"bad key " + CLAUDE + "\"}"));
    RawClient.Answer answer = send(gateway, key, MESSAGES, BODY, "x-api-key: " + CLAUDE);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.body()).isEqualTo("{\"error\":\"bad key ***\"}");
    provider.answers(FakeProvider.whole(200, REPLY));
    assertThat(gateway.post(MESSAGES, key, BODY).status()).isEqualTo(200); // no deployment is ill
  }

  @Test
  void whereTheOperatorHasNoneOnlyThoseWithTheirOwnAreServed() throws IOException {
    try (FakeProvider other = new FakeProvider().usually(FakeProvider.whole(200, REPLY));
        RunningGateway bare = start(other, false)) {
      String virtual = bare.key(Terms.open());
      assertThat(bare.post(MESSAGES, virtual, BODY).status()).isEqualTo(401);
      assertThat(other.seen()).isEmpty();
      RawClient.Answer answer = send(bare, virtual, MESSAGES, BODY, "x-api-key: " + CLAUDE);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      assertThat(other.seen().getFirst().headers()).containsEntry("x-api-key", CLAUDE);
      bare.isAtRest();
    }
  }
}
