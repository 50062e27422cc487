package dev.tollgate.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder that holds a gateway's state; only its owner may look into it.
 *
 * @param path where it is
 */
record DataFolder(Path path) {
  /** Makes it if it is not there. */
  static DataFolder open(Path path) {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      return new DataFolder(path);
    } catch (IOException e) {
      throw new StartException(
          "cannot use the data folder " + path.toAbsolutePath() + ": " + e.getMessage());
    }
  }

  /** Large files of forms, while their calls last. */
  Path uploads() {
    return path.resolve("uploads");
  }

  Path database() {
    return path.resolve("tollgate.db");
  }
}
