package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code /health} makes of the calls that there were; cooldowns are off. */
class HealthTest {
  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();

  private static JsonNode health() throws IOException {
    return JsonMapper.shared().readTree(gateway.get("/health", RunningGateway.MASTER).ok().body());
  }

  @Test
  void aDeploymentIsUnhealthyWhileItsLatestCallHasFailed() throws Exception {
    assertThat(health().path("healthy_count").asInt()).isEqualTo(1);
    gateway.provider().answers(FakeProvider.failing(500));
    gateway.chat(RunningGateway.MASTER);
    JsonNode failing = health();
    assertThat(failing.path("healthy_count").asInt()).isZero();
    assertThat(failing.path("unhealthy_endpoints").path(0).path("error").asString())
        .isEqualTo("the latest call failed with status 500");
    gateway.provider().answers(FakeProvider.whole(200, FakeProvider.WHOLE));
    gateway.chat(RunningGateway.MASTER).ok();
    assertThat(health().path("unhealthy_count").asInt()).isZero();
  }

  @Test
  void aRequestThatIsWrongSaysNothingOfItsDeployment() throws Exception {
    gateway.provider().answers(FakeProvider.failing(400));
    assertThat(gateway.chat(RunningGateway.MASTER).status()).isEqualTo(400);
    assertThat(health().path("unhealthy_count").asInt()).isZero();
  }
}
