package dev.tollgate.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * Sends the events of all streams, each at its own time, from one thread. Safe for the thread that
 * adds streams beside the one that runs it.
 *
 * <p>Not on the selector's thread, because a selector waits in whole milliseconds: events would go
 * out in bursts, and a gateway would be measured on bursts that no set of independent providers
 * sends.
 */
final class Pacer implements Runnable {
  private final DelayQueue<Paced> queue = new DelayQueue<>();
  private final Replies replies = new Replies();
  private volatile Pace pace;

  Pacer(Pace pace) {
    this.pace = pace;
  }

  /** How streams go from now on; those under way keep their own. */
  void set(Pace next) {
    pace = next;
  }

  /** Takes over a stream whose first event has gone out just now. */
  void add(SocketChannel channel) {
    Pace now = pace;
    queue.add(new Paced(channel, now, now.events - 1, System.nanoTime() + now.interval.toNanos()));
  }

  @Override
  public void run() {
    try {
      while (true) {
        send(queue.take());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the upstream ends
    }
  }

  private void send(Paced stream) {
    try {
      if (stream.eventsLeft > 0) {
        write(stream.channel, replies.next(System.nanoTime()));
        queue.add(stream.next());
      } else {
        write(stream.channel, replies.last());
      }
    } catch (IOException _) {
      close(stream.channel); // the gateway has gone; the load counts what did not arrive
    }
  }

  /** Writes all or fails: a peer that lets 2 MB of socket buffer fill up has stopped reading. */
  static void write(SocketChannel channel, ByteBuffer bytes) throws IOException {
    channel.write(bytes);
    if (bytes.hasRemaining()) {
      throw new IOException("the peer does not read");
    }
  }

  static void close(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // Closed is all it has to be.
    }
  }

  /**
   * How a stream goes.
   *
   * @param events marked events in each stream, 1 or more
   * @param interval from one event to the next
   */
  record Pace(int events, Duration interval) {
    Pace {
      if (events < 1) {
        throw new IllegalArgumentException("a stream has at least one event");
      }
    }
  }

  /** A stream between two of its events. */
  private record Paced(SocketChannel channel, Pace pace, int eventsLeft, long dueNanos)
      implements Delayed {
    Paced next() {
      return new Paced(channel, pace, eventsLeft - 1, dueNanos + pace.interval.toNanos());
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(dueNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.signum(dueNanos - ((Paced) other).dueNanos);
    }
  }
}
