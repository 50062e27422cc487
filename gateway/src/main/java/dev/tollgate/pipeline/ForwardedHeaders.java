package dev.tollgate.pipeline;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Secret;
import dev.tollgate.wire.openai.Quirk;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What an endpoint of the operator's with {@code forward_headers} gets of its client's headers: all
 * but those that could carry a credential, name another host or method, or frame the message. A
 * client may put its key into a header of any name: so none goes on whose value has the key in it.
 */
final class ForwardedHeaders {
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9a-z-]{1,100}");
  private static final Pattern VALUE = Pattern.compile("[ -~]{0,4000}");

  /** Those of one connection, and those that the codec decides on. */
  private static final Set<String> FRAMING =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "expect",
          "via",
          "content-length",
          "content-encoding",
          "content-type",
          "accept-encoding",
          "http2-settings");

  private ForwardedHeaders() {}

  /** The headers, by their names in lower case; the deployment's own are not among them. */
  static Map<String, String> of(Call call, Deployment deployment) {
    if (!deployment.rules().quirks().contains(Quirk.HEADERS_FORWARDED)) {
      return Map.of();
    }
    MultiMap client = call.headers();
    Secret credential = call.credential();
    String key = credential == null ? "" : credential.reveal();
    List<String> ofConnection =
        client.getAll(HttpHeaders.CONNECTION).stream()
            .flatMap(value -> List.of(value.toLowerCase(Locale.ROOT).split("\\s*,\\s*")).stream())
            .toList();
    Map<String, String> forwarded = new LinkedHashMap<>();
    for (Map.Entry<String, String> header : client) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (NAME.matcher(name).matches()
          && VALUE.matcher(header.getValue()).matches()
          && !FRAMING.contains(name)
          && !ofConnection.contains(name)
          && !ExtraHeaders.isSensitive(name)
          && (key.isEmpty() || !header.getValue().contains(key))
          && !deployment.headers().containsKey(name)) {
        forwarded.put(name, header.getValue());
      }
    }
    return forwarded;
  }
}
