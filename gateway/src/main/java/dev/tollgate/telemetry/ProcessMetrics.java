package dev.tollgate.telemetry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process as the kernel sees it, under the names that Prometheus' clients share. */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessMetrics() {}

  static List<Family> all() {
    return List.of(
        new Reading(
            "process_resident_memory_bytes",
            ExpositionPage.Type.GAUGE,
            "Resident memory size in bytes",
            null,
            ProcessMetrics::residentBytes),
        new Reading(
            "process_start_time_seconds",
            ExpositionPage.Type.GAUGE,
            "Start time of the process, in seconds since the epoch",
            null,
            taker ->
                ProcessHandle.current()
                    .info()
                    .startInstant()
                    .ifPresent(start -> taker.take(null, start.toEpochMilli() / 1e3))),
        new Reading(
            "process_cpu_seconds",
            ExpositionPage.Type.COUNTER,
            "User and system CPU time, in seconds",
            null,
            taker ->
                ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .ifPresent(cpu -> taker.take(null, cpu.toNanos() / 1e9))));
  }

  /** Only Linux has the file; elsewhere the metric has no value. */
  private static void residentBytes(Reading.Taker taker) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
          taker.take(null, Long.parseLong(kibibytes) * 1024.0);
        }
      }
    } catch (IOException _) {
      // No figure is the honest figure.
    }
  }
}
