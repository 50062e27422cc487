package dev.tollgate.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The flags for serving: LiteLLM's under LiteLLM's names, and our own. */
final class ServeFlags {
  private static final ServeOptions DEFAULTS = new ServeOptions();

  private static final Flag CONFIG =
      Flag.valued(
              "config",
              "FILE",
              "config.yaml in LiteLLM's format. Watched: an edit takes effect at once.")
          .letter("c")
          .variable("CONFIG_FILE_PATH");
  private static final Flag PORT =
      Flag.valued("port", "N", "Port to listen on, 0 for any free one.")
          .variable("PORT")
          .fallback(DEFAULTS.port);
  private static final Flag HOST =
      Flag.valued("host", "ADDRESS", "Address to listen on.")
          .variable("HOST")
          .fallback(DEFAULTS.host);
  private static final Flag DATA =
      Flag.valued("data", "DIR", "Folder for the database, the journal and the master key.")
          .variable("TOLLGATE_DATA")
          .fallback(DEFAULTS.data);
  private static final Flag WORKERS =
      Flag.valued("num_workers", "N", "Event loops. Without it, one for each core.")
          .variable("NUM_WORKERS");
  private static final Flag MODEL =
      Flag.valued(
              "model",
              "MODEL",
              "Serve this model without a config, for example openai/gpt-4o-mini.")
          .letter("m");
  private static final Flag ALIAS = Flag.valued("alias", "NAME", "Name of --model for clients.");
  private static final Flag API_BASE =
      Flag.valued("api_base", "URL", "Address of --model's provider.");
  private static final Flag API_VERSION =
      Flag.valued("api_version", "VERSION", "Azure's API version for --model.");
  private static final Flag REQUEST_TIMEOUT =
      Flag.valued("request_timeout", "SECONDS", "Longest wait for a provider.");
  private static final Flag DROP_PARAMS =
      Flag.on("drop_params", "Drop parameters that a provider does not have.");
  private static final Flag MAX_BUDGET =
      Flag.valued("max_budget", "DOLLARS", "Budget of the whole gateway.");
  private static final Flag CERTIFICATE =
      Flag.valued("ssl_certfile_path", "FILE", "Certificate (PEM); serves HTTPS with HTTP/2.")
          .variable("SSL_CERTFILE_PATH");
  private static final Flag CERTIFICATE_KEY =
      Flag.valued("ssl_keyfile_path", "FILE", "Key of the certificate (PEM).")
          .variable("SSL_KEYFILE_PATH");
  private static final Flag KEEP_ALIVE =
      Flag.valued("keepalive_timeout", "SECONDS", "How long an unused connection is kept.")
          .variable("KEEPALIVE_TIMEOUT")
          .fallback(DEFAULTS.keepAliveSeconds);
  private static final Flag CALLS_MAX =
      Flag.valued("limit_concurrency", "N", "Most calls under way at once; more get 503.")
          .variable("LIMIT_CONCURRENCY")
          .fallback(DEFAULTS.callsMax);
  private static final Flag DEBUG = Flag.on("debug", "Log more, as LITELLM_LOG=DEBUG does.");
  private static final Flag DETAILED_DEBUG = Flag.on("detailed_debug", "The same.");
  static final Flag VERSION = Flag.on("version", "Print the version and exit.").letter("v");

  /** Of LiteLLM's Python server: taken, so that its start scripts work, and without effect. */
  private static final List<String> IGNORED =
      List.of(
          "run_gunicorn",
          "run_hypercorn",
          "run_granian",
          "use_prisma_db_push",
          "local",
          "use_queue",
          "add_function_to_prompt",
          "reload",
          "use_legacy_migration_resolver",
          "iam_token_db_auth",
          "azure_postgresql_auth",
          "skip_server_startup",
          "save");

  /** The same, and each has a value. */
  private static final List<String> IGNORED_WITH_VALUE =
      List.of(
          "granian_threads",
          "timeout_worker_healthcheck",
          "max_requests_before_restart",
          "max_requests_before_restart_jitter",
          "ciphers",
          "log_config",
          "temperature",
          "max_tokens",
          "headers",
          "add_key",
          "prometheus_metrics_port");

  static final Grammar GRAMMAR =
      new Grammar(
          "",
          "[COMMAND]",
          List.of("Tollgate: one address and one key for every LLM provider."),
          List.of(
              Map.entry("serve", "Serve until told to stop (the default, with the flags below)."),
              Map.entry("check", "Say for each key of a config what becomes of it."),
              Map.entry("keys", "List, make, show and delete virtual keys of a running gateway."),
              Map.entry("prices", "Say what a cost map would change."),
              Map.entry("version", "Print the version of Tollgate and of Java.")),
          flags(),
          List.of(
              "A flag that is not given is read from the variable in brackets.",
              "",
              "With nothing set, tollgate serves on port 4000 with SQLite in ./tollgate-data, makes a master",
              "key, and turns provider keys that it finds in the environment (OPENAI_API_KEY, ...) into models."));

  private ServeFlags() {}

  private static List<Flag> flags() {
    List<Flag> flags =
        new ArrayList<>(
            List.of(
                CONFIG,
                PORT,
                HOST,
                DATA,
                WORKERS,
                MODEL,
                ALIAS,
                API_BASE,
                API_VERSION,
                REQUEST_TIMEOUT,
                DROP_PARAMS,
                MAX_BUDGET,
                CERTIFICATE,
                CERTIFICATE_KEY,
                KEEP_ALIVE,
                CALLS_MAX,
                DEBUG,
                DETAILED_DEBUG,
                Flag.HELP,
                VERSION));
    for (String name : IGNORED) {
      flags.add(Flag.on(name, ""));
    }
    for (String name : IGNORED_WITH_VALUE) {
      flags.add(Flag.valued(name, "VALUE", "").again());
    }
    return List.copyOf(flags);
  }

  static ServeOptions options(Arguments given) {
    ServeOptions options = new ServeOptions();
    options.config = given.pathIfAny(CONFIG);
    options.port = (int) given.number(PORT, 0, 65_535);
    options.host = given.text(HOST);
    options.data = Path.of(given.text(DATA));
    if (given.has(WORKERS)) {
      options.workers = (int) given.number(WORKERS, 1, Integer.MAX_VALUE);
    }
    options.model = given.textIfAny(MODEL);
    options.alias = given.textIfAny(ALIAS);
    options.apiBase = given.textIfAny(API_BASE);
    options.apiVersion = given.textIfAny(API_VERSION);
    if (given.has(REQUEST_TIMEOUT)) {
      options.requestTimeout = (int) given.number(REQUEST_TIMEOUT, 1, Integer.MAX_VALUE);
    }
    options.dropParams = given.has(DROP_PARAMS);
    options.maxBudget = given.textIfAny(MAX_BUDGET);
    options.certificate = given.pathIfAny(CERTIFICATE);
    options.certificateKey = given.pathIfAny(CERTIFICATE_KEY);
    options.keepAliveSeconds = (int) given.number(KEEP_ALIVE, 0, Integer.MAX_VALUE);
    options.callsMax = (int) given.number(CALLS_MAX, 1, Integer.MAX_VALUE);
    options.debug = given.has(DEBUG) || given.has(DETAILED_DEBUG);
    return options;
  }
}
