package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A stream whose events are read in no dialect's words: what the call's end needs is what its watch
 * has seen of them. For one reply and one thread.
 */
public interface EventStream extends StreamEdit {
  /** Sees each event. */
  EventWatch watch();

  @Override
  default @Nullable Usage usage() {
    return watch().usage();
  }

  @Override
  default @Nullable String id() {
    return watch().id();
  }

  @Override
  default boolean done() {
    return watch().done();
  }

  @Override
  default boolean finished() {
    return watch().finished();
  }

  @Override
  default @Nullable Failure failure() {
    return watch().failure();
  }

  @Override
  default boolean sawContent() {
    return watch().sawContent();
  }

  @Override
  default TextSample outputText() {
    return watch().outputText();
  }
}
