package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes texts unreadable without the gateway's secret: AES-GCM under a key made of it for one
 * purpose, each text bound to what it belongs to. Thread-safe.
 */
public final class Sealing {
  static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;
  private static final String HMAC = "HmacSHA256";

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec key;

  /**
   * @param purpose what is sealed for one purpose can be opened for no other
   */
  public Sealing(Secret secret, String purpose) {
    this.key = new SecretKeySpec(derived(secret, purpose), "AES");
  }

  /** The secret's key for a purpose. */
  static byte[] derived(Secret secret, String purpose) {
    return hmac(secret.reveal().getBytes(UTF_8), purpose.getBytes(UTF_8));
  }

  static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key, HMAC));
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
    }
  }

  /**
   * Seals a text, as Base64.
   *
   * @param owner what it belongs to; it can be opened for nothing else
   */
  public String seal(String owner, String text) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return Base64.getEncoder().encodeToString(seal(owner, text.getBytes(UTF_8), nonce));
  }

  /**
   * Seals bytes.
   *
   * @param nonce of {@link #NONCE_BYTES} bytes; never the same for two texts
   */
  byte[] seal(String owner, byte[] text, byte[] nonce) {
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, owner, nonce).doFinal(text);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM seals every text", e);
    }
  }

  /** The text; null if it was sealed by another secret, or for another owner or purpose. */
  public @Nullable String open(String owner, String sealed) {
    try {
      byte[] text = open(owner, Base64.getDecoder().decode(sealed));
      return text == null ? null : new String(text, UTF_8);
    } catch (IllegalArgumentException noBase64) {
      return null;
    }
  }

  byte @Nullable [] open(String owner, byte[] sealed) {
    if (sealed.length < NONCE_BYTES) {
      return null;
    }
    byte[] nonce = Arrays.copyOf(sealed, NONCE_BYTES);
    try {
      return cipher(Cipher.DECRYPT_MODE, owner, nonce)
          .doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (GeneralSecurityException notOurs) {
      return null;
    }
  }

  private Cipher cipher(int mode, String owner, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(owner.getBytes(UTF_8));
    return cipher;
  }
}
