package dev.tollgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
  @TempDir private Path folder;
  private final ConfigReader reader = new ConfigReader(_ -> null);
  private final List<Config> changes = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private Path file = Path.of("config.yaml");

  @BeforeEach
  void firstEdition() throws IOException {
    file = folder.resolve("config.yaml");
    retries(file, 1);
  }

  @Test
  void anEditIsHandedOverOnceTwoLooksAgree() throws IOException {
    ConfigWatch watch = settledWatch();
    retries(file, 2);
    watch.look();
    assertThat(changes).isEmpty();
    watch.look();
    watch.look();
    watch.look();
    assertThat(changes).extracting(config -> config.router().retries()).containsExactly(2);
    assertThat(errors).isEmpty();
  }

  @Test
  void aFileThatIsStillBeingWrittenIsNotTaken() throws IOException {
    ConfigWatch watch = settledWatch();
    Files.writeString(file, "");
    watch.look();
    retries(file, 2);
    watch.look();
    assertThat(errors).isEmpty();
    assertThat(changes).isEmpty();
    watch.look();
    assertThat(changes).hasSize(1);
  }

  @Test
  void anEditBetweenTheFirstReadingAndTheStartIsSeen() throws IOException {
    ConfigWatch watch = watch(reader.read(file));
    retries(file, 3);
    watch.look();
    watch.look();
    assertThat(changes).extracting(config -> config.router().retries()).containsExactly(3);
  }

  @Test
  void aBadEditChangesNothingAndIsToldOnce() throws IOException {
    ConfigWatch watch = settledWatch();
    Files.writeString(file, "router_settings: {num_retries: two}");
    looks(watch, 5);
    assertThat(changes).isEmpty();
    assertThat(errors).singleElement().asString().contains("router_settings.num_retries");
    retries(file, 4);
    looks(watch, 5);
    assertThat(changes).hasSize(1);
    assertThat(errors).hasSize(1);
  }

  @Test
  void takingABadEditBackIsNoChange() throws IOException {
    ConfigWatch watch = settledWatch();
    Files.writeString(file, "[");
    looks(watch, 2);
    retries(file, 1);
    looks(watch, 3);
    assertThat(errors).hasSize(1);
    assertThat(changes).isEmpty();
  }

  @Test
  void repairingAFileThatOnlyTheBadEditIncludesIsSeen() throws IOException {
    ConfigWatch watch = settledWatch();
    Path part = Files.writeString(folder.resolve("part.yaml"), "router_settings: 1");
    Files.writeString(file, "include: [part.yaml]");
    looks(watch, 2);
    assertThat(errors).hasSize(1);
    retries(part, 5);
    looks(watch, 2);
    assertThat(changes).extracting(config -> config.router().retries()).containsExactly(5);
  }

  @Test
  void anEditOfAnIncludedFileIsSeen() throws IOException {
    Path part = folder.resolve("part.yaml");
    retries(part, 1);
    Files.writeString(file, "include: [part.yaml]");
    ConfigWatch watch = settledWatch();
    retries(part, 6);
    looks(watch, 2);
    assertThat(changes).extracting(config -> config.router().retries()).containsExactly(6);
  }

  @Test
  void kubernetesSwappedLinksAreSeen() throws IOException {
    Path first = Files.createDirectory(folder.resolve("..1"));
    Path second = Files.createDirectory(folder.resolve("..2"));
    retries(first.resolve("config.yaml"), 1);
    retries(second.resolve("config.yaml"), 2);
    Path data = Files.createSymbolicLink(folder.resolve("..data"), first);
    file = Files.createSymbolicLink(folder.resolve("mounted.yaml"), data.resolve("config.yaml"));
    ConfigWatch watch = settledWatch();
    Files.delete(data);
    Files.createSymbolicLink(data, second);
    looks(watch, 2);
    assertThat(changes).extracting(config -> config.router().retries()).containsExactly(2);
  }

  @Test
  void anEditThatTheListenerRefusesIsToldAndNotTriedAgain() throws IOException {
    List<Config> offered = new ArrayList<>();
    ConfigWatch watch =
        new ConfigWatch(
            reader,
            file,
            reader.read(file),
            config -> {
              offered.add(config);
              throw new ConfigException(new Position(file, 1), "", "no such provider");
            },
            bad -> errors.add(bad.getMessage()));
    looks(watch, 2);
    retries(file, 2);
    looks(watch, 5);
    assertThat(offered).hasSize(1);
    assertThat(errors).containsExactly(file + ":1: no such provider");
  }

  @Test
  void onceStartedItLooksByItselfUntilItIsClosed() throws Exception {
    BlockingQueue<Config> handed = new LinkedBlockingQueue<>();
    try (ConfigWatch watch =
        new ConfigWatch(
            reader, file, reader.read(file), handed::add, bad -> errors.add(bad.getMessage()))) {
      watch.start();
      retries(file, 7);
      Config next = handed.poll(30, TimeUnit.SECONDS);
      assertThat(next).isNotNull();
      assertThat(next.router().retries()).isEqualTo(7);
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void aWatchThatWasNeverStartedCloses() {
    watch(reader.read(file)).close();
    assertThat(changes).isEmpty();
  }

  private ConfigWatch settledWatch() {
    ConfigWatch watch = watch(reader.read(file));
    looks(watch, 3);
    assertThat(changes).isEmpty();
    return watch;
  }

  private ConfigWatch watch(Config current) {
    return new ConfigWatch(
        reader, file, current, changes::add, bad -> errors.add(bad.getMessage()));
  }

  private static void looks(ConfigWatch watch, int count) {
    for (int i = 0; i < count; i++) {
      watch.look();
    }
  }

  private static void retries(Path file, int retries) throws IOException {
    Files.writeString(file, "router_settings: {num_retries: " + retries + "}");
  }
}
