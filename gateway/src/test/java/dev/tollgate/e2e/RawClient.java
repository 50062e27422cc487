package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A client of HTTP/1.1 on a bare socket: sends what it is told to, also what no library would. */
final class RawClient implements AutoCloseable {
  private static final int READ_MILLIS_MAX = 5_000;

  private final Socket socket = new Socket();
  private final InputStream in;
  private int chunkLeft;
  private boolean ended;
  private boolean chunked;
  private long bytesLeft;

  /** A status line with its headers, names in lower case. */
  record Head(int status, Map<String, String> headers) {
    @Nullable String header(String name) {
      return headers.get(name.toLowerCase(Locale.ROOT));
    }
  }

  /** A whole answer. */
  record Answer(int status, Map<String, String> headers, String body) {
    /** Checks that it is a good one. */
    Answer ok() {
      assertThat(status).as(body).isEqualTo(200);
      return this;
    }
  }

  RawClient(int port) throws IOException {
    this(port, 0);
  }

  /**
   * Connects.
   *
   * @param receiveBytes size of the socket's receive buffer, for a client that reads slowly; 0 for
   *     the usual one
   */
  RawClient(int port, int receiveBytes) throws IOException {
    if (receiveBytes > 0) {
      socket.setReceiveBufferSize(receiveBytes);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(READ_MILLIS_MAX);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    in = new BufferedInputStream(socket.getInputStream(), 8192);
  }

  /** Sends text as it stands, each character a byte. */
  RawClient send(String text) throws IOException {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Sends a POST with a JSON body. */
  RawClient post(String path, String key, String body, String... headers) throws IOException {
    return send(post(path, key, body.getBytes(StandardCharsets.UTF_8), headers));
  }

  /** The bytes of a POST with a JSON body. */
  static byte[] post(String path, String key, byte[] body, String... headers) {
    StringBuilder head =
        new StringBuilder("POST ").append(path).append(" HTTP/1.1\r\nHost: gateway\r\n");
    head.append("Authorization: Bearer ").append(key).append("\r\n");
    head.append("Content-Type: application/json\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    all.writeBytes(body);
    return all.toByteArray();
  }

  /** Reads a head; the body follows by {@link #body} or {@link #event}. */
  Head head() throws IOException {
    String status = line();
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.merge(
          line.substring(0, colon).toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip(),
          (one, other) -> one + ", " + other);
    }
    chunked = "chunked".equals(headers.get("transfer-encoding"));
    String length = headers.get("content-length");
    bytesLeft = length == null ? (chunked ? 0 : Long.MAX_VALUE) : Long.parseLong(length);
    chunkLeft = 0;
    ended = false;
    return new Head(Integer.parseInt(status.split(" ", 3)[1]), headers);
  }

  Answer answer() throws IOException {
    Head head = head();
    return new Answer(head.status(), head.headers(), body());
  }

  /** The rest of the body; up to the connection's end where no length was given. */
  String body() throws IOException {
    return new String(bodyBytes(), StandardCharsets.UTF_8);
  }

  byte[] bodyBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int b = bodyByte(); b >= 0; b = bodyByte()) {
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  /** The next event with its blank line; null at the end of the stream. */
  @Nullable String event() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int last = 0;
    for (int b = bodyByte(); b >= 0; b = bodyByte()) {
      bytes.write(b);
      if (b == '\n' && last == '\n') {
        return bytes.toString(StandardCharsets.UTF_8);
      }
      last = b;
    }
    return bytes.size() == 0 ? null : bytes.toString(StandardCharsets.UTF_8);
  }

  /** Reads on until the body has brought these words. */
  void until(String words) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.UTF_8).endsWith(words)) {
      int b = bodyByte();
      if (b < 0) {
        throw new EOFException("the body ended without '" + words + "': " + bytes);
      }
      bytes.write(b);
    }
  }

  private int bodyByte() throws IOException {
    if (ended) {
      return -1;
    }
    if (!chunked) {
      if (bytesLeft == 0) {
        ended = true;
        return -1;
      }
      bytesLeft--;
      int b = in.read();
      if (b < 0 && bytesLeft < Long.MAX_VALUE / 2) {
        throw new EOFException("the body was cut off");
      }
      return b;
    }
    if (chunkLeft == 0) {
      chunkLeft = Integer.parseInt(line(), 16);
      if (chunkLeft == 0) {
        line();
        ended = true;
        return -1;
      }
    }
    int b = in.read();
    if (b < 0) {
      throw new EOFException("the body was cut off");
    }
    chunkLeft--;
    if (chunkLeft == 0) {
      line();
    }
    return b;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("the connection was closed after '" + line + "'");
      }
      line.append((char) b);
    }
    return line.toString().stripTrailing();
  }

  /** Whether the gateway closes the connection, within five seconds. */
  boolean isClosedByGateway() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException _) {
      return true; // a reset is an end as well
    }
  }

  /** Whether bytes of an answer have come that were not read yet. */
  boolean hasBytes() throws IOException {
    return in.available() > 0;
  }

  /** No more bytes from here; the answer can still be read. */
  void finishSending() throws IOException {
    socket.shutdownOutput();
  }

  /** Hangs up, whatever is still to come. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
