package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.spend.SpendRoutes;
import dev.tollgate.http.ManagementRoute.Admission;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SpendRoutesTest {
  private final AdminApi api = new AdminApi();

  private static SpendRow row(String started, String user, String model, long nanos) {
    Instant at = Instant.parse(started);
    return new SpendRow(
        1,
        1,
        "chatcmpl-1",
        "call-1",
        "acompletion",
        "aa",
        Money.ofNanos(nanos),
        8,
        20,
        3,
        0,
        5,
        false,
        at,
        at.plusMillis(4),
        at.plusMillis(3),
        model,
        "mock-id-1",
        "mock-gpt",
        "openai",
        "http://up/v1",
        user,
        "eu1",
        true,
        200,
        null,
        List.of("a"),
        "127.0.0.1",
        "s1",
        false,
        3,
        1);
  }

  @Test
  void aRowHasLiteLlmsFields() {
    api.spendRows.add(row("2026-11-22T12:23:39.518Z", "u1", "gpt", 13_200));
    Reply reply = api.get("/spend/logs?summarize=false").ok();
    assertThat(reply.text())
        .startsWith(
            "[{\"request_id\":\"chatcmpl-1\",\"call_type\":\"acompletion\",\"api_key\":\"aa\","
                + "\"spend\":0.0000132,\"total_tokens\":28,\"prompt_tokens\":8,"
                + "\"completion_tokens\":20,\"startTime\":\"2026-11-22T12:23:39.518000Z\","
                + "\"endTime\":\"2026-11-22T12:23:39.522000Z\",\"request_duration_ms\":4,"
                + "\"completionStartTime\":\"2026-11-22T12:23:39.521000Z\",\"model\":\"gpt\","
                + "\"model_id\":\"mock-id-1\",\"model_group\":\"mock-gpt\","
                + "\"custom_llm_provider\":\"openai\",\"api_base\":\"http://up/v1\","
                + "\"user\":\"u1\",\"metadata\":{")
        .contains(
            "\"attempted_retries\":1,\"attempted_fallbacks\":1",
            "\"request_tags\":[\"a\"]",
            "\"status\":\"success\"",
            "\"litellm_call_id\":\"call-1\"");
  }

  @Test
  void filtersArePassedOnAndKeysAreHashed() {
    api.get(
            "/spend/logs?api_key=sk-abc&user_id=u1&request_id=r&limit=7&summarize=false"
                + "&start_date=2026-11-22&end_date=2026-11-23%2012:00:00")
        .ok();
    assertThat(api.spendFilters)
        .containsExactly(
            new SpendFilter(
                "r",
                Keys.hashOf("sk-abc"),
                "u1",
                Instant.parse("2026-11-22T00:00:00Z"),
                Instant.parse("2026-11-23T12:00:00Z"),
                7));
  }

  @Test
  void daysAreSummedUpExactly() {
    api.spendRows.add(row("2026-11-23T00:00:00Z", "u2", "b", 1));
    api.spendRows.add(row("2026-11-22T23:59:59Z", "u1", "b", 200_000_000));
    api.spendRows.add(row("2026-11-22T10:00:00Z", "u1", "a", 100_000_000));
    assertThat(
            api.get("/spend/logs?start_date=2026-11-22%2000:00:01&end_date=2026-11-24").ok().text())
        .isEqualTo(
            "[{\"startTime\":\"2026-11-22\",\"spend\":0.3,\"users\":{\"u1\":0.3},"
                + "\"models\":{\"a\":0.1,\"b\":0.2}},"
                + "{\"startTime\":\"2026-11-23\",\"spend\":0.000000001,"
                + "\"users\":{\"u2\":0.000000001},\"models\":{\"b\":0.000000001}}]");
  }

  @Test
  void aSumOverPartOfTheCallsIsRefused() {
    api.spendRows =
        Collections.nCopies(SpendRoutes.ROWS_MAX + 1, row("2026-11-22T10:00:00Z", "u1", "a", 1));
    Reply reply = api.get("/spend/logs?start_date=2026-11-22%2000:00:01&end_date=2026-11-24");
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.string("/error/message")).contains("summarize=false");
  }

  @Test
  void aPageIsReadAloneAndPagesEndWhereCountingDoes() {
    api.spendRows =
        Collections.nCopies(SpendRoutes.ROWS_MAX + 1, row("2026-11-22T10:00:00Z", "u1", "a", 1));
    Reply reply = api.get("/spend/logs/v2?page=200&page_size=50").ok();
    assertThat(reply.body().path("data").size()).isEqualTo(50);
    assertThat(reply.body().path("total").intValue()).isEqualTo(SpendRoutes.ROWS_MAX);
    assertThat(api.spendFilters)
        .containsExactly(new SpendFilter(null, null, null, null, null, null, 9_950, 50));
    assertThat(api.get("/spend/logs/v2?page=10000&page_size=100").ok().body().path("data"))
        .isEmpty();
    assertThat(api.spendFilters).hasSize(1);
  }

  @Test
  void badParametersAreRefused() {
    assertThat(api.get("/spend/logs?start_date=yesterday").string("/detail/0/type"))
        .isEqualTo("date_parsing");
    assertThat(api.get("/spend/logs?limit=10001").string("/detail/0/type"))
        .isEqualTo("less_than_equal");
    assertThat(api.get("/spend/logs?limit=0").status()).isEqualTo(422);
    assertThat(api.spendFilters).isEmpty();
  }

  @Test
  void onlyUsersSeeTheLog() {
    assertThat(api.route("GET", "/spend/logs").admission()).isEqualTo(Admission.OWN_VIEW);
  }
}
