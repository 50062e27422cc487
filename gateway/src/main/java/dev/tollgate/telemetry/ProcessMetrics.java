package dev.tollgate.telemetry;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process as the kernel sees it, under the names that Prometheus' clients share. */
final class ProcessMetrics {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessMetrics() {}

  static void register(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("process_resident_memory_bytes")
        .help("Resident memory size in bytes")
        .callback(callback -> residentBytes(callback))
        .register(registry);
    GaugeWithCallback.builder()
        .name("process_start_time_seconds")
        .help("Start time of the process, in seconds since the epoch")
        .callback(
            callback ->
                ProcessHandle.current()
                    .info()
                    .startInstant()
                    .ifPresent(start -> callback.call(start.toEpochMilli() / 1e3)))
        .register(registry);
    CounterWithCallback.builder()
        .name("process_cpu_seconds")
        .help("User and system CPU time, in seconds")
        .callback(
            callback ->
                ProcessHandle.current()
                    .info()
                    .totalCpuDuration()
                    .ifPresent(cpu -> callback.call(cpu.toNanos() / 1e9)))
        .register(registry);
  }

  /** Only Linux has the file; elsewhere the metric has no value. */
  private static void residentBytes(GaugeWithCallback.Callback callback) {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          String kibibytes = line.substring(RESIDENT.length()).replace("kB", "").strip();
          callback.call(Long.parseLong(kibibytes) * 1024.0);
        }
      }
    } catch (IOException _) {
      // No figure is the honest figure.
    }
  }
}
