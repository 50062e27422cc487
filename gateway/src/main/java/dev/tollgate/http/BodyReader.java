package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.pipeline.Gathered;
import dev.tollgate.wire.form.FormSplitter;
import dev.tollgate.wire.form.Upload;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects a request's body within its bounds: bytes, before and after inflating, and time. The
 * large files of a form go to disk meanwhile.
 */
final class BodyReader {
  private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);

  private final Context context;
  private final HttpServerRequest request;
  private final int bytesMax;
  private final BodyRoom room;
  private final @Nullable Uploads uploads;
  private final Duration timeout;
  private final Consumer<byte[]> whole;
  private final Consumer<Failure> failed;
  private final int announced;
  private final Gathered gathered;

  /** Bytes that have come. */
  private int received;

  /** Bytes that the body holds room for, in memory. */
  private int length;

  /** The same on disk. */
  private int onDisk;

  private @Nullable FormSplitter form;

  private long timer = -1;
  private boolean over;
  private boolean released;
  private @Nullable Inflation inflation;

  BodyReader(
      Context context,
      HttpServerRequest request,
      int bytesMax,
      BodyRoom room,
      @Nullable Uploads uploads,
      Duration timeout,
      Consumer<byte[]> whole,
      Consumer<Failure> failed) {
    this.context = context;
    this.request = request;
    this.bytesMax = bytesMax;
    this.room = room;
    this.uploads = uploads;
    this.timeout = timeout;
    this.whole = whole;
    this.failed = failed;
    this.announced = announcedLength(request);
    this.gathered = new Gathered();
  }

  void start() {
    String encoding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
    if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
      inflation = Inflation.of(encoding);
      if (inflation == null) {
        fail(
            new Failure.BadRequest(
                "Unsupported content-encoding: expected gzip, deflate or none.",
                "content-encoding"));
        return;
      }
    }
    if (announced > bytesMax) {
      fail(tooLarge(bytesMax));
      return;
    }
    if (uploads != null && inflation == null) {
      form = uploads.splitter();
    }
    request.handler(this::chunk);
    request.endHandler(_ -> ended());
    request.exceptionHandler(this::broken);
    // Most bodies come in one piece with their head and are read before this runs: no timer then.
    context.runOnContext(_ -> startTimer());
  }

  private void startTimer() {
    if (!over) {
      timer = context.owner().setTimer(timeout.toMillis(), _ -> timedOut());
    }
  }

  private static int announcedLength(HttpServerRequest request) {
    String text = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (text == null) {
      return -1;
    }
    try {
      return (int) Math.min(Long.parseLong(text), Integer.MAX_VALUE);
    } catch (NumberFormatException _) {
      return -1; // the HTTP decoder has refused what is not a number; a list of equal ones is left
    }
  }

  private void chunk(Buffer chunk) {
    if (over) {
      return;
    }
    int more = chunk.length();
    if (received + more > bytesMax || received + more < 0) {
      fail(tooLarge(bytesMax));
      return;
    }
    received += more;
    if (form != null) {
      split(form, chunk);
    } else if (room.grow(length, received)) {
      length = received;
      gathered.add(chunk);
    } else {
      fail(noRoom());
    }
  }

  private void split(FormSplitter parts, Buffer chunk) {
    try {
      parts.add(chunk.getBytes());
    } catch (UncheckedIOException e) {
      LOG.error("an upload cannot be put on disk: {}", e.toString());
      fail(noRoom());
      return;
    }
    int held = parts.held();
    int written = received - held;
    boolean fits = room.grow(length, held);
    length = fits ? held : length;
    if (fits && uploads != null && uploads.room().grow(onDisk, written)) {
      onDisk = written;
    } else {
      fail(noRoom());
    }
  }

  /** Where the body's files are; null if all of it is in memory. */
  @Nullable Upload upload() {
    return form == null ? null : form.upload();
  }

  /** Gives the body's room back, when the call is over. */
  void release() {
    stop();
    released = true;
    room.shrink(length, 0);
    length = 0;
    gathered.clear();
    if (form != null && uploads != null) {
      uploads.room().shrink(onDisk, 0);
      onDisk = 0;
      form.close();
    }
  }

  private void ended() {
    if (stop()) {
      byte[] bytes = form == null ? gathered.whole() : form.whole();
      gathered.clear();
      if (inflation == null || length == 0) {
        whole.accept(bytes);
      } else {
        inflate(inflation, bytes);
      }
    }
  }

  private void inflate(Inflation how, byte[] compressed) {
    Thread.startVirtualThread(
        () -> {
          try {
            byte[] inflated = how.inflate(compressed, bytesMax, room);
            context.runOnContext(_ -> inflated(inflated));
          } catch (FailureException refused) {
            context.runOnContext(
                _ -> {
                  if (!released) {
                    failed.accept(refused.failure());
                  }
                });
          }
        });
  }

  private void inflated(byte[] inflated) {
    if (released) {
      room.shrink(inflated.length, 0);
      return;
    }
    room.shrink(length, 0);
    length = inflated.length;
    whole.accept(inflated);
  }

  private void broken(Throwable cause) {
    if (Framing.isUnreadable(cause)) {
      fail(
          new Failure.BadRequest(
              "The request body is not what its transfer-encoding or content-encoding says.",
              null));
    } else {
      stop(); // the client has left: nobody is there to be told
    }
  }

  private void timedOut() {
    fail(
        new Failure.TimedOut(
            "The request body did not arrive within " + timeout.toSeconds() + " seconds."));
  }

  private void fail(Failure failure) {
    if (stop()) {
      failed.accept(failure);
    }
  }

  private boolean stop() {
    if (over) {
      return false;
    }
    over = true;
    if (timer >= 0) {
      context.owner().cancelTimer(timer);
    }
    return true;
  }

  static Failure noRoom() {
    return new Failure.Overloaded(
        "The gateway holds as many bytes of request bodies as it has room for.",
        Duration.ofSeconds(1));
  }

  static Failure tooLarge(int bytesMax) {
    return new Failure.TooLarge(
        "The request body is larger than " + bytesMax + " bytes, the most this gateway takes.",
        413);
  }
}
