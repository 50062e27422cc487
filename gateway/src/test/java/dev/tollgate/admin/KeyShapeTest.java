package dev.tollgate.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.admin.AdminApi.Reply;
import dev.tollgate.admin.form.Json;
import dev.tollgate.model.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Keys are answered field by field as LiteLLM does. */
class KeyShapeTest {
  private static final String EXAMPLE =
      """
      {"models":["mock-gpt","limited"],"max_budget":10,"budget_duration":"30d","duration":"1h",
       "key_alias":"ex1","metadata":{"team":"a"},"tpm_limit":1000,"rpm_limit":100}
      """;

  private final AdminApi api = new AdminApi();

  private Secret generate(String body) {
    return Secret.of(api.post("/key/generate", body).ok().string("/key"));
  }

  static List<String> names(JsonNode object) {
    return new ArrayList<>(object.propertyNames());
  }

  /** The last JSON document of LiteLLM's recorded example. */
  static JsonNode example(String name) throws Exception {
    Path folder = Path.of("").toAbsolutePath();
    Path file = null;
    while (folder != null && file == null) {
      for (String shared : List.of("shared", "../shared")) {
        Path candidate = folder.resolve(shared).resolve("reference/litellm/examples/" + name);
        if (Files.exists(candidate)) {
          file = candidate;
        }
      }
      folder = folder.getParent();
    }
    Assumptions.assumeTrue(file != null, "the recorded examples are not at hand: ../shared");
    List<String> lines = Files.readAllLines(Objects.requireNonNull(file));
    return Json.read(lines.getLast());
  }

  @Test
  void aGeneratedKeyIsAnsweredFieldByFieldAsLiteLlmDoes() throws Exception {
    JsonNode recorded = example("key_generate.http");
    Reply reply = api.post("/key/generate", EXAMPLE).ok();
    assertThat(names(reply.body())).isEqualTo(names(recorded));
    for (String name : names(recorded)) {
      if (!List.of("key", "key_name", "token", "token_id", "expires", "created_at", "updated_at")
          .contains(name)) {
        assertThat(reply.body().get(name)).as(name).isEqualTo(recorded.get(name));
      }
    }
    String key = reply.string("/key");
    assertThat(key).matches("sk-[A-Za-z0-9_-]{22}");
    assertThat(reply.string("/token")).isEqualTo(Keys.hashOf(key));
    assertThat(reply.string("/token_id")).isEqualTo(Keys.hashOf(key));
    assertThat(reply.string("/key_name")).isEqualTo("sk-..." + key.substring(key.length() - 4));
    assertThat(reply.string("/expires")).isEqualTo("2026-11-22T13:11:32.644000Z");
    assertThat(reply.string("/created_at")).isEqualTo("2026-11-22T12:11:32.644000Z");
  }

  @Test
  void aKeyWithoutSettingsIsAnsweredAsLiteLlmDoes() throws Exception {
    JsonNode recorded = example("key_generate_default.http");
    Reply reply = api.post("/key/generate", "{}").ok();
    assertThat(names(reply.body())).isEqualTo(names(recorded));
    for (String name : names(recorded)) {
      if (!List.of("key", "key_name", "token", "token_id", "created_at", "updated_at")
          .contains(name)) {
        assertThat(reply.body().get(name)).as(name).isEqualTo(recorded.get(name));
      }
    }
  }

  @Test
  void theInfoOfAKeyIsItsRowWithoutTheSecret() throws Exception {
    JsonNode recorded = example("key_info.http");
    Secret key = generate(EXAMPLE);
    Reply reply = api.get("/key/info?key=" + key.reveal()).ok();
    assertThat(reply.string("/key")).isEqualTo(key.reveal());
    JsonNode info = reply.body().get("info");
    assertThat(names(info)).isEqualTo(names(recorded.get("info")));
    for (String name : names(info)) {
      if (!List.of("key_name", "expires", "created_at", "updated_at").contains(name)) {
        assertThat(info.get(name)).as(name).isEqualTo(recorded.get("info").get(name));
      }
    }
    assertThat(info.get("expires").asString()).isEqualTo("2026-11-22T13:11:32.644000+00:00");
    assertThat(info.toString()).doesNotContain(key.reveal());
  }

  @Test
  void blockUpdateAndListHaveLiteLlmsFields() throws Exception {
    Secret key = generate("{}");
    String named = "{\"key\":\"" + key.reveal() + "\"}";
    assertThat(names(api.post("/key/block", named).ok().body()))
        .isEqualTo(names(example("key_block.http")));
    assertThat(names(api.post("/key/update", named).ok().body()))
        .isEqualTo(names(example("key_update.http")));
    assertThat(names(api.get("/key/list").ok().body())).isEqualTo(names(example("key_list.http")));
  }
}
