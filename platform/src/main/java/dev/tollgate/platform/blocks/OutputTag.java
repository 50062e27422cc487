package dev.tollgate.platform.blocks;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The tag around a structured answer.
 *
 * @param id 16 hexadecimal digits, new in every run, so that no text of a user or of a model can
 *     hold the tag by chance or by intent
 */
record OutputTag(String id) {
  private static final int ID_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String END = "</json_output>";

  static String randomId() {
    byte[] bytes = new byte[ID_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  String start() {
    return "<json_output id=\"" + id + "\">";
  }

  String end() {
    return END;
  }

  String around(String text) {
    return start() + text + END;
  }
}
