package dev.tollgate.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps a number of streams open, each begun again as it ends, and records how long every event
 * took from the upstream's send to its arrival here. One thread, one selector.
 *
 * <p>Streams are opened evenly over the ramp, so that their events do not come in step. After the
 * window they may end by themselves, so that every call that was begun is a call that was answered.
 */
final class StreamLoad {
  private static final Duration DRAIN_MAX = Duration.ofSeconds(10);
  private static final int ERRORS_PRINTED_MAX = 5;

  private final Target target;
  private final int streams;
  private final Window window;
  private final Window.Edges edges;
  private final ByteBuffer input = ByteBuffer.allocateDirect(256 * 1024);
  private final List<Outbound> outbounds = new ArrayList<>();
  private final Samples delays = new Samples();
  private final Samples firsts = new Samples();
  private boolean measuring;
  private boolean draining;
  private long arrivedNanos;
  private int open;
  private int begun;
  private int answered;
  private int errors;
  private int eventsMissing;
  private int eventsMost;

  StreamLoad(Target target, int streams, Window window, Window.Edges edges) {
    if (streams < 1 || streams > 8000) {
      throw new IllegalArgumentException("1 to 8000 streams");
    }
    this.target = target;
    this.streams = streams;
    this.window = window;
    this.edges = edges;
  }

  /** Delays in nanoseconds and counts, as a JSON object. */
  String run() throws IOException {
    try (Selector selector = Selector.open()) {
      long start = System.nanoTime();
      long begin = start + window.ramp().toNanos();
      ramp(selector, start, begin);
      measuring = true;
      edges.reached("begin");
      turnUntil(selector, begin + window.length().toNanos());
      measuring = false;
      edges.reached("end");
      draining = true;
      turnUntil(selector, System.nanoTime() + DRAIN_MAX.toNanos());
    } finally {
      outbounds.forEach(Outbound::close);
    }
    return """
    {"delay":%s,"first":%s,"begun":%d,"answered":%d,"errors":%d,"cut":%d,"events_a_stream":%d,"events_missing":%d}"""
        .formatted(
            delays.toJson(),
            firsts.toJson(),
            begun,
            answered,
            errors,
            open,
            eventsMost,
            eventsMissing);
  }

  private void ramp(Selector selector, long start, long begin) throws IOException {
    double streamsPerNano = (double) streams / Math.max(1, begin - start);
    for (long now = start; now < begin; now = System.nanoTime()) {
      while (outbounds.size() < Math.ceil((now - start) * streamsPerNano)) {
        open(selector);
      }
      selector.select(this::ready, 1);
    }
    while (outbounds.size() < streams) {
      open(selector);
    }
  }

  private void open(Selector selector) throws IOException {
    var outbound = new Outbound(selector);
    outbounds.add(outbound);
    outbound.connect();
  }

  private void turnUntil(Selector selector, long until) throws IOException {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      if (draining && open == 0) {
        return;
      }
      if (left < 1_000_000) {
        selector.selectNow(this::ready);
      } else {
        selector.select(this::ready, left / 1_000_000);
      }
    }
  }

  private void ready(SelectionKey key) {
    var outbound = (Outbound) key.attachment();
    try {
      if (key.isConnectable()) {
        outbound.connected(key);
      } else {
        outbound.read();
      }
    } catch (IOException failed) {
      outbound.failed(failed);
    }
  }

  /** One connection with a stream on it. */
  private final class Outbound {
    private final Selector selector;
    private final ByteBuffer request = target.request();
    private ReplyDecoder decoder = new ReplyDecoder();
    private SocketChannel channel;
    private final Marks marks = new Marks();
    private long sentNanos;
    private int events;
    private boolean abandoned;

    Outbound(Selector selector) throws IOException {
      this.selector = selector;
      channel = SocketChannel.open();
    }

    void connect() throws IOException {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.register(selector, SelectionKey.OP_CONNECT, this);
      open++;
      if (channel.connect(target.address())) {
        throw new IOException("a non-blocking connect was done at once");
      }
    }

    void connected(SelectionKey key) throws IOException {
      channel.finishConnect();
      key.interestOps(SelectionKey.OP_READ);
      begin();
    }

    void read() throws IOException {
      input.clear();
      int count = channel.read(input);
      arrivedNanos = System.nanoTime();
      if (count < 0) {
        throw new EOFException("closed in mid-stream after " + events + " events");
      }
      input.flip();
      if (decoder.read(input, body -> marks.scan(body, this::event))) {
        ended();
      }
    }

    void failed(IOException reason) {
      errors++;
      if (errors <= ERRORS_PRINTED_MAX) {
        System.err.println("streams: " + reason);
      }
      open--;
      close();
      if (!draining && !abandoned && errors <= streams) {
        reconnect();
      }
    }

    void close() {
      Pacer.close(channel);
    }

    private void begin() throws IOException {
      begun++;
      events = 0;
      sentNanos = System.nanoTime();
      channel.write(request.rewind());
      if (request.hasRemaining()) {
        throw new IOException("the request did not fit into the socket's buffer");
      }
    }

    private void event(long sentByUpstreamNanos) {
      events++;
      if (measuring) {
        delays.add(arrivedNanos - sentByUpstreamNanos);
        if (events == 1) {
          firsts.add(arrivedNanos - sentNanos);
        }
      }
    }

    private void ended() throws IOException {
      if (decoder.status() != 200) {
        throw new IOException("status " + decoder.status());
      }
      answered++;
      eventsMost = Math.max(eventsMost, events);
      eventsMissing += eventsMost - events;
      if (draining) {
        open--;
        close();
      } else if (decoder.closes()) {
        open--;
        close();
        reconnect();
      } else {
        begin();
      }
    }

    private void reconnect() {
      try {
        channel = SocketChannel.open();
        decoder = new ReplyDecoder();
        connect();
      } catch (IOException failed) {
        abandoned = true;
        errors++;
        System.err.println("streams: cannot connect again: " + failed);
      }
    }
  }
}
