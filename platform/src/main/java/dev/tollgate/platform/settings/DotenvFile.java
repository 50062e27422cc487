package dev.tollgate.platform.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Optional;

/** Reads a dotenv file, and appends to it. Stateless. */
public final class DotenvFile {
  /** A file larger than this is not a dotenv file. */
  private static final long BYTES_MAX = 1 << 20;

  private DotenvFile() {}

  /**
   * Appends a line, unless the file's last line of that name says the same already.
   *
   * <p>A new file, made beside it with the same permissions, takes its place at once, so that
   * nobody reads half of it; a symbolic link is followed.
   *
   * @return whether the file was changed
   * @throws SettingsException when it is larger than 1 MiB or not UTF-8, or when an unfinished
   *     quote above would swallow the line
   * @throws IOException when it cannot be read or written
   */
  public static boolean append(Path file, String name, String value) throws IOException {
    var real = file.toRealPath();
    var before = text(real);
    if (last(before, name).equals(Optional.of(value))) {
      return false;
    }
    var ended = before.isEmpty() || before.endsWith("\n") ? before : before + "\n";
    var after = ended + Dotenv.line(name, value) + "\n";
    if (!last(after, name).equals(Optional.of(value))) {
      throw new SettingsException(
          file.toString(), "a quote without its end", "lines that another line can follow");
    }
    replace(real, after);
    return true;
  }

  /** A name's value by the last line that has it; names in any case, as the settings read them. */
  private static Optional<String> last(String text, String name) {
    return Dotenv.parse(text).reversed().stream()
        .filter(entry -> entry.name().equalsIgnoreCase(name))
        .findFirst()
        .flatMap(Dotenv.Entry::value);
  }

  private static void replace(Path file, String text) throws IOException {
    var beside = file.resolveSibling(file.getFileName() + ".new");
    try {
      // Its permissions come before its content, since a key may be in there.
      Files.write(beside, new byte[0], StandardOpenOption.CREATE_NEW);
    } catch (FileAlreadyExistsException _) {
      throw new SettingsException(
          beside.toString(), "a file in the way", "none; remove it and try again");
    }
    try {
      permit(file, beside);
      Files.writeString(beside, text, StandardOpenOption.WRITE);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  private static void permit(Path like, Path file) throws IOException {
    var from = Files.getFileAttributeView(like, PosixFileAttributeView.class);
    var to = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    if (from != null && to != null) {
      to.setPermissions(from.readAttributes().permissions());
    }
  }

  /**
   * A file's text.
   *
   * @throws SettingsException when it is larger than 1 MiB, not UTF-8 or cannot be read
   */
  static String text(Path file) {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new SettingsException(file.toString(), "more than 1 MiB", "a dotenv file");
      }
      var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException _) {
      throw new SettingsException(file.toString(), "bytes that are not UTF-8", "UTF-8 text");
    } catch (IOException e) {
      throw new SettingsException(
          file.toString(), "a file that cannot be read (" + e + ")", "a readable file");
    }
  }
}
