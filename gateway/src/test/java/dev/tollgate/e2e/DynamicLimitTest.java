package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Keys whose {@code rpm_limit_type} or {@code tpm_limit_type} is {@code dynamic}. */
class DynamicLimitTest {
  private static final String DYNAMIC = "\"rpm_limit\":1,\"rpm_limit_type\":\"dynamic\"";

  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();

  @Test
  void aBurstIsServedUntilTheModelFails() throws Exception {
    long minute;
    do { // what a model has failed is forgotten with the minute
      minute = minute();
      String key = gateway.madeKey("{" + DYNAMIC + "}");
      for (int i = 0; i < 3; i++) {
        assertThat(gateway.chat(key).status()).isEqualTo(200);
      }
      String other = gateway.madeKey("{}");
      gateway.provider().answers(FakeProvider.failing(500));
      assertThat(gateway.chat(other).status()).isEqualTo(500);
      assertThat(gateway.chat(other).status()).isEqualTo(500);
      gateway.provider().forget();
      RawClient.Answer refused = gateway.chat(key);
      if (minute == minute()) {
        assertThat(refused.status()).as(refused.body()).isEqualTo(429);
        assertThat(refused.body()).contains("Limit type: requests. Current limit: 1, Remaining: 0");
        assertThat(gateway.chat(other).status()).isEqualTo(200);
      }
    } while (minute != minute());
  }

  private static long minute() {
    return System.currentTimeMillis() / 60_000;
  }

  @Test
  void itsOwnerMayNotMakeAKeysLimitDynamic() throws Exception {
    String owner =
        gateway
            .admin("/user/new", "{\"user_id\":\"dyn\",\"user_role\":\"internal_user\"}")
            .path("key")
            .asString();
    String key = gateway.madeKey("{\"user_id\":\"dyn\",\"rpm_limit\":1,\"tpm_limit\":1000}");
    for (String what : new String[] {"rpm_limit_type", "tpm_limit_type"}) {
      String type = "\"" + what + "\":\"dynamic\"";
      for (String change : new String[] {type, "\"metadata\":{" + type + "}"}) {
        RawClient.Answer refused =
            gateway.post("/key/update", owner, "{\"key\":\"" + key + "\"," + change + "}");
        assertThat(refused.status()).as(refused.body()).isEqualTo(403);
        assertThat(refused.body()).contains(what);
      }
    }
  }
}
