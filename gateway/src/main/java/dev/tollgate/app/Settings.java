package dev.tollgate.app;

import dev.tollgate.access.AccessSettings;
import dev.tollgate.access.BudgetAction;
import dev.tollgate.admin.key.KeyRules;
import dev.tollgate.config.Config;
import dev.tollgate.config.ConfigReader;
import dev.tollgate.config.GeneralSettings;
import dev.tollgate.config.SpendCap;
import dev.tollgate.http.Server;
import dev.tollgate.ledger.LedgerSettings;
import dev.tollgate.limits.LimitsSettings;
import dev.tollgate.limits.TokenKind;
import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.BudgetWindow;
import dev.tollgate.model.Money;
import dev.tollgate.model.Secret;
import dev.tollgate.pipeline.Bounds;
import dev.tollgate.pipeline.Pipeline;
import dev.tollgate.pipeline.ResponseIds;
import dev.tollgate.provider.HttpUpstream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the operator said, from the command line, the environment and the config, made into each
 * component's own settings. Immutable.
 *
 * @param process the process's variables, without those that the config sets
 * @param boundsGiven bounds where neither the config nor the command line says otherwise
 */
record Settings(
    ServeOptions options,
    Environment process,
    ConfigReader reader,
    Config config,
    DataFolder data,
    MasterKey masterKey,
    Bounds boundsGiven) {

  /** Calls wait this long for the store at most before the journal is brought in. */
  private static final Duration WRITE_INTERVAL_MAX = Duration.ofSeconds(60);

  private static final int KEY_BYTES = 16;
  private static final String ROTATION = "LITELLM_KEY_ROTATION_ENABLED";
  private static final String ROTATION_GRACE = "LITELLM_KEY_ROTATION_GRACE_PERIOD";

  static Settings read(ServeOptions options, Environment process, Bounds bounds) {
    ConfigReader reader = new ConfigReader(process::get);
    Config config = options.config == null ? ConfigReader.empty() : reader.read(options.config);
    Environment all = process.below(config.environment());
    DataFolder data = DataFolder.open(options.data);
    MasterKey masterKey =
        MasterKey.find(all.get(MasterKey.VARIABLE), config.general().masterKey(), data.path());
    masterKey.mustBeStrongOn(
        options.host,
        config.general().weakMasterKeyPermitted()
            || all.isTrue("LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"));
    rotationGrace(all); // an operator's mistake stops the start, not the first request
    return new Settings(options, process, reader, config, data, masterKey, bounds);
  }

  Environment environment() {
    return process.below(config.environment());
  }

  private GeneralSettings general() {
    return config.general();
  }

  @Nullable String databaseUrl() {
    Secret configured = general().databaseUrl();
    return configured != null ? configured.reveal() : environment().get("DATABASE_URL");
  }

  /**
   * What the config says about callers.
   *
   * @param latest the config as it is now, perhaps newer than the start's
   */
  AccessSettings access(Config latest) {
    return new AccessSettings(
        proxyBudget(latest),
        latest.litellm().budgetDuration(),
        latest.general().budgetEnforcement() == GeneralSettings.BudgetEnforcement.STRICT,
        budgetDay(),
        keyBytes(environment()),
        latest.litellm().endUserBudgetId(),
        latest.litellm().endUserBudget(),
        caps(latest.litellm().tagBudgets()),
        latest.general().userBudgetOfTeamKeys(),
        latest.litellm().throttledShare(),
        switch (latest.general().budgetAction()) {
          case BLOCK -> BudgetAction.BLOCK;
          case ALERT -> BudgetAction.ALERT;
        },
        latest.general().parallelRequestsMax(),
        latest.general().enforcedParams(),
        latest.general().serviceAccountParams());
  }

  /** The start's, since the ledger rolls its windows by it. */
  private BudgetDay budgetDay() {
    return config.litellm().budgetDay();
  }

  private static Map<String, AccessSettings.Cap> caps(Map<String, SpendCap> configured) {
    Map<String, AccessSettings.Cap> caps = new HashMap<>();
    configured.forEach(
        (name, cap) -> caps.put(name, new AccessSettings.Cap(cap.limit(), cap.period())));
    return Map.copyOf(caps);
  }

  private @Nullable Money proxyBudget(Config latest) {
    if (options.maxBudget == null) {
      return latest.litellm().budgetMax();
    }
    try {
      return Money.ofDollars(new BigDecimal(options.maxBudget));
    } catch (ArithmeticException | NumberFormatException _) {
      throw new StartException(
          "--max_budget: expected an amount of dollars, got '" + options.maxBudget + "'");
    }
  }

  private static int keyBytes(Environment environment) {
    String text = environment.get("LENGTH_OF_LITELLM_GENERATED_KEY");
    try {
      return text == null ? KEY_BYTES : Integer.parseInt(text);
    } catch (NumberFormatException _) {
      throw new StartException(
          "LENGTH_OF_LITELLM_GENERATED_KEY: expected a number of bytes, got '" + text + "'");
    }
  }

  /** The same about keys that are made through the API. */
  KeyRules keyRules(Config latest) {
    return new KeyRules(
        latest.litellm().defaultKeyParams(),
        latest.litellm().upperKeyParams(),
        latest.general().customKeysDisabled(),
        latest.litellm().defaultUserParams(),
        latest.litellm().defaultTeamParams(),
        budgetDay(),
        rotationGrace(environment()));
  }

  private static @Nullable String rotationGrace(Environment environment) {
    String text = environment.get(ROTATION_GRACE);
    if (text == null || text.isBlank()) {
      return null;
    }
    if (BudgetWindow.parse(text.strip()).isEmpty()) {
      throw new StartException(ROTATION_GRACE + ": expected a duration, 24h, got '" + text + "'");
    }
    return text.strip();
  }

  /** What is asked for by a variable and is not done. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (environment().isTrue(ROTATION)) {
      notes.add(
          ROTATION
              + ": no key is given another secret by itself, since nobody would be told it;"
              + " key_rotation_at says when one is due for /key/regenerate");
    }
    String variable = environment().get(MasterKey.VARIABLE);
    if (variable != null && !variable.isBlank() && !masterKey.is(variable)) {
      notes.add(
          MasterKey.VARIABLE
              + ": differs from general_settings.master_key, which counts; what the variable has is"
              + " not the master key");
    }
    return notes;
  }

  /** Whether the operator's shell has the master key in its variable. */
  boolean isKeyExported() {
    return masterKey.is(process.get(MasterKey.VARIABLE));
  }

  LimitsSettings limits() {
    return new LimitsSettings(general().globalParallelRequestsMax(), Duration.ofMinutes(5));
  }

  LedgerSettings ledger() {
    Duration interval = general().batchWriteInterval();
    return new LedgerSettings(
        config.litellm().budgetExceededStatus(),
        general().outputTokensEstimate(),
        budgetDay(),
        config.litellm().budgetRollover(),
        false,
        interval.compareTo(WRITE_INTERVAL_MAX) > 0 ? WRITE_INTERVAL_MAX : interval,
        LedgerSettings.DEFAULT.batchRecords());
  }

  Bounds bounds() {
    Bounds defaults = boundsGiven;
    Long bodyMax = general().requestBytesMax();
    return new Bounds(
        bodyMax == null ? defaults.bodyBytesMax() : Math.toIntExact(Math.min(bodyMax, 1L << 30)),
        defaults.replyBytesMax(),
        defaults.errorBytesMax(),
        defaults.eventBytesMax(),
        defaults.attemptsMax(),
        options.callsMax,
        defaults.bodyTimeout(),
        defaults.stallTimeout(),
        defaults.drainTimeout(),
        defaults.sockets());
  }

  Pipeline.Defaults defaults() {
    return new Pipeline.Defaults(
        general().completionModel(),
        general().outputTokensEstimate(),
        switch (general().tokenRateLimitType()) {
          case TOTAL -> TokenKind.TOTAL;
          case INPUT -> TokenKind.INPUT;
          case OUTPUT -> TokenKind.OUTPUT;
        },
        config.litellm().unpricedModelsBlocked());
  }

  ResponseIds responseIds() {
    return new ResponseIds(salt());
  }

  /** What is sealed is sealed by the salt, so that it outlives a change of the master key. */
  Secret salt() {
    String salt = environment().get("LITELLM_SALT_KEY");
    return salt == null ? masterKey.secret() : Secret.of(salt);
  }

  Server.Settings server() {
    if ((options.certificate == null) != (options.certificateKey == null)) {
      throw new StartException("--ssl_certfile_path and --ssl_keyfile_path go together.");
    }
    return new Server.Settings(
        options.host,
        options.port == 0 ? -1 : options.port, // -1: any free port, the same for all event loops
        text(options.certificate),
        text(options.certificateKey),
        32 << 10,
        16 << 10,
        boundsGiven.bodyTimeout(),
        boundsGiven.stallTimeout(),
        Duration.ofSeconds(options.keepAliveSeconds),
        general().keyHeaderName(),
        boundsGiven.sockets().frameBytesMax());
  }

  private static @Nullable String text(@Nullable Path path) {
    return path == null ? null : path.toString();
  }

  HttpUpstream.Settings upstream() {
    return upstream(config, environment(), boundsGiven.sockets().providerFrameBytesMax());
  }

  /**
   * How providers are reached, and those who give tokens for them.
   *
   * @param frameBytesMax most bytes of one frame of a WebSocket
   */
  static HttpUpstream.Settings upstream(Config config, Environment environment, int frameBytesMax) {
    HttpUpstream.Settings defaults = HttpUpstream.Settings.DEFAULTS;
    String verify = environment.get("SSL_VERIFY");
    boolean verified =
        config.litellm().tlsVerified() && (verify == null || !verify.equalsIgnoreCase("false"));
    String authorities = config.litellm().tlsAuthorities();
    return new HttpUpstream.Settings(
        defaults.connectionsMax(),
        defaults.waitingMax(),
        defaults.connectTimeout(),
        defaults.idleTimeout(),
        verified,
        authorities == null ? environment.get("SSL_CERT_FILE") : authorities,
        frameBytesMax);
  }

  /** Event loops: one for each core unless told otherwise. */
  int loops() {
    return options.workers == null
        ? Runtime.getRuntime().availableProcessors()
        : Math.clamp(options.workers, 1, 256);
  }
}
