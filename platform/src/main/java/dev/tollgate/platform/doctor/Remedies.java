package dev.tollgate.platform.doctor;

import dev.tollgate.platform.client.OpenAiException;
import dev.tollgate.platform.client.OpenAiException.ApiConnection;
import dev.tollgate.platform.client.OpenAiException.ApiStatus;
import dev.tollgate.platform.settings.Addresses;
import dev.tollgate.platform.settings.Origin;
import dev.tollgate.platform.settings.Setting;
import dev.tollgate.platform.settings.Settings;
import java.util.Optional;

/** For each failure, the one line to change. Immutable. */
final class Remedies {
  private final Settings settings;
  private final Component component;

  Remedies(Settings settings, Component component) {
    this.settings = settings;
    this.component = component;
  }

  /** What failed, as a check that names what to change. */
  Check failed(String tried, OpenAiException failure) {
    return switch (failure) {
      case ApiConnection none -> unreachable(tried, none);
      case OpenAiException.ApiTimeout late ->
          Check.failed(
              tried, text(late), line(component.address(), tlsHint("a gateway that answers")));
      case ApiStatus status -> refused(tried, status);
      case OpenAiException.UnreadableReply page ->
          Check.failed(tried, text(page), line(component.address(), rootHint()));
      case OpenAiException.ReplyTooLarge large ->
          Check.failed(tried, text(large), line(component.address(), rootHint()));
    };
  }

  private Check unreachable(String tried, ApiConnection failure) {
    var shown = settings.shown(component.address());
    var change =
        switch (failure.reason()) {
          case REFUSED ->
              "start the gateway there, or "
                  + line(component.address(), "the address on which it listens");
          case UNKNOWN_HOST ->
              line(component.address(), "an address whose host is known here, not " + host(shown));
          case TLS ->
              line(component.address(), tlsHint("an address whose certificate is trusted here"));
          case BAD_ADDRESS -> line(component.address(), "http://HOST:4000");
          case BROKEN ->
              line(
                  component.address(),
                  shown.startsWith("http:")
                      ? "an address that speaks HTTP (https:// if it speaks TLS)"
                      : "an address that speaks HTTPS");
          case INTERRUPTED -> "try again";
        };
    return Check.failed(tried, text(failure), change);
  }

  /** A gateway without TLS closes a handshake, or waits for the rest of it. */
  private String tlsHint(String otherwise) {
    var shown = settings.shown(component.address());
    return shown.startsWith("https:")
        ? shown.replaceFirst("https:", "http:") + " if the gateway speaks no TLS, else " + otherwise
        : otherwise;
  }

  private Check refused(String tried, ApiStatus failure) {
    var type = failure.details().type().orElse("");
    if (failure.status() == 401 || type.equals("no_db_connection")) {
      // LiteLLM without a database says 400 no_db_connection for a key that is not its master key.
      return Check.failed(tried, "wrong key: " + text(failure), key());
    }
    var change =
        switch (failure.status()) {
          case 403 -> "allow this to the key at the gateway, or " + key();
          case 404 -> line(component.address(), rootHint());
          case 422, 429 -> "raise the key's limit or budget at the gateway, or " + key();
          default ->
              failure.status() / 100 == 3
                  ? line(component.address(), "the address that it redirects to")
                  : "look at the gateway's log: it answers, but cannot serve this";
        };
    return Check.failed(tried, text(failure), change);
  }

  Check noKey() {
    var origin = settings.origin(component.key());
    var why =
        origin.equals(new Origin.Default(Optional.empty())) ? "" : " (" + origin.phrase() + ")";
    return Check.failed("key", "none is set" + why, key());
  }

  Check modelMissing(String tried, String model, int models) {
    return Check.failed(
        tried,
        "not among the " + models + " models that the key may use",
        "model_list of the gateway's config.yaml: - {model_name: %s, litellm_params: {model: %s}}"
            .formatted(model, model.contains("/") ? model : "openai/" + model));
  }

  private String key() {
    return line(component.key(), "a key of " + settings.shown(component.address()));
  }

  /** Where a variable is set and what to put there. */
  String line(Setting setting, String value) {
    return switch (settings.origin(setting)) {
      case Origin.DefaultedFrom(var other) -> line(other, value);
      case Origin.Default _, Origin.Withheld _ -> setting + "=" + value;
      case Origin.Constructor _, Origin.Environment _, Origin.DotenvFile _ ->
          origin(setting) + ": " + setting + "=" + value;
    };
  }

  String origin(Setting setting) {
    return settings.origin(setting).phrase();
  }

  private String rootHint() {
    var shown = settings.shown(component.address());
    var root = GatewayRoot.of(shown);
    return Addresses.same(root, shown)
        ? "the gateway's address, with nothing behind the port or with /v1"
        : root + ", which works as well as " + root + "/v1";
  }

  private static String host(String address) {
    return address.replaceFirst("^[a-zA-Z]+://", "").replaceFirst("[:/].*", "");
  }

  private static String text(OpenAiException failure) {
    return String.valueOf(failure.getMessage());
  }
}
