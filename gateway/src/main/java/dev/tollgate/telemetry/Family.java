package dev.tollgate.telemetry;

/** What is exposed under one name. Thread-safe. */
interface Family {
  /** Without {@code _total}, which the format adds to what only grows. */
  String name();

  /** Writes its lines, none if it has no figures yet. */
  void write(ExpositionPage page);
}
