package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Secret;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When a key's secret is due to be changed, and what becomes of the one before. */
class KeyRotationTest {
  private static final String ROTATING = "\"auto_rotate\":true,\"rotation_interval\":\"30d\"";

  private final AdminApi api = new AdminApi();

  private String key(String terms) {
    return api.post("/key/generate", "{" + terms + "}").ok().string("/key");
  }

  private void update(String key, String change) {
    api.post("/key/update", "{\"key\":\"" + key + "\"," + change + "}").ok();
  }

  private Reply info(String key) {
    return api.get("/key/info?key=" + key).ok();
  }

  private void isNotDue(String key) {
    assertThat(info(key).text()).contains("\"key_rotation_at\":null");
  }

  @Test
  void aKeyThatRotatesIsDueAnIntervalFromNow() {
    String key = key(ROTATING);
    assertThat(info(key).string("/info/key_rotation_at")).isEqualTo("2026-12-22T12:11:32.644Z");
    api.now = api.now.plus(Duration.ofDays(1));
    update(key, "\"rpm_limit\":3");
    assertThat(info(key).string("/info/key_rotation_at")).isEqualTo("2026-12-22T12:11:32.644Z");
    update(key, "\"rotation_interval\":\"12h\"");
    assertThat(info(key).string("/info/key_rotation_at")).isEqualTo("2026-11-24T00:11:32.644Z");
  }

  @Test
  void aKeyThatDoesNotRotateIsNeverDue() {
    isNotDue(key("\"rotation_interval\":\"30d\""));
    isNotDue(key("\"auto_rotate\":true"));
    String key = key(ROTATING);
    update(key, "\"auto_rotate\":false");
    isNotDue(key);
  }

  @Test
  void anotherSecretCountsAndPutsTheNextOneOff() {
    String key = key(ROTATING);
    api.now = api.now.plus(Duration.ofDays(10));
    String next = api.post("/key/regenerate", "{\"key\":\"" + key + "\"}").ok().string("/key");
    Reply info = info(next);
    assertThat(info.string("/info/last_rotation_at")).isEqualTo("2026-12-02T12:11:32.644Z");
    assertThat(info.string("/info/key_rotation_at")).isEqualTo("2027-01-01T12:11:32.644Z");
    assertThat(info.text()).contains("\"rotation_count\":1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "0d", "-1d", "30"})
  void anIntervalThatIsNoneIsRefusedByName(String interval) {
    Reply refused = api.post("/key/generate", "{\"rotation_interval\":\"" + interval + "\"}");
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.string("/error/param")).isEqualTo("rotation_interval");
  }

  @Test
  void theOperatorsGraceHoldsWhereARequestSaysNothing() {
    api.rules = new KeyRules(Map.of(), Map.of(), false, Map.of(), Map.of(), BudgetDay.UTC, "1h");
    String old = key("\"key_alias\":\"graceful\"");
    String next = api.post("/key/regenerate", "{\"key\":\"" + old + "\"}").ok().string("/key");
    assertThat(api.getAs(Secret.of(old), "/key/info").ok().string("/key"))
        .isEqualTo(Keys.hashOf(next));
  }
}
