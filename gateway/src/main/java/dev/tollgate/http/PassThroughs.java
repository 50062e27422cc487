package dev.tollgate.http;

import dev.tollgate.http.Endpoints.Match;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the paths below the mounts of providers. A path that a provider could read otherwise than
 * we do is refused: what was allowed would not be what is done.
 */
final class PassThroughs {
  static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private static final String FORM = "multipart/form-data";

  /** Parameters of a query that carry a credential, at whichever provider. */
  private static final Set<String> CREDENTIALS =
      Set.of(
          "key",
          "api_key",
          "api-key",
          "apikey",
          "access_token",
          "oauth_token",
          "token",
          "auth",
          "authorization",
          "subscription-key",
          "sig",
          "signature");

  private PassThroughs() {}

  /** What a path below a mount means. */
  static Match find(String template, String method, String path, String query) {
    Mount mount = mount(template);
    String rest = path.substring(mount.path().length());
    ProviderPaths.Known known = ProviderPaths.find(mount, method, rest);
    boolean named = known.modelFrom() >= 0;
    String before = named ? rest.substring(0, known.modelFrom()) : rest;
    String after = named ? rest.substring(known.modelTo()) : "";
    String model = named ? decoded(rest.substring(known.modelFrom(), known.modelTo())) : null;
    if (isAmbiguous(before)
        || isAmbiguous(after)
        || (named && (model == null || isTwoWords(mount, model)))) {
      return new Match.Malformed(
          "The path has an escape that is broken, or that stands for a letter, a slash or a dot.");
    }
    PassThrough call =
        new PassThrough(
            mount.path(),
            method,
            mount.dialect(),
            known.asked(),
            before,
            after,
            model,
            forProvider(query),
            false,
            false);
    return new Match.Spending(
        new Endpoint(
            template,
            path,
            query,
            Operation.PASS_THROUGH,
            model,
            null,
            known.stream() && isEvents(mount, query),
            call));
  }

  /**
   * What a path at or below one of the operator's endpoints means: a call that nobody can read, of
   * whatever method, so that each has its price.
   *
   * @param root the endpoint's own path
   */
  static Match own(String root, String method, String path, String query) {
    String rest = path.substring(root.length());
    if (isAmbiguous(rest)) {
      return new Match.Malformed(
          "The path has an escape that is broken, or that stands for a letter, a slash or a dot.");
    }
    PassThrough call =
        new PassThrough(
            root,
            method,
            Dialect.OPENAI,
            Operation.PASS_THROUGH,
            rest,
            "",
            null,
            forProvider(query),
            true,
            false);
    return new Match.Spending(
        new Endpoint(root, path, query, Operation.PASS_THROUGH, null, null, false, call));
  }

  /** Whether a body of this content type is a form that may have files. */
  static boolean isForm(@Nullable String contentType) {
    return contentType != null && contentType.regionMatches(true, 0, FORM, 0, FORM.length());
  }

  private static Mount mount(String template) {
    for (Mount mount : Mount.values()) {
      if (template.equals(mount.path() + "/{endpoint}")) {
        return mount;
      }
    }
    throw new IllegalStateException("no mount is called " + template);
  }

  /** Google streams a list of JSON unless events are asked for, and a list is one reply. */
  private static boolean isEvents(Mount mount, String query) {
    return mount.dialect() != Dialect.GEMINI || List.of(query.split("&", -1)).contains("alt=sse");
  }

  /** Google has its methods behind a colon. */
  private static boolean isTwoWords(Mount mount, String model) {
    return mount.dialect() == Dialect.GEMINI && model.indexOf(':') >= 0;
  }

  /** Whether an escape in a path stands for what need not, or must not, be escaped there. */
  private static boolean isAmbiguous(String path) {
    for (int at = path.indexOf('%'); at >= 0; at = path.indexOf('%', at + 1)) {
      int high = at + 2 < path.length() ? Character.digit(path.charAt(at + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(path.charAt(at + 2), 16);
      char c = (char) (high * 16 + low);
      if (low < 0
          || c < ' '
          || c == 0x7f
          || (c < 0x80 && Character.isLetterOrDigit(c))
          || "-._~/\\%".indexOf(c) >= 0) {
        return true;
      }
    }
    return path.indexOf('#') >= 0;
  }

  private static @Nullable String decoded(String segment) {
    try {
      String text = URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
      boolean odd = text.chars().anyMatch(Character::isISOControl) || text.indexOf('\\') >= 0;
      return odd || hasDots(text) ? null : text;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static boolean hasDots(String text) {
    for (String segment : text.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        return true;
      }
    }
    return false;
  }

  /** The query without credentials, and without what stands for a header or a method at Google. */
  static String forProvider(String query) {
    StringBuilder kept = new StringBuilder(query.length());
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String raw = equals < 0 ? parameter : parameter.substring(0, equals);
      String name = nameOf(raw);
      if (name != null
          && !name.isEmpty()
          && !name.startsWith("$")
          && !CREDENTIALS.contains(name)
          && parameter.indexOf('#') < 0) {
        kept.append(kept.isEmpty() ? "" : "&").append(parameter);
      }
    }
    return kept.toString();
  }

  private static @Nullable String nameOf(String raw) {
    try {
      return URLDecoder.decode(raw, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
