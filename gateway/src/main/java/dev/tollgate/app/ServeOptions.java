package dev.tollgate.app;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How to serve: LiteLLM's flags under LiteLLM's names, and our own. A flag wins over its variable
 * in the environment.
 */
final class ServeOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      defaultValue = "${env:CONFIG_FILE_PATH}",
      description = "config.yaml in LiteLLM's format. Watched: an edit takes effect at once.")
  @Nullable Path config;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "${env:PORT:-4000}",
      description = "Port to listen on, 0 for any free one (default: ${DEFAULT-VALUE}).")
  int port;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "${env:HOST:-0.0.0.0}",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  String host = "0.0.0.0";

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "${env:TOLLGATE_DATA:-./tollgate-data}",
      description =
          "Folder for the database, the journal and the master key (default: ${DEFAULT-VALUE}).")
  Path data = Path.of("tollgate-data");

  @Option(
      names = "--num_workers",
      paramLabel = "N",
      defaultValue = "${env:NUM_WORKERS}",
      description = "Event loops (default: one for each core).")
  @Nullable Integer workers;

  @Option(
      names = {"-m", "--model"},
      paramLabel = "MODEL",
      description = "Serve this model without a config, for example openai/gpt-4o-mini.")
  @Nullable String model;

  @Option(names = "--alias", paramLabel = "NAME", description = "Name of --model for clients.")
  @Nullable String alias;

  @Option(names = "--api_base", paramLabel = "URL", description = "Address of --model's provider.")
  @Nullable String apiBase;

  @Option(
      names = "--api_version",
      paramLabel = "VERSION",
      description = "Azure's API version for --model.")
  @Nullable String apiVersion;

  @Option(
      names = "--request_timeout",
      paramLabel = "SECONDS",
      description = "Longest wait for a provider.")
  @Nullable Integer requestTimeout;

  @Option(names = "--drop_params", description = "Drop parameters that a provider does not have.")
  boolean dropParams;

  @Option(
      names = "--max_budget",
      paramLabel = "DOLLARS",
      description = "Budget of the whole gateway.")
  @Nullable String maxBudget;

  @Option(
      names = "--ssl_certfile_path",
      paramLabel = "FILE",
      defaultValue = "${env:SSL_CERTFILE_PATH}",
      description = "Certificate (PEM); serves HTTPS with HTTP/2.")
  @Nullable Path certificate;

  @Option(
      names = "--ssl_keyfile_path",
      paramLabel = "FILE",
      defaultValue = "${env:SSL_KEYFILE_PATH}",
      description = "Key of the certificate (PEM).")
  @Nullable Path certificateKey;

  @Option(
      names = "--keepalive_timeout",
      paramLabel = "SECONDS",
      defaultValue = "${env:KEEPALIVE_TIMEOUT:-120}",
      description = "How long an unused connection is kept (default: ${DEFAULT-VALUE}).")
  int keepAliveSeconds = 120;

  @Option(
      names = "--limit_concurrency",
      paramLabel = "N",
      defaultValue = "${env:LIMIT_CONCURRENCY:-50000}",
      description = "Most calls under way at once; more get 503 (default: ${DEFAULT-VALUE}).")
  int callsMax = 50_000;

  @Option(names = "--debug", description = "Log more (as LITELLM_LOG=DEBUG).")
  boolean debug;

  @Option(names = "--detailed_debug", description = "The same.")
  boolean detailedDebug;

  @Option(
      names = {
        "--run_gunicorn",
        "--run_hypercorn",
        "--run_granian",
        "--use_prisma_db_push",
        "--local",
        "--use_queue",
        "--add_function_to_prompt",
        "--reload",
        "--use_legacy_migration_resolver",
        "--iam_token_db_auth",
        "--azure_postgresql_auth",
        "--skip_server_startup",
        "--save"
      },
      hidden = true)
  boolean pythonOnly;

  @Option(
      names = {
        "--granian_threads",
        "--timeout_worker_healthcheck",
        "--max_requests_before_restart",
        "--max_requests_before_restart_jitter",
        "--ciphers",
        "--log_config",
        "--temperature",
        "--max_tokens",
        "--headers",
        "--add_key",
        "--prometheus_metrics_port"
      },
      hidden = true)
  @Nullable List<String> ignored;
}
