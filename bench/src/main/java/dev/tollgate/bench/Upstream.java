package dev.tollgate.bench;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A provider that costs little: one port answers whole chat completions, one streams them, one
 * answers whole messages of Anthropic's. It reads a request to its last byte before it answers,
 * which nginx's {@code return} does not.
 *
 * <p>Prints {@code ready}, the ports of whole replies, of streams and of messages. Takes lines
 * {@code pace EVENTS MILLISECONDS} on its standard input, which change the streams to come,
 * confirms each by {@code paced}, and ends when its input does.
 */
public final class Upstream implements Runnable, AutoCloseable {
  private static final int BACKLOG = 4096;
  private static final int READ_BYTES = 256 * 1024;

  private final Selector selector;
  private final ServerSocketChannel wholes;
  private final ServerSocketChannel streams;
  private final ServerSocketChannel messages;
  private final Replies replies = new Replies();
  private final ByteBuffer input = ByteBuffer.allocateDirect(READ_BYTES);
  private final Pacer pacer;

  Upstream(Pacer.Pace pace) throws IOException {
    pacer = new Pacer(pace);
    selector = Selector.open();
    wholes = listen();
    streams = listen();
    messages = listen();
  }

  /** Serves until standard input ends. */
  public static void main(String[] args) throws IOException {
    var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (var upstream = new Upstream(new Pacer.Pace(50, Duration.ofMillis(40)))) {
      upstream.start();
      System.out.println(
          "ready %d %d %d"
              .formatted(upstream.wholePort(), upstream.streamPort(), upstream.messagesPort()));
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        String[] words = line.strip().split(" ", -1);
        int events = Integer.parseInt(words[1]);
        Duration interval = Duration.ofMillis(Long.parseLong(words[2]));
        upstream.pacer.set(new Pacer.Pace(events, interval));
        System.out.println("paced");
      }
    }
  }

  void start() {
    Thread.ofPlatform().name("upstream").daemon().start(this);
    Thread.ofPlatform().name("pacer").daemon().start(pacer);
  }

  int wholePort() throws IOException {
    return port(wholes);
  }

  int streamPort() throws IOException {
    return port(streams);
  }

  int messagesPort() throws IOException {
    return port(messages);
  }

  @Override
  public void run() {
    while (selector.isOpen()) {
      try {
        selector.select(this::ready);
      } catch (ClosedSelectorException _) {
        return;
      } catch (IOException failed) {
        System.err.println("upstream: " + failed.getMessage());
        return;
      }
    }
  }

  @Override
  public void close() throws IOException {
    wholes.close();
    streams.close();
    messages.close();
    selector.close();
  }

  private ServerSocketChannel listen() throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
    channel.configureBlocking(false);
    channel.register(selector, SelectionKey.OP_ACCEPT);
    return channel;
  }

  private static int port(ServerSocketChannel channel) throws IOException {
    return ((InetSocketAddress) channel.getLocalAddress()).getPort();
  }

  private void ready(SelectionKey key) {
    if (key.attachment() instanceof Inbound inbound) {
      read(inbound);
    } else {
      accept((ServerSocketChannel) key.channel());
    }
  }

  private void accept(ServerSocketChannel from) {
    try {
      SocketChannel channel = from.accept();
      if (channel != null) {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(
            selector,
            SelectionKey.OP_READ,
            new Inbound(channel, from.equals(streams), from.equals(messages)));
      }
    } catch (IOException failed) {
      System.err.println("upstream: accept: " + failed.getMessage());
    }
  }

  private void read(Inbound inbound) {
    try {
      input.clear();
      if (inbound.channel.read(input) < 0) {
        throw new EOFException();
      }
      input.flip();
      while (inbound.takes(input)) {
        answer(inbound);
      }
    } catch (IOException _) {
      Pacer.close(inbound.channel); // the peer left, or sent what no gateway should: it will notice
    }
  }

  private void answer(Inbound inbound) throws IOException {
    if (inbound.streams) {
      Pacer.write(inbound.channel, replies.first(System.nanoTime()));
      pacer.add(inbound.channel);
    } else {
      Pacer.write(inbound.channel, inbound.messages ? replies.message() : replies.whole());
    }
  }

  /** A connection on which requests come in. */
  private static final class Inbound {
    private final SocketChannel channel;
    private final boolean streams;
    private final boolean messages;
    private final Head head = new Head();
    private boolean inBody;
    private long bodyLeft;

    Inbound(SocketChannel channel, boolean streams, boolean messages) {
      this.channel = channel;
      this.streams = streams;
      this.messages = messages;
    }

    /** Reads on, and says whether that completed a request. */
    boolean takes(ByteBuffer bytes) throws ProtocolException {
      if (!inBody) {
        if (!head.read(bytes)) {
          return false;
        }
        if (head.chunked()) {
          throw new ProtocolException("a request came in chunks");
        }
        inBody = true;
        bodyLeft = Math.max(0, head.contentLength());
      }
      int step = (int) Math.min(bodyLeft, bytes.remaining());
      bytes.position(bytes.position() + step);
      bodyLeft -= step;
      if (bodyLeft > 0) {
        return false;
      }
      inBody = false;
      head.clear();
      return true;
    }
  }
}
