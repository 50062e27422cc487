package dev.tollgate.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Role;
import dev.tollgate.model.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ids of stored responses that clients see. They say who may use them and which deployment has
 * the response, sealed by a key that all nodes make of the same secret, so nothing has to be
 * remembered. Thread-safe.
 *
 * <p>One response has one id for one owner: the nonce is made of what is sealed (as AES-SIV makes
 * its), so it repeats only where the whole text does.
 */
public final class ResponseIds {
  private static final String PREFIX = "resp_";
  private static final byte VERSION = 1;
  private static final int OWNER_BYTES = 16;
  private static final int TEXT_BYTES_MAX = 1 << 10;
  private static final int ID_CHARS_MAX = 4 << 10;
  private static final String SEPARATOR = "\n";

  /** An id has to be opened to see whose it is. */
  private static final String ANYBODY = "";

  /** LiteLLM's own, which is sealed by nothing. */
  private static final Pattern LITELLM =
      Pattern.compile("litellm:custom_llm_provider:[^;]*;model_id:([^;]+);response_id:(.+)");

  private final Sealing sealing;
  private final byte[] nonces;

  /**
   * Where a response is.
   *
   * @param model the model that was asked for, which its reader must be allowed to use
   * @param group the group whose deployment answered
   * @param deployment its id; null if the group alone says it
   * @param id the provider's
   */
  record Place(String model, String group, @Nullable String deployment, String id) {}

  /**
   * @param secret {@code LITELLM_SALT_KEY}, else the master key, as with LiteLLM
   */
  public ResponseIds(Secret secret) {
    this.sealing = new Sealing(secret, "tollgate response ids: seal");
    this.nonces = Sealing.derived(secret, "tollgate response ids: nonce");
  }

  /** The id for a caller; the provider's own if that is beyond all measure. */
  String seal(Caller caller, Place place) {
    byte[] text =
        String.join(
                SEPARATOR,
                place.model(),
                place.group().equals(place.model()) ? "" : place.group(),
                place.deployment() == null ? "" : place.deployment(),
                place.id())
            .getBytes(UTF_8);
    if (text.length > TEXT_BYTES_MAX || place.id().contains(SEPARATOR)) {
      return place.id();
    }
    byte[] plain =
        ByteBuffer.allocate(1 + OWNER_BYTES + text.length)
            .put(kindOf(caller).mark)
            .put(ownerOf(kindOf(caller), caller))
            .put(text)
            .array();
    byte[] nonce = Arrays.copyOf(Sealing.hmac(nonces, plain), Sealing.NONCE_BYTES);
    byte[] sealed = sealing.seal(ANYBODY, plain, nonce);
    byte[] id = ByteBuffer.allocate(1 + sealed.length).put(VERSION).put(sealed).array();
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(id);
  }

  /**
   * Where the response of an id is; null if the id was not made here.
   *
   * @param param what names it, for the refusal
   * @throws FailureException with a {@link Failure.NotThere} if it is another's
   */
  @Nullable Place open(Caller caller, String id, String param) {
    if (!id.startsWith(PREFIX) || id.length() > ID_CHARS_MAX) {
      return null;
    }
    byte[] plain = opened(id.substring(PREFIX.length()));
    if (plain == null) {
      return isAdmin(caller) ? ofLitellm(id.substring(PREFIX.length())) : null;
    }
    ByteBuffer read = ByteBuffer.wrap(plain);
    Owner kind = Owner.of(read.get());
    byte[] owner = new byte[OWNER_BYTES];
    read.get(owner);
    if (!isAdmin(caller) && !MessageDigest.isEqual(owner, ownerOf(kind, caller))) {
      throw new FailureException(
          new Failure.NotThere(
              "Forbidden. The response id is not associated with the "
                  + (kind == Owner.TEAM ? "team" : kind == Owner.KEY ? "key" : "user")
                  + ", who this key belongs to.",
              403,
              param));
    }
    String[] parts = new String(plain, read.position(), read.remaining(), UTF_8).split("\n", 4);
    return new Place(
        parts[0],
        parts[1].isEmpty() ? parts[0] : parts[1],
        parts[2].isEmpty() ? null : parts[2],
        parts[3]);
  }

  static boolean isAdmin(Caller caller) {
    return caller.admin() || caller.standing().role() == Role.PROXY_ADMIN;
  }

  /** Whose a response is: of all who share the narrowest of these, as with LiteLLM. */
  private enum Owner {
    ADMIN('a'),
    KEY('k'),
    USER('u'),
    TEAM('t'),
    USER_IN_TEAM('m');

    private final byte mark;

    Owner(char mark) {
      this.mark = (byte) mark;
    }

    static Owner of(byte mark) {
      for (Owner owner : values()) {
        if (owner.mark == mark) {
          return owner;
        }
      }
      throw new IllegalStateException("sealed here with an owner of no kind");
    }
  }

  private static Owner kindOf(Caller caller) {
    if (caller.admin()) {
      return Owner.ADMIN;
    }
    boolean team = caller.standing().teamId() != null;
    boolean user = caller.userId() != null;
    return team ? (user ? Owner.USER_IN_TEAM : Owner.TEAM) : (user ? Owner.USER : Owner.KEY);
  }

  private static byte[] ownerOf(Owner kind, Caller caller) {
    String name =
        switch (kind) {
          case ADMIN -> caller.admin() ? "" : null;
          case KEY -> caller.account();
          case USER -> caller.userId();
          case TEAM -> caller.standing().teamId();
          case USER_IN_TEAM ->
              caller.userId() == null || caller.standing().teamId() == null
                  ? null
                  : caller.standing().teamId().length()
                      + SEPARATOR
                      + caller.standing().teamId()
                      + caller.userId();
        };
    String owner = name == null ? "nobody" : kind + SEPARATOR + name;
    return Arrays.copyOf(sha256(owner.getBytes(UTF_8)), OWNER_BYTES);
  }

  private byte @Nullable [] opened(String text) {
    byte[] id = decoded(Base64.getUrlDecoder(), text);
    return id == null || id.length == 0 || id[0] != VERSION
        ? null
        : sealing.open(ANYBODY, Arrays.copyOfRange(id, 1, id.length));
  }

  private static @Nullable Place ofLitellm(String text) {
    byte[] decoded = decoded(Base64.getDecoder(), text);
    Matcher parts = LITELLM.matcher(decoded == null ? "" : new String(decoded, UTF_8));
    return parts.matches() ? new Place(parts.group(1), parts.group(1), null, parts.group(2)) : null;
  }

  private static byte @Nullable [] decoded(Base64.Decoder decoder, String text) {
    try {
      return decoder.decode(text);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
