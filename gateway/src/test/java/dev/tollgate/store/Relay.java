package dev.tollgate.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Stands between a gateway and its PostgreSQL, and can part them in the ways of a network. */
public final class Relay implements Closeable {
  private enum State {
    PASSING,
    REFUSING,
    SILENT
  }

  private final String host;
  private final int port;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final CountDownLatch swallowed = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile State state = State.PASSING;
  private volatile boolean losesCommit;

  /** A relay to where the address of a database points. */
  public Relay(String url) throws IOException {
    String place = url.replaceFirst("^.*@", "").replaceFirst("/.*$", "");
    int colon = place.lastIndexOf(':');
    this.host = place.substring(0, colon);
    this.port = Integer.parseInt(place.substring(colon + 1));
    Thread.ofVirtual().start(this::accept);
  }

  /** The address of a database, by way of this. */
  public String through(String url) {
    return url.replaceFirst("@[^/]*/", "@127.0.0.1:" + server.getLocalPort() + "/");
  }

  /** Cuts all connections, and makes no new ones. */
  public void cut() {
    state = State.REFUSING;
    open.forEach(Relay::close);
  }

  /** Lets nothing through any more, and closes nothing. */
  public void silence() {
    state = State.SILENT;
  }

  /** The next commit comes to the server, but its answer to nobody. */
  public void loseCommit() {
    losesCommit = true;
  }

  /** Done when something has been said that nobody will ever hear. */
  CountDownLatch swallowed() {
    return swallowed;
  }

  /** New connections are well again. */
  public void mend() {
    state = State.PASSING;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        if (state == State.REFUSING) {
          close(client);
        } else {
          Thread.ofVirtual().start(() -> serve(client));
        }
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket client) {
    try (client;
        Socket database = new Socket(host, port)) {
      open.add(client);
      open.add(database);
      AtomicBoolean lost = new AtomicBoolean();
      Thread back = Thread.ofVirtual().start(() -> pump(database, client, _ -> lost.get()));
      pump(
          client,
          database,
          said -> {
            if (losesCommit && said.contains("COMMIT")) {
              losesCommit = false;
              lost.set(true);
            }
            return false;
          });
      back.join();
    } catch (IOException | InterruptedException _) {
      // one side has left
    }
  }

  private void pump(Socket from, Socket to, Predicate<String> ends) {
    byte[] bytes = new byte[8192];
    try {
      InputStream in = from.getInputStream();
      for (int length = in.read(bytes); length >= 0; length = in.read(bytes)) {
        if (state == State.SILENT) {
          swallowed.countDown();
          closed.await();
        }
        if (ends.test(new String(bytes, 0, length, StandardCharsets.ISO_8859_1))) {
          close(from);
          close(to);
          return;
        }
        to.getOutputStream().write(bytes, 0, length);
      }
      to.shutdownOutput();
    } catch (IOException | InterruptedException _) {
      // one side has left
    } finally {
      open.remove(from);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException _) {
      // it is gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
    closed.countDown();
  }
}
