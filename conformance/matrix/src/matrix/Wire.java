package matrix;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fake providers' HTTP: one connection, one request. Written by hand because it has to drop a
 * connection in the middle of an answer.
 */
final class Wire {
  /** Every provider's key: nobody may ever see it again. */
  static final String PROVIDER_KEY = "sk-provider-secret-4242424242";

  record Request(String path, Map<String, String> headers, byte[] body) {}

  /** {@code pieces} of one element with {@code whole} for an answer with its length; {@code cut} drops the connection. */
  record Response(int status, String type, List<String> headers, List<byte[]> pieces, boolean whole, boolean cut) {}

  interface Handler {
    Response answer(Request request);
  }

  private final ServerSocket socket;
  private final Handler handler;

  Wire(Handler handler) throws IOException {
    this.handler = handler;
    socket = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void accept() {
    while (true) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setTcpNoDelay(true);
      Request request = read(new BufferedInputStream(connection.getInputStream(), 1 << 16));
      write(new BufferedOutputStream(connection.getOutputStream(), 1 << 16), handler.answer(request));
      if (!connection.isClosed()) {
        connection.shutdownOutput();
      }
    } catch (IOException e) {
      System.err.println("provider: " + e);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String path = line(in).split(" ")[1];
    Map<String, String> headers = new TreeMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    return new Request(path, headers, body);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the request ends in its head");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private static void write(OutputStream out, Response response) throws IOException {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + response.status() + " Scripted\r\nconnection: close\r\ncontent-type: " + response.type() + "\r\n");
    for (int i = 0; i < response.headers().size(); i += 2) {
      head.append(response.headers().get(i)).append(": ").append(response.headers().get(i + 1)).append("\r\n");
    }
    head.append(response.whole() ? "content-length: " + response.pieces().getFirst().length : "transfer-encoding: chunked").append("\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
    for (byte[] piece : response.pieces()) {
      if (response.whole()) {
        out.write(piece);
      } else if (piece.length > 0) {
        out.write((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        out.write(piece);
        out.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        out.flush();
      }
    }
    if (!response.whole() && !response.cut()) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    out.flush();
  }
}
