package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Models whose credential has to be fetched, where it is not to be had. */
class MachineIdentityTest {
  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String more =
        """
          - model_name: federated
            litellm_params:
              model: azure/gpt-4o
              api_base: "%s"
              tenant_id: tenant-1
              client_id: app-1
              azure_ad_token: oidc/file/nowhere
        """
            .formatted(provider.base());
    return new RunningGateway(
        TestGateway.Setup.of(
            RunningGateway.config(provider)
                .replace("litellm_settings:", more + "litellm_settings:")),
        provider);
  }

  @Test
  void aCallSaysWhyItHasNoToken() throws Exception {
    RawClient.Answer answer =
        gateway.post(
            "/v1/chat/completions",
            gateway.key(Terms.open()),
            "{\"model\":\"federated\",\"messages\":" + RunningGateway.HELLO + "}");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("the file of azure_ad_token cannot be read");
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void theMachinesKeysOpenNoPassThrough() throws Exception {
    RawClient.Answer answer =
        gateway.post("/bedrock/model/m/converse", gateway.key(Terms.open()), "{\"messages\":[]}");
    assertThat(answer.status()).as(answer.body()).isBetween(400, 499);
    assertThat(answer.body()).doesNotContain("no token");
  }
}
