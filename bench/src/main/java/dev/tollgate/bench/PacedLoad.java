package dev.tollgate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests at fixed times, whether or not earlier ones have been answered (an open loop), and what
 * each took. One thread for each connection; a thread has its own schedule, shifted against the
 * others'.
 *
 * <p>A request that had to wait because the reply before it was late is timed from when it was due,
 * so that a stall counts for every request that it held up. One that went out on time is timed from
 * its first byte, so that the machine's late wake-ups are not taken for the gateway's.
 */
final class PacedLoad {
  private final Target target;
  private final long periodNanos;
  private final int connections;

  /**
   * @param requestsPerSecond over all connections
   * @param connections one thread each
   */
  PacedLoad(Target target, int requestsPerSecond, int connections) {
    if (requestsPerSecond < 1 || connections < 1 || connections > 256) {
      throw new IllegalArgumentException("a rate of 1 or more and 1 to 256 connections");
    }
    this.target = target;
    this.connections = connections;
    periodNanos = Duration.ofSeconds(connections).toNanos() / requestsPerSecond;
  }

  /** Latencies in nanoseconds and counts, as a JSON object. */
  String run(Duration length, Window.Edges edges) throws InterruptedException {
    long start = System.nanoTime() + Duration.ofMillis(100).toNanos();
    long end = start + length.toNanos();
    List<Lane> lanes = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      lanes.add(new Lane(start + i * periodNanos / connections, end));
    }
    List<Thread> threads = lanes.stream().map(lane -> Thread.ofPlatform().start(lane)).toList();
    parkUntil(start);
    edges.reached("begin");
    for (Thread thread : threads) {
      thread.join();
    }
    edges.reached("end");
    return toJson(lanes);
  }

  private static String toJson(List<Lane> lanes) {
    Samples latencies = new Samples();
    int errors = 0;
    for (Lane lane : lanes) {
      latencies.addAll(lane.latencies);
      errors += lane.errors;
    }
    return "{\"latency\":%s,\"errors\":%d}".formatted(latencies.toJson(), errors);
  }

  private static void parkUntil(long dueNanos) {
    for (long left = dueNanos - System.nanoTime(); left > 0; left = dueNanos - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** One connection and its schedule. */
  private final class Lane implements Runnable {
    private static final int ERRORS_MAX = 3;

    private final Samples latencies = new Samples();
    private final ByteBuffer input = ByteBuffer.allocateDirect(64 * 1024);
    private final ByteBuffer request = target.request();
    private final long start;
    private final long end;
    private int errors;

    Lane(long start, long end) {
      this.start = start;
      this.end = end;
    }

    @Override
    public void run() {
      long due = start;
      while (due < end && errors < ERRORS_MAX) {
        try (SocketChannel channel = SocketChannel.open(target.address())) {
          channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
          due = converse(channel, due);
        } catch (IOException failed) {
          errors++;
          due += periodNanos;
          System.err.println("paced load: " + failed);
        }
      }
    }

    /** Calls until the end or until the peer closes; returns when the next call is due. */
    private long converse(SocketChannel channel, long from) throws IOException {
      var decoder = new ReplyDecoder();
      long due = from;
      while (due < end && !decoder.closes()) {
        boolean late = System.nanoTime() >= due;
        parkUntil(due);
        long begun = late && due > start ? due : System.nanoTime();
        call(channel, decoder);
        latencies.add(System.nanoTime() - begun);
        due += periodNanos;
      }
      return due;
    }

    private void call(SocketChannel channel, ReplyDecoder decoder) throws IOException {
      request.rewind();
      while (request.hasRemaining()) {
        channel.write(request);
      }
      boolean complete = false;
      while (!complete) {
        input.clear();
        if (channel.read(input) < 0) {
          throw new EOFException("closed before the reply was complete");
        }
        complete = decoder.read(input.flip(), body -> body.position(body.limit()));
      }
      if (decoder.status() != 200) {
        throw new IOException("status " + decoder.status());
      }
    }
  }
}
