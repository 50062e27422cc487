package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.app.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Limits on requests and tokens a minute of everything that can have them: made through the API,
 * held over HTTP, told in LiteLLM's words. A call uses 19 tokens.
 */
class RateScopesTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  @RegisterExtension static final RunningGateway gateway = start();
  private static int made;

  /** Whose limits; two callers of one, and a third who has nothing to do with it. */
  enum Whose {
    KEY("api_key", false),
    KEY_MODEL("model_per_key", true),
    KEY_BUDGET("api_key", false),
    TEAM("team", false),
    TEAM_MODEL("model_per_team", true),
    ORGANIZATION("organization", false),
    ORGANIZATION_MODEL("model_per_organization", true),
    USER("user", false),
    MEMBER("team_member", false),
    MEMBER_OF_ALL("team_member", false),
    END_USER("end_user", false),
    END_USER_BUDGET("end_user", false),
    TAG("tag", false),
    TAG_BUDGET("tag", false);

    private final String word;
    private final boolean ofModel;

    Whose(String word, boolean ofModel) {
      this.word = word;
      this.ofModel = ofModel;
    }
  }

  /** What stands in requests: the one key, another that shares the limit, and one that does not. */
  private record Callers(String id, String one, String other, String more, String stranger) {
    Callers {
      stranger = stranger.isEmpty() ? key("{}") : stranger;
    }
  }

  private static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    String other =
        """
          - model_name: gpt-other
            litellm_params:
              model: openai/other
              api_base: %s
              api_key: sk-provider
              input_cost_per_token: 0.00000015
              output_cost_per_token: 0.0000006
        litellm_settings:
        """
            .formatted(provider.base());
    String config = RunningGateway.config(provider).replace("litellm_settings:\n", other);
    return new RunningGateway(TestGateway.Setup.of(config), provider);
  }

  private static JsonNode admin(String path, String body) {
    try {
      RawClient.Answer answer = gateway.post(path, RunningGateway.MASTER, body);
      assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
      return JSON.readTree(answer.body());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String key(String terms) {
    return admin("/key/generate", terms).path("key").asString();
  }

  private static RawClient.Answer chat(String key, String more) throws IOException {
    return gateway.post(
        "/v1/chat/completions",
        key,
        RunningGateway.chatBody(false).replaceFirst("}$", ",\"max_tokens\":7" + more + "}"));
  }

  /** Makes whoever has the limit, {@code rpm_limit} or {@code tpm_limit}, and who calls for it. */
  private static Callers callers(Whose whose, String limit, int most) {
    String id = "rs" + made++;
    String is = "\"" + limit + "\":" + most;
    String model = "\"model_" + limit + "\":{\"gpt-test\":" + most + "}";
    return switch (whose) {
      case KEY -> ofKey(key("{" + is + "}"), "");
      case KEY_MODEL -> ofKey(key("{" + model + "}"), ":gpt-test");
      case KEY_BUDGET -> {
        admin("/budget/new", "{\"budget_id\":\"" + id + "\"," + is + "}");
        yield ofKey(key("{\"budget_id\":\"" + id + "\"}"), "");
      }
      case TEAM -> {
        admin("/team/new", "{\"team_id\":\"" + id + "\"," + is + "}");
        yield inTeam(id, id);
      }
      case TEAM_MODEL -> {
        admin("/team/new", "{\"team_id\":\"" + id + "\"," + model + "}");
        yield inTeam(id, id + ":gpt-test");
      }
      case ORGANIZATION -> organization(id, is, id);
      case ORGANIZATION_MODEL -> organization(id, model, id + ":gpt-test");
      case USER -> {
        admin("/user/new", "{\"user_id\":\"" + id + "\",\"auto_create_key\":false," + is + "}");
        String terms = "{\"user_id\":\"" + id + "\"}";
        yield new Callers(id, key(terms), key(terms), "", "");
      }
      case MEMBER -> {
        admin("/team/new", "{\"team_id\":\"" + id + "\"}");
        admin("/team/member_add", member(id, "ann", ""));
        admin("/team/member_add", member(id, "bob", ""));
        admin("/team/member_update", "{\"team_id\":\"" + id + "\",\"user_id\":\"ann\"," + is + "}");
        yield ofMembers(id);
      }
      case MEMBER_OF_ALL -> {
        admin("/team/new", "{\"team_id\":\"" + id + "\",\"team_member_" + is.substring(1) + "}");
        admin("/team/member_add", member(id, "ann", ""));
        admin("/team/member_add", member(id, "bob", ""));
        yield ofMembers(id);
      }
      case END_USER -> {
        admin("/customer/new", "{\"user_id\":\"" + id + "\"," + is + "}");
        yield named(id, ",\"user\":\"" + id + "\"");
      }
      case END_USER_BUDGET -> {
        admin("/budget/new", "{\"budget_id\":\"" + id + "\"," + is + "}");
        admin("/customer/new", "{\"user_id\":\"" + id + "\",\"budget_id\":\"" + id + "\"}");
        yield named(id, ",\"user\":\"" + id + "\"");
      }
      case TAG -> {
        admin("/tag/new", "{\"name\":\"" + id + "\"," + is + "}");
        yield named(id, ",\"metadata\":{\"tags\":[\"" + id + "\"]}");
      }
      case TAG_BUDGET -> {
        admin("/budget/new", "{\"budget_id\":\"" + id + "\"," + is + "}");
        admin("/tag/new", "{\"name\":\"" + id + "\",\"budget_id\":\"" + id + "\"}");
        yield named(id, ",\"metadata\":{\"tags\":[\"" + id + "\"]}");
      }
    };
  }

  private static Callers ofKey(String key, String behind) {
    return new Callers(Keys.hashOf(key) + behind, key, key, "", "");
  }

  private static Callers inTeam(String team, String id) {
    String terms = "{\"team_id\":\"" + team + "\"}";
    return new Callers(id, key(terms), key(terms), "", "");
  }

  private static Callers organization(String id, String terms, String shown) {
    admin(
        "/organization/new",
        "{\"organization_id\":\"" + id + "\",\"organization_alias\":\"" + id + "\"," + terms + "}");
    String key = "{\"organization_id\":\"" + id + "\"}";
    return new Callers(shown, key(key), key(key), "", "");
  }

  private static String member(String team, String user, String more) {
    return "{\"team_id\":\""
        + team
        + "\",\"member\":{\"role\":\"user\",\"user_id\":\""
        + user
        + "\"}"
        + more
        + "}";
  }

  /** Two keys of one member; the stranger is the other member. */
  private static Callers ofMembers(String team) {
    String ann = "{\"team_id\":\"" + team + "\",\"user_id\":\"ann\"}";
    return new Callers(
        team + ":ann", key(ann), key(ann), "", key(ann.replace("\"ann\"", "\"bob\"")));
  }

  private static Callers named(String id, String more) {
    return new Callers(id, key("{}"), key("{}"), more, "");
  }

  @ParameterizedTest
  @EnumSource(Whose.class)
  void requestsAMinuteAreKeptTo(Whose whose) throws Exception {
    Callers callers = callers(whose, "rpm_limit", 2);
    RawClient.Answer first = chat(callers.one(), callers.more());
    assertThat(first.status()).as(first.body()).isEqualTo(200);
    String prefix = "x-ratelimit-" + whose.word + "-";
    assertThat(first.headers())
        .containsEntry(prefix + "limit-requests", "2")
        .containsEntry(prefix + "remaining-requests", "1");
    assertThat(chat(callers.other(), callers.more()).status()).isEqualTo(200);
    isRefused(chat(callers.one(), callers.more()), whose, callers.id(), "requests", 2);
    assertThat(gateway.provider().seen()).as("calls that reached the provider").hasSize(2);
    strangersGoOn(whose, callers);
  }

  @ParameterizedTest
  @EnumSource(Whose.class)
  void tokensAMinuteAreKeptTo(Whose whose) throws Exception {
    Callers callers = callers(whose, "tpm_limit", 19);
    RawClient.Answer first = chat(callers.one(), callers.more());
    assertThat(first.status()).as(first.body()).isEqualTo(200);
    assertThat(first.headers())
        .containsEntry("x-ratelimit-" + whose.word + "-limit-tokens", "19")
        .containsEntry("x-ratelimit-" + whose.word + "-remaining-tokens", "0");
    isRefused(chat(callers.other(), callers.more()), whose, callers.id(), "tokens", 19);
    assertThat(gateway.provider().seen()).as("calls that reached the provider").hasSize(1);
    strangersGoOn(whose, callers);
  }

  private static void isRefused(
      RawClient.Answer answer, Whose whose, String id, String type, int limit) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(429);
    JsonNode error = JSON.readTree(answer.body()).path("error");
    assertThat(error.path("message").asString())
        .matches(
            "Rate limit exceeded for %s: \\Q%s\\E\\. Limit type: %s\\. Current limit: %d,"
                    .formatted(whose.word, id, type, limit)
                + " Remaining: [0-9]+\\. Limit resets at: [0-9-]{10} [0-9:]{8} UTC");
    assertThat(error.path("type").asString()).isEqualTo("throttling_error");
    assertThat(error.path("code").asString()).isEqualTo("429");
    assertThat(error.path("param").isNull()).isTrue();
    assertThat(answer.headers()).containsEntry("rate_limit_type", type).containsKey("reset_at");
    assertThat(Integer.parseInt(answer.headers().get("retry-after"))).isBetween(1, 60);
  }

  private static void strangersGoOn(Whose whose, Callers callers) throws IOException {
    assertThat(chat(callers.stranger(), "").status()).as("somebody else").isEqualTo(200);
    if (!callers.more().isEmpty()) {
      assertThat(chat(callers.one(), "").status()).as("without the name").isEqualTo(200);
    }
    if (whose.ofModel) {
      RawClient.Answer other =
          gateway.post(
              "/v1/chat/completions",
              callers.one(),
              RunningGateway.chatBody(false).replace("gpt-test", "gpt-other"));
      assertThat(other.status()).as("another model").isEqualTo(200);
    }
  }
}
