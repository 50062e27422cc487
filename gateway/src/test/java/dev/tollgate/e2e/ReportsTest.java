package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What calls cost shows in every report, to the nano-dollar. A call costs 0.000006 dollars. */
class ReportsTest {
  private static final JsonMapper JSON = JsonMapper.shared();
  @RegisterExtension static final RunningGateway gateway = RunningGateway.start();
  private static String key = "";

  @BeforeAll
  static void threeCalls() throws IOException {
    gateway.admin("/team/new", "{\"team_id\":\"t\",\"team_alias\":\"Team\"}");
    key =
        gateway
            .admin("/key/generate", "{\"team_id\":\"t\",\"user_id\":\"u\",\"key_alias\":\"k\"}")
            .path("key")
            .asString();
    String body =
        RunningGateway.chatBody(false)
            .replaceFirst("}$", ",\"user\":\"c\",\"metadata\":{\"tags\":[\"x\"]}}");
    for (int i = 0; i < 3; i++) {
      assertThat(gateway.post("/v1/chat/completions", key, body).status()).isEqualTo(200);
    }
  }

  private static JsonNode get(String path) throws IOException {
    RawClient.Answer answer = gateway.get(path, RunningGateway.MASTER);
    assertThat(answer.status()).as("%s %s", path, answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  private static void isAllOfIt(JsonNode spend) {
    assertThat(spend.isNumber()).as(spend.toString()).isTrue();
    assertThat(spend.decimalValue()).isEqualByComparingTo("0.000018");
  }

  @Test
  void everyReportHasTheSum() throws Exception {
    isAllOfIt(get("/global/spend").path("spend"));
    isAllOfIt(get("/global/spend/logs").at("/0/spend"));
    isAllOfIt(get("/global/spend/keys").at("/0/total_spend"));
    isAllOfIt(get("/global/spend/models").at("/0/total_spend"));
    isAllOfIt(get("/global/spend/teams").at("/total_spend_per_team/0/total_spend"));
    isAllOfIt(get("/global/spend/teams").at("/daily_spend/0/Team"));
    isAllOfIt(get("/global/spend/tags").at("/spend_per_tag/0/spend"));
    isAllOfIt(get("/spend/tags").at("/0/total_spend"));
    for (String by : new String[] {"team", "customer", "api_key", "internal_user"}) {
      String list = by.equals("team") ? "teams" : by + "s";
      isAllOfIt(get("/global/spend/report?group_by=" + by).at("/0/" + list + "/0/total_spend"));
    }
    for (String of :
        new String[] {
          "/user/daily/activity",
          "/user/daily/activity?user_id=u",
          "/team/daily/activity?team_ids=t",
          "/tag/daily/activity?tags=x",
          "/customer/daily/activity?end_user_ids=c"
        }) {
      JsonNode activity = get(of);
      isAllOfIt(activity.at("/results/0/metrics/spend"));
      isAllOfIt(activity.at("/metadata/total_spend"));
      isAllOfIt(activity.at("/results/0/breakdown/model_groups/gpt-test/metrics/spend"));
      assertThat(activity.at("/metadata/total_api_requests").asLong()).isEqualTo(3);
    }
    JsonNode global = get("/global/activity");
    assertThat(global.path("sum_api_requests").asLong()).isEqualTo(3);
    assertThat(global.path("sum_total_tokens").asLong()).isEqualTo(57);
    assertThat(get("/global/activity/model").at("/0/model").asString()).isEqualTo("gpt-test");
  }

  @Test
  void rowsAreListedInPagesAndSayTheirTeam() throws Exception {
    JsonNode page = get("/spend/logs/v2?page=2&page_size=2");
    assertThat(page.path("data").size()).isEqualTo(1);
    assertThat(page.path("total").asInt()).isEqualTo(3);
    assertThat(page.at("/data/0/team_id").asString()).isEqualTo("t");
    assertThat(get("/spend/logs?team_id=t").size()).isEqualTo(3);
    assertThat(get("/spend/logs?team_id=other").size()).isZero();
    assertThat(get("/spend/keys").at("/0/key_alias").asString()).isEqualTo("k");
  }

  @Test
  void aUserSeesItsOwnOnly() throws Exception {
    String other = gateway.admin("/user/new", "{\"user_id\":\"o\"}").path("key").asString();
    assertThat(JSON.readTree(gateway.get("/spend/logs", other).body()).size()).isZero();
    assertThat(gateway.get("/spend/logs?user_id=u", other).status()).isEqualTo(401);
    assertThat(gateway.get("/user/daily/activity?user_id=u", other).status()).isEqualTo(401);
    assertThat(gateway.get("/team/daily/activity?team_ids=t", other).status()).isEqualTo(401);
    assertThat(gateway.get("/global/spend", other).status()).isEqualTo(401);
    assertThat(JSON.readTree(gateway.get("/global/activity", other).body()))
        .isEqualTo(
            JSON.readTree("{\"daily_data\":[],\"sum_api_requests\":0,\"sum_total_tokens\":0}"));
  }

  @Test
  void costsAreComputedWithoutACall() throws Exception {
    JsonNode estimate =
        gateway.admin(
            "/cost/estimate",
            "{\"model\":\"gpt-test\",\"input_tokens\":12,\"output_tokens\":7,"
                + "\"num_requests_per_day\":3}");
    assertThat(estimate.path("cost_per_request").decimalValue()).isEqualByComparingTo("0.000006");
    isAllOfIt(estimate.path("daily_cost"));
    JsonNode calculated =
        gateway.admin(
            "/spend/calculate",
            "{\"completion_response\":{\"model\":\"gpt-test\",\"usage\":{\"prompt_tokens\":36,"
                + "\"completion_tokens\":21}}}");
    isAllOfIt(calculated.path("cost"));
    assertThat(gateway.post("/cost/estimate", RunningGateway.MASTER, "{\"model\":\"no\"}").status())
        .isEqualTo(404);
  }

  @Test
  void theDocumentHasEveryEndpoint() throws Exception {
    JsonNode document = get("/openapi.json");
    assertThat(document.path("openapi").asString()).isEqualTo("3.1.0");
    for (String path : new String[] {"/key/generate", "/team/new", "/v1/chat/completions"}) {
      assertThat(document.path("paths").path(path).has("post")).as(path).isTrue();
    }
    assertThat(document.at("/paths/~1key~1{key}~1regenerate/post/parameters/0/name").asString())
        .isEqualTo("key");
  }

  @Test
  void everyManagementEndpointOfTheReferenceIsServed() throws Exception {
    JsonNode paths = get("/openapi.json").path("paths");
    for (String line : Files.readAllLines(Path.of("src/test/resources/routes/management.txt"))) {
      String[] route = line.split(" ", 2);
      assertThat(paths.path(route[1]).has(route[0].toLowerCase(Locale.ROOT))).as(line).isTrue();
    }
  }
}
