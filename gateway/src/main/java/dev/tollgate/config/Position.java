package dev.tollgate.config;

import java.nio.file.Path;

/**
 * Where something stands.
 *
 * @param file the file as it was named
 * @param line line from 1; 0 means the file as a whole
 */
public record Position(Path file, int line) {
  @Override
  public String toString() {
    return line == 0 ? file.toString() : file + ":" + line;
  }
}
