package dev.tollgate.wire.sse;

/** Takes the whole events of a stream. */
@FunctionalInterface
public interface EventSink {
  /** One event, with its terminating blank line, from {@code from} to {@code to}. */
  void event(byte[] buffer, int from, int to);
}
