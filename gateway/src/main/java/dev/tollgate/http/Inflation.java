package dev.tollgate.http;

import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Inflates a compressed body within its bounds. Not for an event loop: a kilobyte can become a
 * megabyte. The HTTP server's own inflater has no bound: it inflates all that it has been given
 * before anyone can say stop.
 */
enum Inflation {
  GZIP,
  DEFLATE;

  private static final int FIRST_BYTES = 16 << 10;

  /** What a {@code content-encoding} asks for; null if it is none that is known. */
  static @Nullable Inflation of(String encoding) {
    return switch (encoding.strip().toLowerCase(Locale.ROOT)) {
      case "gzip", "x-gzip" -> GZIP;
      case "deflate", "x-deflate" -> DEFLATE;
      default -> null;
    };
  }

  /**
   * The inflated body, whose bytes are taken from the room.
   *
   * @throws FailureException if it is not what it says, is larger than {@code bytesMax}, or the
   *     room is full
   */
  byte[] inflate(byte[] compressed, int bytesMax, BodyRoom room) {
    byte[] bytes = new byte[Math.min(bytesMax, FIRST_BYTES)];
    int length = 0;
    boolean good = false;
    try (InputStream in = open(compressed)) {
      for (int read = in.read(bytes);
          read >= 0;
          read = in.read(bytes, length, bytes.length - length)) {
        length += read;
        if (length == bytes.length) {
          bytes = larger(bytes, bytesMax, room);
        }
      }
      good = true;
    } catch (IOException broken) {
      throw new FailureException(
          new Failure.BadRequest(
              "The body is not what its content-encoding says.", "content-encoding"));
    } finally {
      if (!good) {
        room.shrink(bytes.length, 0);
      }
    }
    room.shrink(bytes.length, length);
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] larger(byte[] bytes, int bytesMax, BodyRoom room) {
    if (bytes.length > bytesMax) {
      throw new FailureException(BodyReader.tooLarge(bytesMax));
    }
    int size =
        (int)
            Math.min(
                bytesMax + 1L, bytes.length * 2L); // the one more tells too large from just enough
    if (!room.grow(bytes.length, size)) {
      throw new FailureException(BodyReader.noRoom());
    }
    return Arrays.copyOf(bytes, size);
  }

  private InputStream open(byte[] compressed) throws IOException {
    InputStream in = new ByteArrayInputStream(compressed);
    return switch (this) {
      case GZIP -> new GZIPInputStream(in);
      case DEFLATE ->
          new InflaterInputStream(in, new Inflater(!hasZlibHeader(compressed))) {
            @Override
            public void close() throws IOException {
              super.close();
              inf.end(); // one that was given to it is otherwise left to the collector
            }
          };
    };
  }

  /** Some clients send deflated bytes without the header that the specification asks for. */
  private static boolean hasZlibHeader(byte[] bytes) {
    return bytes.length >= 2
        && (bytes[0] & 0x0f) == 8
        && (((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff)) % 31 == 0;
  }
}
