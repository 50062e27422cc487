package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that have to name a user, a generation or whatever the operator or the key wants. */
class EnforcedParamsTest {
  private static final String KEY = "{\"enforced_params\":[\"metadata.generation_name\"]}";

  @RegisterExtension static final RunningGateway gateway = start();

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String config =
        RunningGateway.config(provider)
            + """
            general_settings:
              enforced_params: [user]
              service_account_settings:
                enforced_params: [metadata]
            """;
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static void refuses(RawClient.Answer answer, String param, String shown) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body())
        .contains(
            "BadRequest please pass param=" + shown + " in request body. This is a required param")
        .contains("\"param\":\"" + param + "\"");
    assertThat(gateway.provider().seen()).isEmpty();
  }

  @Test
  void aRequestWithoutWhatTheOperatorWantsIsRefusedForEverybody() throws Exception {
    refuses(gateway.chat(gateway.madeKey("{}")), "user", "user");
    refuses(gateway.chat(RunningGateway.MASTER), "user", "user");
    refuses(gateway.chatWith(RunningGateway.MASTER, ",\"user\":null"), "user", "user");
    RawClient.Answer served = gateway.chatWith(RunningGateway.MASTER, ",\"user\":\"ann\"");
    assertThat(served.status()).as(served.body()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''",
        ",\"metadata\":null",
        ",\"metadata\":{}",
        ",\"metadata\":{\"generation_name\":null}",
        ",\"metadata\":[\"generation_name\"]",
        ",\"metadata\":\"generation_name\""
      })
  void whatAKeyWantsWithinAnObjectIsLookedUpThere(String metadata) throws Exception {
    String key = gateway.madeKey(KEY);
    refuses(
        gateway.chatWith(key, ",\"user\":\"ann\"" + metadata),
        "metadata.generation_name",
        "[metadata][generation_name]");
  }

  @Test
  void aRequestWithAllOfItIsServed() throws Exception {
    String key = gateway.madeKey(KEY);
    RawClient.Answer served =
        gateway.chatWith(key, ",\"user\":\"ann\",\"metadata\":{\"generation_name\":\"ishaan\"}");
    assertThat(served.status()).as(served.body()).isEqualTo(200);
  }

  @Test
  void serviceAccountsNeedWhatTheirSettingsSayBesides() throws Exception {
    String key = gateway.madeKey("{\"metadata\":{\"service_account_id\":\"robot\"}}");
    refuses(gateway.chatWith(key, ",\"user\":\"ann\""), "metadata", "metadata");
  }

  @Test
  void itsOwnerMayNotTakeAwayWhatAKeyWants() throws Exception {
    String owner =
        gateway
            .admin("/user/new", "{\"user_id\":\"enf\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    String key =
        gateway.madeKey("{\"user_id\":\"enf\",\"enforced_params\":[\"metadata.generation_name\"]}");
    for (String change :
        new String[] {"\"enforced_params\":[]", "\"metadata\":{}", "\"metadata\":{\"a\":1}"}) {
      RawClient.Answer refused =
          gateway.post("/key/update", owner, "{\"key\":\"" + key + "\"," + change + "}");
      assertThat(refused.status()).as("%s %s", change, refused.body()).isEqualTo(403);
      assertThat(refused.body()).contains("enforced_params");
    }
  }
}
