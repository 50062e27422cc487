package dev.tollgate.provider;

import dev.tollgate.model.Secret;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A key of a service account, as Google hands it out. Complaints never repeat any of it.
 *
 * @param account its address of mail
 * @param id which of the account's keys it is; empty if the file does not say
 * @param pem the key as it stands in the file
 */
record GoogleKey(String account, String id, Secret pem) {
  /**
   * A key that can sign.
   *
   * @throws IllegalArgumentException if it is none
   */
  static GoogleKey of(String account, @Nullable String id, String pem) {
    GoogleKey key = new GoogleKey(account, id == null ? "" : id, Secret.of(pem));
    var _ = key.decoded();
    return key;
  }

  PrivateKey decoded() {
    String base64 =
        pem.reveal().replace("\\n", "\n").replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
    try {
      byte[] encoded = Base64.getMimeDecoder().decode(base64);
      return KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    } catch (GeneralSecurityException | IllegalArgumentException unreadable) {
      throw new IllegalArgumentException(
          GoogleIdentity.PARAMETER + ": private_key is no RSA key in PKCS#8");
    }
  }
}
