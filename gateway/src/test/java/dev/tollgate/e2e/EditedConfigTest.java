package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What an edit of the config changes while the gateway runs. */
class EditedConfigTest {
  @RegisterExtension final RunningGateway gateway = RunningGateway.start();

  private RawClient.Answer made(String terms) throws IOException {
    return gateway.post("/key/generate", RunningGateway.MASTER, terms);
  }

  private String providerBudgets() {
    try {
      return gateway.get("/provider/budgets", RunningGateway.MASTER).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String edited() {
    return RunningGateway.config(gateway.provider())
        .replace(
            "litellm_settings:\n",
            """
            litellm_settings:
              max_budget: 33
              default_key_generate_params:
                tpm_limit: 77
              upperbound_key_generate_params:
                rpm_limit: 5
            """)
        .replace(
            "router_settings:\n",
            """
            router_settings:
              provider_budget_config:
                openai:
                  budget_limit: 12.5
                  time_period: 1d
            """);
  }

  @Test
  void keysAreMadeByTheRulesThatItHasNow() throws Exception {
    assertThat(made("{\"rpm_limit\":6}").status()).isEqualTo(200);
    gateway.gateway().edit(edited());
    Eventually.so("the edit is taken over", () -> providerBudgets().contains("12.5"));
    RawClient.Answer refused = made("{\"rpm_limit\":6}");
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    RawClient.Answer served = made("{\"rpm_limit\":5}");
    assertThat(served.status()).as(served.body()).isEqualTo(200);
    assertThat(served.body()).contains("\"tpm_limit\":77");
    assertThat(gateway.get("/global/spend", RunningGateway.MASTER).body())
        .contains("\"max_budget\":33");
  }
}
