package dev.tollgate.ledger;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of a journal, locked against other processes, and the names of its files. */
final class JournalFolder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalFolder.class);
  private static final String SUFFIX = ".segment";

  private final Path path;
  private final FileChannel lockFile;
  private final List<Segment> recovered = new ArrayList<>();
  private long nextFile = 1;

  private JournalFolder(Path path, FileChannel lockFile) {
    this.path = path;
    this.lockFile = lockFile;
  }

  /**
   * Locks the folder and opens the files of earlier runs.
   *
   * @throws IllegalStateException if another process has it locked
   */
  static JournalFolder open(Path dataFolder) throws IOException {
    Path path = dataFolder.resolve("journal");
    Files.createDirectories(path);
    JournalFolder folder = new JournalFolder(path, lock(dataFolder, path.resolve("lock")));
    try {
      folder.recover();
      return folder;
    } catch (IOException | RuntimeException failed) {
      folder.close();
      throw failed;
    }
  }

  private static FileChannel lock(Path dataFolder, Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException _) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      throw new IllegalStateException(
          "another gateway is running on the data folder "
              + dataFolder
              + "; stop it, or give this one a folder of its own with --data");
    }
    return channel;
  }

  private void recover() throws IOException {
    List<Path> paths;
    try (Stream<Path> files = Files.list(path)) {
      paths = files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
    for (Path file : paths) {
      String name = String.valueOf(file.getFileName());
      String ordinal = name.substring(0, name.length() - SUFFIX.length());
      nextFile = 1 + Long.parseUnsignedLong(ordinal, 16);
      Segment segment = Segment.open(file);
      if (segment.used()) {
        report(segment);
        recovered.add(segment);
      } else {
        segment.delete();
      }
    }
  }

  private void report(Segment segment) {
    if (segment.torn()) {
      LOG.warn(
          "journal: {} ends in an unfinished record, which is left out",
          segment.path().getFileName());
    }
    if (!recovered.isEmpty() && recovered.getLast().next() != segment.previousEnd()) {
      LOG.error(
          "journal: records from {} to {} are missing before {}",
          recovered.getLast().next(),
          segment.previousEnd(),
          segment.path().getFileName());
    }
  }

  /** Files of earlier runs, oldest first. */
  List<Segment> recovered() {
    return recovered;
  }

  /** A name for the next file; names sort as they are given. */
  Path nextFile() {
    return path.resolve(String.format("%016x%s", nextFile++, SUFFIX));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
