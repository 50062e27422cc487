package dev.tollgate.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Keeps credentials in the database unreadable without the gateway's secret: AES-GCM under a key
 * made of it, each text bound to what it belongs to. Thread-safe.
 */
final class Sealing {
  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final String PURPOSE = "tollgate stored settings";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  Sealing(Secret secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.reveal().getBytes(UTF_8), "HmacSHA256"));
      this.key = new SecretKeySpec(mac.doFinal(PURPOSE.getBytes(UTF_8)), "AES");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
    }
  }

  /**
   * Seals a text.
   *
   * @param owner what it belongs to; it can be opened for nothing else
   */
  String seal(String owner, String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, owner, nonce).doFinal(text.getBytes(UTF_8));
      byte[] all = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return Base64.getEncoder().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM seals every text", e);
    }
  }

  /** The text; null if it was sealed by another secret or for another owner. */
  @Nullable String open(String owner, String sealed) {
    try {
      byte[] all = Base64.getDecoder().decode(sealed);
      if (all.length < NONCE_BYTES) {
        return null;
      }
      ByteBuffer rest = ByteBuffer.wrap(all);
      byte[] nonce = new byte[NONCE_BYTES];
      rest.get(nonce);
      byte[] text = new byte[rest.remaining()];
      rest.get(text);
      return new String(cipher(Cipher.DECRYPT_MODE, owner, nonce).doFinal(text), UTF_8);
    } catch (GeneralSecurityException | IllegalArgumentException notOurs) {
      return null;
    }
  }

  private Cipher cipher(int mode, String owner, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(ALGORITHM);
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(UTF_8));
    return cipher;
  }
}
