package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;

/** Frames of HTTP/2 (RFC 9113) as a client with its own ideas sends them. */
final class Frames {
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;
  private static final byte[] CANCEL = {0, 0, 0, 8};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private Frames() {}

  /** A connection's beginning, one whole request, and its reset. */
  static byte[] thatAskAndLeave(String path, String key, String body) {
    ByteArrayOutputStream headers = new ByteArrayOutputStream();
    header(headers, ":method", "POST");
    header(headers, ":scheme", "http");
    header(headers, ":path", path);
    header(headers, ":authority", "gateway");
    header(headers, "authorization", "Bearer " + key);
    header(headers, "content-type", "application/json");
    Frames frames = new Frames();
    frames.out.writeBytes(PREFACE.getBytes(US_ASCII));
    frames.add(SETTINGS, 0, 0, new byte[0]);
    frames.add(HEADERS, END_HEADERS, 1, headers.toByteArray());
    frames.add(DATA, END_STREAM, 1, body.getBytes(US_ASCII));
    frames.add(RST_STREAM, 0, 1, CANCEL);
    return frames.out.toByteArray();
  }

  private void add(int type, int flags, int stream, byte[] payload) {
    out.writeBytes(new byte[] {(byte) (payload.length >> 16), (byte) (payload.length >> 8)});
    out.writeBytes(new byte[] {(byte) payload.length, (byte) type, (byte) flags});
    out.writeBytes(new byte[] {0, 0, 0, (byte) stream});
    out.writeBytes(payload);
  }

  /** A literal field without indexing (RFC 7541, 6.2.2); both texts are shorter than 127 bytes. */
  private static void header(ByteArrayOutputStream block, String name, String value) {
    block.write(0);
    for (String text : new String[] {name, value}) {
      block.write(text.length());
      block.writeBytes(text.getBytes(US_ASCII));
    }
  }
}
