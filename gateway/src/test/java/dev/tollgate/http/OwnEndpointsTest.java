package dev.tollgate.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.http.Endpoints.Match;
import dev.tollgate.http.Endpoints.Own;
import dev.tollgate.model.PassThrough;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnEndpointsTest {
  private final Endpoints endpoints = new Endpoints(List.of());

  private PassThrough call(String method, String target) {
    Match.Spending found = (Match.Spending) endpoints.find(method, target);
    return Objects.requireNonNull(found.endpoint().passThrough());
  }

  @Test
  void theLongestPathServesAndANewListReplacesTheOld() {
    Own wide = new Own("/tools", true, Set.of());
    Own narrow = new Own("/tools/search", true, Set.of("POST"));
    assertThat(endpoints.own(List.of(wide, narrow))).isEmpty();
    assertThat(call("POST", "/tools/search/a").mount()).isEqualTo("/tools/search");
    assertThat(call("POST", "/tools/searching").mount()).isEqualTo("/tools");
    assertThat(endpoints.find("GET", "/tools/search")).isEqualTo(new Match.WrongMethod("POST"));
    endpoints.own(List.of(narrow));
    assertThat(endpoints.find("GET", "/tools")).isInstanceOf(Match.Missing.class);
    assertThat(call("POST", "/tools/search").mount()).isEqualTo("/tools/search");
  }

  @Test
  void whatTheGatewayServesItselfIsTold() {
    List<Own> own =
        List.of(
            new Own("/v1/chat/completions", false, Set.of()),
            new Own("/openai", true, Set.of()),
            new Own("/v1", true, Set.of("PUT")));
    assertThat(endpoints.own(own)).containsExactly("/v1/chat/completions");
    assertThat(call("POST", "/openai/x").exact()).isFalse();
    assertThat(((Match.Spending) endpoints.find("POST", "/v1/embeddings")).endpoint().passThrough())
        .isNull();
    assertThat(call("PUT", "/v1/else").mount()).isEqualTo("/v1");
  }
}
