package dev.tollgate.http;

import dev.tollgate.wire.form.FormSplitter;
import java.nio.file.Path;

/**
 * Where the large files of forms are while their calls last. Shared by all event loops.
 *
 * @param folder on a disk, not in memory
 * @param room bytes that all of them may have together
 */
public record Uploads(Path folder, BodyRoom room) {
  private static final int BODIES = 64;

  /** Room for so many of the largest bodies. */
  public static Uploads in(Path folder, int bodyBytesMax) {
    return new Uploads(folder, BodyRoom.of((long) BODIES * bodyBytesMax));
  }

  FormSplitter splitter() {
    return new FormSplitter(folder);
  }
}
