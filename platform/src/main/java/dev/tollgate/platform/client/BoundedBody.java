package dev.tollgate.platform.client;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an answer's bytes up to a bound and gives up beyond it.
 *
 * <p>The JDK's own limit fails like a broken connection, and that would be tried again.
 */
final class BoundedBody implements BodySubscriber<byte[]> {
  private final BodySubscriber<byte[]> kept = BodySubscribers.ofByteArray();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private final long bytesMax;
  private long bytes;
  private @Nullable Subscription subscription;

  BoundedBody(long bytesMax) {
    this.bytesMax = bytesMax;
    kept.getBody().thenAccept(body::complete);
  }

  /** More came than is kept. */
  static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(long bytesMax) {
      super("more than " + bytesMax + " bytes");
    }
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public void onSubscribe(Subscription given) {
    subscription = given;
    kept.onSubscribe(given);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    for (var buffer : buffers) {
      bytes += buffer.remaining();
    }
    if (bytes <= bytesMax) {
      kept.onNext(buffers);
    } else if (body.completeExceptionally(new TooLarge(bytesMax)) && subscription != null) {
      subscription.cancel();
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    kept.onComplete();
  }
}
