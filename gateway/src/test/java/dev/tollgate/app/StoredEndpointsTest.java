package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.admin.KeptEndpoints.Kept;
import dev.tollgate.admin.form.Json;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigReader;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Bounds;
import dev.tollgate.routing.Gate;
import dev.tollgate.routing.Routing;
import dev.tollgate.routing.RoutingTable;
import dev.tollgate.store.Database;
import dev.tollgate.store.SqlEndpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class StoredEndpointsTest {
  @TempDir Path folder;

  private Database database;
  private LiveModels models;

  @BeforeEach
  void open() throws IOException {
    database = Database.sqlite(folder.resolve("t.db"));
    ServeOptions options = new ServeOptions();
    options.host = "127.0.0.1";
    options.data = folder.resolve("data");
    Map<String, String> variables =
        Map.of("LITELLM_MASTER_KEY", TestGateway.MASTER_KEY, "HOME", folder.toString());
    Environment environment = new Environment(variables);
    models =
        new LiveModels(
            Settings.read(options, environment, Bounds.DEFAULTS),
            new Routing(InstantSource.system(), new Random(1), Gate.OPEN));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private StoredEndpoints under(String salt) {
    StoredEndpoints endpoints =
        new StoredEndpoints(new SqlEndpointStore(database), Secret.of(salt));
    endpoints.feeds(models);
    return endpoints;
  }

  private static ObjectNode made(String target) {
    return Json.object().put("path", "/made").put("target", target);
  }

  /** Where calls of the path go, one for each endpoint that has it. */
  private List<String> served() {
    return models.now().table().passing().stream()
        .filter(entry -> entry.name().startsWith(RoutingTable.below("/made", "")))
        .map(entry -> entry.make().apply(entry.name()).apiBase())
        .toList();
  }

  private Config config(String text) throws IOException {
    return new ConfigReader(_ -> null).read(Files.writeString(folder.resolve("next.yaml"), text));
  }

  @Test
  void whatAnotherSaltSealedIsShownWithoutBeingServedAndCanBeDeletedOrMadeAnew() {
    under("one").put("1", made("https://before"));
    assertThat(served()).containsExactly("https://before");

    StoredEndpoints later = under("other");
    assertThat(served()).isEmpty();
    assertThat(later.all()).hasSize(1);
    Kept lost = later.all().getFirst();
    assertThat(lost.id()).isEqualTo("1");
    assertThat(lost.document()).isEqualTo(Json.object().put("path", "/made"));
    assertThat(lost.problem()).contains("LITELLM_SALT_KEY");

    later.put("1", made("https://anew"));
    assertThat(later.all().getFirst().problem()).isNull();
    assertThat(served()).containsExactly("https://anew");

    StoredEndpoints last = under("third");
    last.delete("1");
    assertThat(last.all()).isEmpty();
    assertThat(under("other").all()).isEmpty();
  }

  @Test
  void anEndpointOfTheConfigurationCountsBeforeOneThatWasStoredEarlier() throws IOException {
    StoredEndpoints endpoints = under("one");
    endpoints.put("1", made("https://stored"));
    String text =
        """
        general_settings:
          pass_through_endpoints:
            - {path: /made, target: 'https://configured'}
        """;
    models.take(config(text));
    assertThat(served()).containsExactly("https://configured");
    assertThat(endpoints.all().getLast().problem()).contains("configuration");
    models.take(ConfigReader.empty());
    assertThat(served()).containsExactly("https://stored");
    assertThat(endpoints.all().getLast().problem()).isNull();
  }

  @Test
  void anEndpointMadeWhileAFileOfTheConfigurationIsGoneIsServedOnceItIsBack() throws IOException {
    String keys = "[p]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n";
    Path file = Files.createDirectory(folder.resolve(".aws")).resolve("credentials");
    Files.writeString(file, keys);
    Config needy =
        config(
            """
            model_list:
              - model_name: m
                litellm_params: {model: bedrock/amazon.nova-pro-v1:0, aws_profile_name: p}
            """);
    models.take(needy);
    StoredEndpoints endpoints = under("one");
    Files.delete(file);
    endpoints.put("1", made("https://stored"));
    assertThat(served()).isEmpty();
    Files.writeString(file, keys);
    models.take(needy);
    assertThat(served()).containsExactly("https://stored");
  }
}
