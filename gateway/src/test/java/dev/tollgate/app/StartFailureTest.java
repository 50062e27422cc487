package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.tollgate.ledger.Journal;
import dev.tollgate.ledger.JournalSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator reads when a start fails for an everyday reason: a line, no stack trace. */
class StartFailureTest {
  private static final String DEAD = "postgresql://me:SECRET@127.0.0.1:1/tollgate";

  @TempDir private Path folder;

  private String refusal(Map<String, String> variables, String... more) {
    List<String> words = new ArrayList<>(List.of("serve", "--host", "127.0.0.1", "--port", "0"));
    words.addAll(List.of("--data", folder.resolve("data").toString()));
    words.addAll(List.of(more));
    return ran(2, variables, words);
  }

  private static String ran(int status, Map<String, String> variables, List<String> words) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(err, true, StandardCharsets.UTF_8);
    assertThat(Main.run(words, new Shell(new Environment(variables), print, print)))
        .isEqualTo(status);
    String text = err.toString(StandardCharsets.UTF_8);
    assertThat(text).doesNotContain("SECRET", "\tat ");
    return text;
  }

  @Test
  void aSecondGatewayOnTheFolderTouchesNothingElse() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (var _ = Journal.open(data, JournalSettings.DEFAULT, Clock.systemUTC())) {
      assertThat(refusal(Map.of()))
          .startsWith("tollgate: another gateway is running on the data folder")
          .contains("--data");
      assertThat(data.resolve("tollgate.db")).doesNotExist();
    }
  }

  @Test
  void aFolderThatCannotBeWrittenToIsNamed() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("journal"), "a file where the folder has to be");
    assertThat(refusal(Map.of()))
        .startsWith("tollgate: the spend journal in " + data)
        .contains("writable");
  }

  @Test
  void aFileThatIsNoDatabaseIsNamed() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("tollgate.db"), "no database at all ".repeat(1000));
    assertThat(refusal(Map.of()))
        .startsWith("tollgate: " + data.resolve("tollgate.db") + " cannot be used as database");
  }

  @Test
  void aDatabaseThatIsAwayIsNamedByWhereItsAddressStands() throws IOException {
    assertThat(refusal(Map.of("DATABASE_URL", DEAD)))
        .startsWith("tollgate: DATABASE_URL: the database cannot be used (")
        .contains("127.0.0.1:1");
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"), "general_settings: {database_url: '" + DEAD + "'}");
    assertThat(refusal(Map.of(), "--config", config.toString()))
        .startsWith("tollgate: general_settings.database_url: the database cannot be used (");
  }

  @Test
  void anAddressOfAnotherDatabaseIsNamedByWhereItStands() throws IOException {
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            "general_settings: {database_url: 'mysql://me:SECRET@h/tollgate'}");
    assertThat(refusal(Map.of(), "--config", config.toString()))
        .startsWith("tollgate: general_settings.database_url: expected postgresql://");
    assertThat(refusal(Map.of("DATABASE_URL", "mysql://me:SECRET@h/tollgate")))
        .startsWith("tollgate: DATABASE_URL: expected postgresql://");
  }

  @Test
  void keysFindsTheMasterKeyOfTheConfig() throws IOException {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    HttpServer gateway =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext(
        "/",
        exchange -> {
          seen.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
          exchange.close();
        });
    gateway.start();
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"), "general_settings: {master_key: sk-of-the-config}");
    try {
      String url = "http://127.0.0.1:" + gateway.getAddress().getPort();
      List<String> words = List.of("keys", "list", "--url", url, "--config", config.toString());
      ran(0, Map.of(MasterKey.VARIABLE, "sk-leaked"), words);
    } finally {
      gateway.stop(0);
    }
    assertThat(seen).containsExactly("Bearer sk-of-the-config");
  }
}
