package dev.tollgate.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of credentials, as LiteLLM keeps them. Thread-safe. */
final class KeyHash {
  private static final HexFormat HEX = HexFormat.of();

  /** Never fed: copying it is much cheaper than looking the algorithm up for each call. */
  private static final MessageDigest PROTOTYPE;

  static {
    try {
      PROTOTYPE = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private KeyHash() {}

  static byte[] digest(String secret) {
    try {
      MessageDigest digest = (MessageDigest) PROTOTYPE.clone();
      return digest.digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be copied", e);
    }
  }

  static String hex(byte[] digest) {
    return HEX.formatHex(digest);
  }

  /** What of a key may be shown; of a short one nothing, since four characters would be most. */
  static String shown(String secret) {
    return secret.length() < 12 ? "sk-..." : "sk-..." + secret.substring(secret.length() - 4);
  }
}
