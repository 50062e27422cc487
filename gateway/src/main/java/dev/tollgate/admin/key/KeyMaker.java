package dev.tollgate.admin.key;

import dev.tollgate.access.Keys;
import dev.tollgate.access.TakenException;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.model.Secret;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Makes new keys of requests, not yet kept. For one request. */
public final class KeyMaker {
  private static final int SECRET_LENGTH_MAX = 256;

  private final Keys keys;
  private final KeyRules rules;

  public KeyMaker(Keys keys, KeyRules rules) {
    this.keys = keys;
    this.rules = rules;
  }

  /** A key that is not kept yet, and its secret. */
  public record Made(VirtualKey key, Secret secret) {}

  /** Reads the fields of a key out of another request. */
  public static Form form(ObjectNode document) {
    return Form.of(document, KeyFields.ALL);
  }

  /** A form with the operator's defaults and bounds. */
  public Form bounded(Form form, Instant now) {
    return KeyBounds.bounded(KeyBounds.defaulted(form, rules), rules, now, true);
  }

  /** A key as a request wants it. */
  public Made made(Form form, Instant now, String by) {
    Secret secret = secret(form.text("key"));
    VirtualKey.Terms terms =
        new KeyTermsReader(form, now, rules.day()).applied(VirtualKey.Terms.OPEN);
    try {
      return new Made(keys.draft(secret, terms, by), secret);
    } catch (TakenException taken) {
      throw refusal(taken, terms.alias());
    }
  }

  Secret secret(@Nullable String custom) {
    if (custom == null) {
      return keys.newSecret();
    }
    if (rules.customKeysDisabled()) {
      throw RefusedException.envelope(
          403,
          "Custom API keys are disabled (disable_custom_api_keys): leave 'key' out.",
          "bad_request_error",
          "key");
    }
    boolean plain = custom.chars().allMatch(letter -> letter > ' ' && letter < 0x7f);
    if (!custom.startsWith("sk-") || custom.length() < 4 || !plain) {
      throw RefusedException.badRequest(
          "The key has to start with 'sk-' and to be of printable ASCII characters.", "key");
    }
    if (custom.length() > SECRET_LENGTH_MAX) {
      throw RefusedException.badRequest(
          "The key may have at most " + SECRET_LENGTH_MAX + " characters.", "key");
    }
    return Secret.of(custom);
  }

  /** LiteLLM's words for a name that is in use. */
  public static RefusedException refusal(TakenException taken, @Nullable String alias) {
    return switch (taken.field()) {
      case ALIAS ->
          RefusedException.badRequest(
              "Key with alias '"
                  + alias
                  + "' already exists. Unique key aliases across all keys are required.",
              "key_alias");
      case KEY -> RefusedException.badRequest("This key already exists. Choose another.", "key");
    };
  }
}
