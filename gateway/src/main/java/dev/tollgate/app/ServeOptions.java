package dev.tollgate.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How to serve; {@link ServeFlags} says what each is called on the command line. */
final class ServeOptions {
  @Nullable Path config;
  int port = 4000;
  String host = "0.0.0.0";
  Path data = Path.of("./tollgate-data");
  @Nullable Integer workers;
  @Nullable String model;
  @Nullable String alias;
  @Nullable String apiBase;
  @Nullable String apiVersion;
  @Nullable Integer requestTimeout;
  boolean dropParams;
  @Nullable String maxBudget;
  @Nullable Path certificate;
  @Nullable Path certificateKey;
  int keepAliveSeconds = 120;
  int callsMax = 50_000;
  boolean debug;
}
