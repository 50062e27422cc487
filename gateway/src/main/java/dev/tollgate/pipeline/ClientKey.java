package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Mount;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Secret;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A key of a provider's that a client of its own API brings along, beside the virtual key by which
 * the gateway knows it. Then it goes to the provider alone: of the deployment's headers none does.
 * Only what looks like a key of that provider counts as one, so that no virtual key leaves by
 * mistake.
 *
 * @param header the header that the provider knows it by
 */
record ClientKey(String header, Secret value) {
  private static final Pattern ANTHROPIC = Pattern.compile("sk-ant-[A-Za-z0-9_-]{8,300}");
  private static final Pattern GOOGLE =
      Pattern.compile("AIza[A-Za-z0-9_-]{16,100}|AQ\\.[A-Za-z0-9_.-]{16,300}");
  private static final String BEARER = "Bearer ";
  private static final String PARAMETER = "key=";

  /** The key that a call brings along; null for none. */
  static @Nullable ClientKey of(Call call) {
    PassThrough passed = call.endpoint().passThrough();
    Secret virtual = call.credential();
    if (passed == null || virtual == null) {
      return null;
    }
    ClientKey key =
        passed.mount().equals(Mount.ANTHROPIC.path())
            ? anthropic(call)
            : passed.mount().equals(Mount.GEMINI.path()) ? google(call) : null;
    return key == null || key.value().reveal().endsWith(virtual.reveal()) ? null : key;
  }

  private static @Nullable ClientKey anthropic(Call call) {
    String key = call.headers().get("x-api-key");
    if (key != null && ANTHROPIC.matcher(key).matches()) {
      return new ClientKey("x-api-key", Secret.of(key));
    }
    String token = call.headers().get("authorization");
    return token != null
            && token.startsWith(BEARER)
            && ANTHROPIC.matcher(token.substring(BEARER.length())).matches()
        ? new ClientKey("authorization", Secret.of(token))
        : null;
  }

  private static @Nullable ClientKey google(Call call) {
    String key = call.headers().get("x-goog-api-key");
    for (String parameter : call.endpoint().query().split("&", -1)) {
      if (key == null && parameter.startsWith(PARAMETER)) {
        key = parameter.substring(PARAMETER.length());
      }
    }
    return key != null && GOOGLE.matcher(key).matches()
        ? new ClientKey("x-goog-api-key", Secret.of(key))
        : null;
  }

  /** The deployment under the call's own key, where it has one. */
  static Deployment applied(Call call, Deployment deployment) {
    ClientKey key = of(call);
    return key == null ? deployment : deployment.under(Map.of(key.header(), key.value()));
  }
}
