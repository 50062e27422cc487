package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * The large files of a form, on disk instead of in memory. In the form stands a mark in place of
 * the rest of each, which goes with it through all edits; nobody else can know it, so no client can
 * write one. The disk's file loses its name as soon as it is open, so that it is gone with the
 * process. For one thread at a time.
 */
public final class Upload implements AutoCloseable {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int TOKEN_BYTES = 16;
  private static final int NUMBER_DIGITS = 4;

  private final FileChannel file;
  private final byte[] token;

  /** Where the rest of each file ends; it begins where that of the one before ends. */
  private final List<Long> ends = new ArrayList<>();

  private long size;

  private Upload(FileChannel file, byte[] token) {
    this.file = file;
    this.token = token;
  }

  /**
   * A stretch of a form that is to be sent.
   *
   * @param onDisk whether {@code from} and {@code to} are places on disk or in the form's bytes
   */
  public record Stretch(boolean onDisk, long from, long to) {}

  /**
   * Opens a place on disk.
   *
   * @throws UncheckedIOException if there is none
   */
  static Upload into(Path folder) {
    byte[] random = new byte[TOKEN_BYTES];
    RANDOM.nextBytes(random);
    String token = HexFormat.of().formatHex(random);
    try {
      Files.createDirectories(folder);
      Path name = folder.resolve("upload-" + token);
      FileChannel file = FileChannel.open(name, Set.of(CREATE_NEW, READ, WRITE, DELETE_ON_CLOSE));
      return new Upload(file, token.getBytes(US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException("no room for an upload in " + folder, e);
    }
  }

  void append(byte[] bytes, int from, int to) {
    ByteBuffer left = ByteBuffer.wrap(bytes, from, to - from);
    try {
      while (left.hasRemaining()) {
        size += file.write(left, size);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("an upload cannot be written", e);
    }
  }

  /** Ends a file, and says what stands for its rest. */
  byte[] endFile() {
    ends.add(size);
    String number = Integer.toString(ends.size() - 1);
    String mark =
        new String(token, US_ASCII) + "0".repeat(NUMBER_DIGITS - number.length()) + number;
    return mark.getBytes(US_ASCII);
  }

  /** A form as it is to be sent: its bytes, and where a mark stands, the file's rest. */
  public List<Stretch> stretches(byte[] form) {
    List<Stretch> stretches = new ArrayList<>();
    int from = 0;
    int mark = Bytes.indexOf(form, token, 0, form.length);
    while (mark >= 0) {
      int end = mark + token.length + NUMBER_DIGITS;
      int number = Integer.parseInt(new String(form, end - NUMBER_DIGITS, NUMBER_DIGITS, US_ASCII));
      stretches.add(new Stretch(false, from, mark));
      stretches.add(new Stretch(true, number == 0 ? 0 : ends.get(number - 1), ends.get(number)));
      from = end;
      mark = Bytes.indexOf(form, token, from, form.length);
    }
    stretches.add(new Stretch(false, from, form.length));
    return stretches;
  }

  /** Reads from disk. */
  public byte[] read(long from, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("an upload is shorter than it was");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
