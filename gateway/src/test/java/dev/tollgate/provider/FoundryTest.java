package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Operation;
import dev.tollgate.provider.Deployments.Defaults;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class FoundryTest {
  private static Deployment build(Map<String, ?> params) {
    return new Deployments(Catalogue.load(), _ -> null, ProvidersOnly.NONE, Defaults.NONE)
        .build("m", params, Map.of())
        .forModel("m");
  }

  @Test
  void claudeInFoundrySpeaksAnthropicsDialectAtItsOwnAddress() {
    for (String given :
        List.of(
            "https://r.services.ai.azure.com",
            "https://r.services.ai.azure.com/anthropic",
            "https://r.services.ai.azure.com/anthropic/v1/messages")) {
      Deployment made =
          build(Map.of("model", "azure_ai/claude-sonnet-4-5", "api_base", given, "api_key", "k"));
      for (Operation asked : List.of(Operation.MESSAGES, Operation.CHAT, Operation.RESPONSES)) {
        var route = Objects.requireNonNull(made.routes().get(asked));
        assertThat(route.operation()).isEqualTo(Operation.MESSAGES);
        assertThat(route.address().base() + route.address().target())
            .isEqualTo("https://r.services.ai.azure.com/anthropic/v1/messages");
      }
      assertThat(Objects.requireNonNull(made.headers().get("x-api-key")).reveal()).isEqualTo("k");
      assertThat(made.model()).isEqualTo("claude-sonnet-4-5");
    }
    Deployment other =
        build(
            Map.of(
                "model",
                "azure_ai/m",
                "api_base",
                "https://r.services.ai.azure.com",
                "api_key",
                "k"));
    assertThat(Objects.requireNonNull(other.routes().get(Operation.MESSAGES)).operation())
        .isEqualTo(Operation.CHAT);
  }
}
