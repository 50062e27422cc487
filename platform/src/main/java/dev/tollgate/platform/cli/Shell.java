package dev.tollgate.platform.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command gets from the shell that it was started in.
 *
 * @param environ the process's variables
 * @param folder the working directory; empty for the process's own
 * @param in for the operand {@code -}
 * @param out for what was asked for
 * @param err for what went wrong, and for progress
 * @param terminal whether {@code err} is one
 */
record Shell(
    Map<String, String> environ,
    Path folder,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal) {

  /** More is no prompt; a larger one would only be cut. */
  static final int INPUT_BYTES_MAX = 32 << 20;

  /**
   * A text from the command line, or the standard input for {@code -}.
   *
   * @throws UsageException when the input is larger than 32 MiB or not UTF-8
   */
  String text(String operand) throws IOException {
    return operand.equals("-") ? input() : operand;
  }

  private String input() throws IOException {
    var bytes = in.readNBytes(INPUT_BYTES_MAX + 1);
    if (bytes.length > INPUT_BYTES_MAX) {
      throw new UsageException("standard input: found more than 32 MiB, expected a text");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new UsageException("standard input: found bytes that are not UTF-8, expected a text");
    }
  }
}
