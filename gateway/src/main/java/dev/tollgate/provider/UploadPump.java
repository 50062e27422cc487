package dev.tollgate.provider;

import dev.tollgate.wire.form.Upload;
import dev.tollgate.wire.form.Upload.Stretch;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Sends a body whose files are on disk, as fast as the provider takes it: some tens of kilobytes
 * are in memory at a time. Lives on the exchange's event loop; what it reads was written moments
 * ago, so that it comes from the system's cache.
 */
final class UploadPump {
  private static final int PIECE_BYTES = 64 << 10;

  private final HttpClientRequest request;
  private final byte[] form;
  private final Upload upload;
  private final Consumer<Throwable> failed;
  private final Deque<Stretch> left;
  private boolean over;

  /**
   * @param failed hears of a file that cannot be read
   */
  UploadPump(HttpClientRequest request, byte[] form, Upload upload, Consumer<Throwable> failed) {
    this.request = request;
    this.form = form;
    this.upload = upload;
    this.failed = failed;
    this.left = new ArrayDeque<>(upload.stretches(form));
  }

  /** Sends what the provider takes now, and the rest when it takes more. */
  void start() {
    long length = left.stream().mapToLong(stretch -> stretch.to() - stretch.from()).sum();
    request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
    request.drainHandler(_ -> send());
    send();
  }

  /** Whether there is nothing left to send. */
  boolean isOver() {
    return over;
  }

  /** Sends nothing more. */
  void stop() {
    over = true;
  }

  private void send() {
    try {
      while (!over && !request.writeQueueFull()) {
        sendNext();
      }
    } catch (IOException e) {
      failed.accept(e);
    }
  }

  private void sendNext() throws IOException {
    Stretch next = left.poll();
    if (next == null) {
      over = true;
      request.end();
      return;
    }
    int count = (int) Math.min(PIECE_BYTES, next.to() - next.from());
    long end = next.from() + count;
    if (end < next.to()) {
      left.addFirst(new Stretch(next.onDisk(), end, next.to()));
    }
    if (count > 0) {
      request.write(
          BufferInternal.buffer(
              next.onDisk()
                  ? Unpooled.wrappedBuffer(upload.read(next.from(), count))
                  : Unpooled.wrappedBuffer(form, (int) next.from(), count)));
    }
  }
}
