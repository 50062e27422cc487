package dev.tollgate.pipeline;

import dev.tollgate.model.Failure;
import dev.tollgate.wire.form.Upload;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketBase;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of one call: its body comes in here, its answer goes out. Used on the call's
 * event loop only.
 */
public interface Sink {

  /**
   * Reads the body, inflated if it came compressed; exactly one of the two is called unless the
   * client leaves.
   *
   * @param bytesMax most bytes that are taken in, after inflating
   * @param hasFiles whether it is a form, whose large files go to disk
   */
  void body(int bytesMax, boolean hasFiles, Consumer<byte[]> whole, Consumer<Failure> failed);

  /** Where the body's files are, until the answer has ended; null if all of it is in memory. */
  @Nullable Upload upload();

  /** Called once if the client leaves before the answer is complete. */
  void onGone(Runnable left);

  /** Headers of the answer, open until it starts. */
  MultiMap headers();

  /** Answers as a whole. */
  void whole(int status, byte[] body);

  /** Starts an event stream with status 200. */
  void start(String contentType);

  /** Whether a stream has started. */
  boolean isStarted();

  /** Writes a piece of the stream. */
  void write(Buffer bytes);

  /** Whether the client reads more slowly than we write. */
  boolean isFull();

  /** Called whenever a full sink has room again. */
  void onDrain(Runnable room);

  /**
   * Makes a WebSocket of the exchange, in place of an answer; what the client has to be told by
   * headers stands in {@link #headers}. From then on the sink does nothing more.
   */
  Future<? extends WebSocketBase> upgrade();

  /** Ends the stream. */
  void end();

  /** Closes without an end, so that the client sees a stream that broke. */
  void abort();

  /** Runs something on the call's event loop, from any thread. */
  void execute(Runnable task);

  /** Runs something on the call's event loop after a delay; a delay of zero runs it at once. */
  void executeAfter(long millis, Runnable task);
}
