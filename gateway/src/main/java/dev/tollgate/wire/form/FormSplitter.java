package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parts a form while it comes: files are kept up to some bytes each, and what is more goes to disk.
 * What is left is a form too, which {@link FormReader} reads and refuses as it would the whole. For
 * one body and one thread.
 */
public final class FormSplitter implements AutoCloseable {
  /** Of each file, in memory. */
  static final int KEPT_BYTES = 64 << 10;

  private static final int BOUNDARY_LINE_MAX = 80;

  private enum State {
    FIRST_LINE,
    HEAD,
    CONTENT,
    /** Behind the last part, or no form. */
    REST
  }

  private final Path folder;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private State state = State.FIRST_LINE;
  private byte[] delimiter = {};

  /** What came and was not looked at, since more has to come first. */
  private byte[] open = {};

  private boolean isFile;
  private long inPart;
  private boolean onDisk;
  private @Nullable Upload upload;

  /**
   * @param folder where large files go
   */
  public FormSplitter(Path folder) {
    this.folder = folder;
  }

  /** Bytes that are held in memory. */
  public int held() {
    return kept.size() + open.length;
  }

  /** Where files went; null if there was none that is large. */
  public @Nullable Upload upload() {
    return upload;
  }

  /**
   * Takes what came.
   *
   * @throws java.io.UncheckedIOException if the disk does not
   */
  public void add(byte[] bytes) {
    byte[] all = bytes;
    if (open.length > 0) {
      all = Arrays.copyOf(open, open.length + bytes.length);
      System.arraycopy(bytes, 0, all, open.length, bytes.length);
    }
    int at = 0;
    int next = step(all, at);
    while (next > at) {
      at = next;
      next = step(all, at);
    }
    open = at == 0 ? all : Arrays.copyOfRange(all, at, all.length);
  }

  /** The form without what went to disk. */
  public byte[] whole() {
    part(open, 0, open.length);
    open = new byte[0];
    endFile();
    return kept.toByteArray();
  }

  /** Goes on from {@code at}, and says how far it came. */
  private int step(byte[] all, int at) {
    return at == all.length
        ? at
        : switch (state) {
          case FIRST_LINE -> firstLine(all, at);
          case HEAD -> head(all, at);
          case CONTENT -> content(all, at);
          case REST -> part(all, at, all.length);
        };
  }

  private int firstLine(byte[] all, int at) {
    int end = Bytes.indexOf(all, new byte[] {'\r'}, at, BOUNDARY_LINE_MAX + 1);
    if (end < 0) {
      return all.length <= BOUNDARY_LINE_MAX ? at : rest(at);
    }
    if (end < 3 || all[0] != '-' || all[1] != '-') {
      return rest(at);
    }
    delimiter = FormReader.delimiter(new String(all, 2, end - 2, ISO_8859_1));
    return begin(all, at, end);
  }

  /** A part begins behind {@code end}, where its delimiter ends. */
  private int begin(byte[] all, int at, int end) {
    isFile = false;
    part(all, at, end);
    state = State.HEAD;
    return end;
  }

  private int rest(int at) {
    state = State.REST;
    isFile = false;
    return at;
  }

  private int head(byte[] all, int at) {
    if (all.length - at < 2) {
      return at;
    }
    if (all[at] == '-' && all[at + 1] == '-') {
      rest(at);
      return part(all, at, all.length);
    }
    int blank = Bytes.indexOf(all, FormReader.BLANK_LINE, at, at + FormReader.HEAD_BYTES_MAX);
    if (blank < 0) {
      if (all.length - at < FormReader.HEAD_BYTES_MAX) {
        return at;
      }
      rest(at);
      return part(all, at, all.length);
    }
    String head = new String(all, at, blank - at, ISO_8859_1).toLowerCase(Locale.ROOT);
    part(all, at, blank + 2);
    isFile = head.contains("filename");
    inPart = 0;
    state = State.CONTENT;
    return blank + 2; // the delimiter's line break may be the blank line's
  }

  private int content(byte[] all, int at) {
    int end = Bytes.indexOf(all, delimiter, at, all.length);
    if (end < 0) {
      return part(all, at, Math.max(at, all.length - delimiter.length + 1));
    }
    part(all, at, end);
    endFile();
    return begin(all, end, end + delimiter.length);
  }

  /** Keeps bytes, or puts them on disk. */
  private int part(byte[] all, int from, int to) {
    int room = isFile ? (int) Math.min(to - from, Math.max(0, KEPT_BYTES - inPart)) : to - from;
    kept.write(all, from, room);
    if (room < to - from) {
      if (upload == null) {
        upload = Upload.into(folder);
      }
      upload.append(all, from + room, to);
      onDisk = true;
    }
    inPart += to - from;
    return to;
  }

  private void endFile() {
    if (onDisk && upload != null) {
      kept.writeBytes(upload.endFile());
    }
    onDisk = false;
  }

  /** Gives the disk back. */
  @Override
  public void close() {
    if (upload != null) {
      upload.close();
    }
  }
}
