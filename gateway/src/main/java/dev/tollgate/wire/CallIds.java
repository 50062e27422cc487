package dev.tollgate.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Ids of calls where a provider gives none, as Gemini and some compatible ones: made of the reply
 * they stand in and their place there, so that a reply gives the same ids whole and streamed, and
 * two replies differ.
 */
public final class CallIds {
  private static final int DIGITS = 28;

  private CallIds() {}

  /**
   * The id of a call.
   *
   * @param reply what tells this reply from others: its id, else its bytes
   */
  public static String of(String reply, int choice, int place) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update((choice + "/" + place + "/").getBytes(UTF_8));
      byte[] hash = digest.digest(reply.getBytes(UTF_8));
      return "call_" + HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
