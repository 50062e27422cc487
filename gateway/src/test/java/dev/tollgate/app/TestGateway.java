package dev.tollgate.app;

import dev.tollgate.access.VirtualKey.Terms;
import dev.tollgate.ledger.DailyFilter;
import dev.tollgate.ledger.DailySum;
import dev.tollgate.ledger.SpendFilter;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Bounds;
import dev.tollgate.store.Database;
import dev.tollgate.store.SqlSpendStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The assembled gateway on a free port, with a data folder of its own, opened up for tests. */
public final class TestGateway implements AutoCloseable {
  public static final String MASTER_KEY = "sk-master-e2e-0123456789abcdef";

  private final Path folder;
  private final Assembly assembly;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private boolean closed;

  /** Sees what the gateway writes. */
  private @Nullable Connection looking;

  private List<String> lastVersion = List.of();

  /** What a stopped gateway has left. */
  private @Nullable Database reopened;

  /**
   * What to start.
   *
   * @param config text of config.yaml
   * @param environment variables of the process
   * @param certificate PEM file that makes it serve TLS, null for plain HTTP
   * @param certificateKey its key
   * @param callsMax {@code --limit_concurrency}
   */
  public record Setup(
      String config,
      Map<String, String> environment,
      Bounds bounds,
      @Nullable Path certificate,
      @Nullable Path certificateKey,
      int callsMax) {
    public static Setup of(String config) {
      return new Setup(config, Map.of(), Bounds.DEFAULTS, null, null, 50_000);
    }

    public Setup with(Map<String, String> variables) {
      return new Setup(config, variables, bounds, certificate, certificateKey, callsMax);
    }

    public Setup with(Bounds other) {
      return new Setup(config, environment, other, certificate, certificateKey, callsMax);
    }

    public Setup withTls(Path chain, Path key) {
      return new Setup(config, environment, bounds, chain, key, callsMax);
    }

    public Setup withCallsMax(int most) {
      return new Setup(config, environment, bounds, certificate, certificateKey, most);
    }
  }

  private TestGateway(Setup setup) throws IOException {
    folder = Files.createTempDirectory("tollgate-e2e");
    ServeOptions options = new ServeOptions();
    options.host = "127.0.0.1";
    options.port = 0;
    options.data = folder.resolve("data");
    options.workers = 2;
    options.callsMax = setup.callsMax();
    options.certificate = setup.certificate();
    options.certificateKey = setup.certificateKey();
    options.config = Files.writeString(folder.resolve("config.yaml"), setup.config());
    Map<String, String> variables = new HashMap<>(setup.environment());
    variables.putIfAbsent("LITELLM_MASTER_KEY", MASTER_KEY);
    assembly = Assembly.start(options, new Environment(Map.copyOf(variables)), setup.bounds(), log);
  }

  public static TestGateway start(Setup setup) {
    try {
      return new TestGateway(setup);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes another config over the one that it was started with. */
  public void edit(String config) {
    try {
      Files.writeString(folder.resolve("config.yaml"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return assembly.port();
  }

  /** Makes a virtual key, ready to be presented. */
  public String key(Terms terms) {
    Secret secret = assembly.access().keys().newSecret();
    assembly.access().keys().generate(secret, terms, "test");
    return secret.reveal();
  }

  /** What a key has settled, as the ledger has it in memory. */
  public Money spent(String keyHash) {
    return assembly.ledger().spent(keyHash);
  }

  /** What a scope has settled, as the ledger has it in memory. */
  public Money settled(Scope.Kind kind, String id) {
    return assembly.ledger().balance(kind, id).settled();
  }

  /** What calls in flight hold on all accounts of a kind. */
  public Money held(Scope.Kind kind) {
    return assembly.ledger().heldBy(kind);
  }

  /** What calls in flight hold at the moment, over all scopes. */
  public Money held() {
    Money held = Money.ZERO;
    for (Scope.Kind kind : Scope.Kind.values()) {
      held = held.plus(assembly.ledger().heldBy(kind));
    }
    return held;
  }

  /** What calls in flight hold of a key's money. */
  public Money held(String keyHash) {
    return assembly.ledger().held(keyHash);
  }

  /** Places of rate limits that calls hold. */
  public long permits() {
    return assembly.limits().inFlight();
  }

  /** Holds that were closed more than once. */
  public long secondCloses() {
    return assembly.ledger().secondCloses();
  }

  /** Room that bodies have left, in bytes. */
  public long bodyRoom() {
    return assembly.bodyRoom();
  }

  public int underWay() {
    return assembly.underWay().count();
  }

  /** Whether it has been told to stop. */
  public boolean isStopping() {
    return assembly.underWay().isClosing();
  }

  /**
   * The spend rows of a key, or of all for null, once all that was journalled is in the store; also
   * when closed.
   */
  public List<SpendRow> rows(@Nullable String keyHash) {
    SpendFilter filter = new SpendFilter(null, keyHash, null, null, null, SpendFilter.LIMIT_MAX);
    return written(store -> store.find(filter));
  }

  /** Daily sums of a scope; also when closed. */
  public List<DailySum> sums(Scope.Kind kind, String id) {
    LocalDate today = LocalDate.now(ZoneOffset.UTC);
    DailyFilter filter =
        new DailyFilter(
            kind,
            id,
            today.minusDays(1),
            today.plusDays(1),
            null,
            null,
            Set.of(DailyFilter.Part.MODEL),
            DailyFilter.LIMIT_MAX);
    return written(store -> store.sums(filter));
  }

  private <T> T written(Function<SqlSpendStore, T> question) {
    if (!closed) {
      assembly.ledger().flush();
      return question.apply(assembly.spendStore());
    }
    if (reopened == null) {
      reopened = Database.sqlite(folder.resolve("data").resolve("tollgate.db"));
    }
    return question.apply(new SqlSpendStore(reopened));
  }

  /** Whether anything was written to the database since this was asked last. */
  public boolean hasChanged() {
    List<String> version = new ArrayList<>();
    read("pragma data_version", version);
    boolean changed = !version.equals(lastVersion);
    lastVersion = version;
    return changed;
  }

  /** Every row of the database but those about spend, as text. */
  public List<String> state() {
    List<String> rows = new ArrayList<>();
    List<String> tables = new ArrayList<>();
    read("select name from sqlite_master where type = 'table' order by name", tables);
    for (String table : tables) {
      if (!table.startsWith("spend_")) {
        read("select * from \"" + table + "\"", rows);
      }
    }
    return rows;
  }

  private void read(String sql, List<String> into) {
    try {
      if (looking == null) {
        Path file = folder.resolve("data").resolve("tollgate.db");
        looking = DriverManager.getConnection("jdbc:sqlite:" + file);
      }
      read(looking, sql, into);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void read(Connection connection, String sql, List<String> into)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= columns; i++) {
          row.add(String.valueOf(result.getString(i)));
        }
        into.add(String.join("|", row));
      }
    }
  }

  /** The page of {@code /metrics}; also when closed. */
  public String metrics() {
    return new String(assembly.metrics().scrape(null).body(), StandardCharsets.UTF_8);
  }

  /** Every line of the call log so far. */
  public String log() {
    return log.toString(StandardCharsets.UTF_8);
  }

  /** Shuts down as SIGTERM does; figures can still be read. */
  public void stop() {
    assembly.close();
    closed = true;
  }

  private void stopsLooking() {
    try {
      if (looking != null) {
        looking.close();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stop();
    stopsLooking();
    if (reopened != null) {
      reopened.close();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
