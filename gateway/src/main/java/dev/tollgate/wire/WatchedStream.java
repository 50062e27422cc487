package dev.tollgate.wire;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import org.jspecify.annotations.Nullable;

/**
 * A stream that goes to its client as it came, while the edit of its dialect reads along. For one
 * reply and one thread.
 */
final class WatchedStream implements StreamEdit {
  private final StreamEdit read;
  private final boolean usageWanted;

  /**
   * @param usageWanted whether the client is to see the usage, which was asked for in any case
   */
  WatchedStream(StreamEdit read, boolean usageWanted) {
    this.read = read;
    this.usageWanted = usageWanted;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    byte[] edited = read.edit(buffer, from, to);
    if (usageWanted || read.failure() != null) {
      return buffer;
    }
    return edited;
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return read.isSilent(buffer, from, to);
  }

  /** The provider's own end is the client's. */
  @Override
  public byte @Nullable [] ending() {
    read.ending();
    return null;
  }

  @Override
  public @Nullable Usage usage() {
    return read.usage();
  }

  @Override
  public Usage withTools(Usage counted) {
    return read.withTools(counted);
  }

  @Override
  public @Nullable String id() {
    return read.id();
  }

  @Override
  public boolean done() {
    return read.done();
  }

  @Override
  public boolean finished() {
    return read.finished();
  }

  @Override
  public @Nullable Failure failure() {
    return read.failure();
  }

  @Override
  public boolean sawContent() {
    return read.sawContent();
  }

  @Override
  public TextSample outputText() {
    return read.outputText();
  }
}
