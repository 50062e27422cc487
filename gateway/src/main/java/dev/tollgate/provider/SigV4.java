package dev.tollgate.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Address;
import dev.tollgate.model.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AWS Signature Version 4, as AWS documents it in "Create a signed AWS API request". Immutable.
 *
 * @param keyId the access key's id
 * @param secretKey the access key
 * @param sessionToken of temporary keys; else null
 */
record SigV4(
    String keyId, Secret secretKey, @Nullable Secret sessionToken, String region, String service) {
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  private static final String HEX = "0123456789ABCDEF";

  /**
   * The headers that sign a request.
   *
   * @param headers further headers that the signature covers; names in lower case
   */
  Map<String, Secret> sign(
      String method, Address address, Map<String, String> headers, byte[] body, Instant now) {
    String time = TIME.format(now);
    TreeMap<String, String> signed = new TreeMap<>(headers);
    signed.put("host", hostOf(address));
    signed.put("x-amz-date", time);
    if (sessionToken != null) {
      signed.put("x-amz-security-token", sessionToken.reveal());
    }
    String names = String.join(";", signed.keySet());
    int question = address.target().indexOf('?');
    String path = question < 0 ? address.target() : address.target().substring(0, question);
    String query = question < 0 ? "" : address.target().substring(question + 1);
    String canonical =
        String.join(
            "\n",
            method,
            encoded(path),
            sorted(query),
            signed.entrySet().stream()
                .map(header -> header.getKey() + ":" + header.getValue().strip() + "\n")
                .collect(Collectors.joining()),
            names,
            hash(body));
    String scope = time.substring(0, 8) + "/" + region + "/" + service + "/aws4_request";
    String toSign = String.join("\n", ALGORITHM, time, scope, hash(canonical.getBytes(UTF_8)));
    String signature = HexFormat.of().formatHex(hmac(key(time.substring(0, 8)), toSign));
    Map<String, Secret> made = new LinkedHashMap<>();
    made.put("x-amz-date", Secret.of(time));
    if (sessionToken != null) {
      made.put("x-amz-security-token", sessionToken);
    }
    made.put(
        "authorization",
        Secret.of(
            "%s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
                .formatted(ALGORITHM, keyId, scope, names, signature)));
    return made;
  }

  private byte[] key(String date) {
    byte[] key = hmac(("AWS4" + secretKey.reveal()).getBytes(UTF_8), date);
    for (String part : new String[] {region, service, "aws4_request"}) {
      key = hmac(key, part);
    }
    return key;
  }

  /** The host header as the HTTP client writes it. */
  private static String hostOf(Address address) {
    String host = address.host().indexOf(':') < 0 ? address.host() : "[" + address.host() + "]";
    return address.port() == (address.tls() ? 443 : 80) ? host : host + ":" + address.port();
  }

  /** The path as it is sent, encoded once more: all services but S3 sign it so. */
  private static String encoded(String path) {
    StringBuilder out = new StringBuilder(path.length() + 16);
    for (byte b : path.getBytes(UTF_8)) {
      char c = (char) (b & 0xff);
      boolean plain = c < 0x80 && (Character.isLetterOrDigit(c) || "-._~/".indexOf(c) >= 0);
      if (plain) {
        out.append(c);
      } else {
        out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
      }
    }
    return out.toString();
  }

  private static String sorted(String query) {
    if (query.isEmpty()) {
      return "";
    }
    return Arrays.stream(query.split("&", -1))
        .map(pair -> pair.indexOf('=') < 0 ? pair + "=" : pair)
        .sorted()
        .collect(Collectors.joining("&"));
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
