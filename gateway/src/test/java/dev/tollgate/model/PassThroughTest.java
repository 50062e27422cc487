package dev.tollgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassThroughTest {
  private static final String BEDROCK = "https://bedrock-runtime.eu-west-1.amazonaws.com";
  private static final String AGENTS = "https://bedrock-agent-runtime.eu-west-1.amazonaws.com";

  @ParameterizedTest
  @CsvSource({
    "/agents/A1/agentAliases/B2/sessions/C3/text",
    "/knowledgebases/K1/retrieve",
    "/retrieveAndGenerate",
    "/retrieveAndGenerateStream",
    "/flows/F1/aliases/A1",
    "/generateQuery",
    "/optimize-prompt",
    "/rerank",
    "/sessions/S1",
  })
  void bedrocksAgentsAreOnAServerOfTheirOwn(String path) {
    Address sent = sent(Mount.BEDROCK, BEDROCK, path);
    assertThat(sent).isEqualTo(Address.of(AGENTS + path));
  }

  @ParameterizedTest
  @CsvSource({
    "BEDROCK, https://bedrock-runtime.eu-west-1.amazonaws.com, /model/agents/converse",
    "BEDROCK, https://bedrock-runtime.eu-west-1.amazonaws.com, /agentsmith",
    "BEDROCK, https://bedrock-runtime.eu-west-1.amazonaws.com, /async-invoke/agents/x",
    "BEDROCK, https://bedrock.internal.example:8443, /agents/A1/agentAliases/B2/sessions/C3/text",
    "COHERE, https://bedrock-runtime.eu-west-1.amazonaws.com, /rerank",
  })
  void allElseStaysWhereItIs(Mount mount, String base, String path) {
    assertThat(sent(mount, base, path)).isEqualTo(Address.of(base + path));
  }

  @ParameterizedTest
  @CsvSource({
    "https://bedrock-runtime-fips.us-east-1.amazonaws.com,"
        + "https://bedrock-agent-runtime-fips.us-east-1.amazonaws.com",
    "http://bedrock-runtime.test:8080, http://bedrock-agent-runtime.test:8080",
  })
  void theOtherServerIsReachedTheSameWay(String base, String agents) {
    assertThat(sent(Mount.BEDROCK, base, "/rerank")).isEqualTo(Address.of(agents + "/rerank"));
  }

  private static Address sent(Mount mount, String base, String path) {
    PassThrough call =
        new PassThrough(
            mount.path(),
            "POST",
            mount.dialect(),
            Operation.PASS_THROUGH,
            path,
            "",
            null,
            "",
            false,
            false);
    return call.below(Address.of(base), "none");
  }
}
