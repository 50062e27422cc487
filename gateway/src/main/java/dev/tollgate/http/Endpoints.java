package dev.tollgate.http;

import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The table of everything that is served: a new endpoint is one row. Thread-safe; only the
 * operator's own endpoints change.
 *
 * <p>The raw target is looked up once and literally. Nothing is normalised: a path with an empty,
 * {@code .} or {@code ..} segment, a backslash, a control character or a broken escape is refused,
 * so there is no second reading of it that could disagree with the first.
 */
public final class Endpoints {
  /** What a target turned out to be. */
  public sealed interface Match {
    /** Spends money: goes down the pipeline. */
    record Spending(Endpoint endpoint) implements Match {}

    /** Spends nothing. */
    record Managing(ManagementRoute route, String path, Map<String, String> pathParameters)
        implements Match {
      /** Whether anybody may call it, without a key. */
      boolean isPublic() {
        return route.admission() == ManagementRoute.Admission.PUBLIC;
      }
    }

    /** The same path without its trailing slash exists. */
    record Redirect(String target) implements Match {}

    /** The path exists, with other methods. */
    record WrongMethod(String allow) implements Match {}

    /** Nothing there. */
    record Missing() implements Match {}

    /** A target that nobody sends by accident. */
    record Malformed(String message) implements Match {}
  }

  private record Row(
      String template,
      @Nullable Operation operation,
      boolean stream,
      @Nullable ManagementRoute route) {}

  /** Rows of one exact path or one pattern, by method. */
  private record Pattern(String prefix, String suffix, String name, Map<String, Row> rows) {}

  /** What a template calls the model, whose name may have slashes. */
  private static final String MODEL = "model";

  /** Where each operation is served, as with LiteLLM; of two that match, the first is meant. */
  private static final Map<Operation, List<String>> SPENDING = spending();

  private static Map<Operation, List<String>> spending() {
    Map<Operation, List<String>> templates = new EnumMap<>(Operation.class);
    templates.put(Operation.CHAT, openAi("/chat/completions"));
    templates.put(Operation.COMPLETION, openAi("/completions"));
    templates.put(Operation.EMBEDDING, openAi("/embeddings"));
    templates.put(Operation.RESPONSES, responses(""));
    templates.put(Operation.RESPONSE_COMPACT, responses("/compact"));
    templates.put(Operation.RESPONSE_INPUT_TOKENS, responses("/input_tokens"));
    templates.put(Operation.RESPONSE_CANCEL, responses("/{response_id}/cancel"));
    templates.put(Operation.RESPONSE_INPUT_ITEMS, responses("/{response_id}/input_items"));
    templates.put(Operation.RESPONSE_READ, responses("/{response_id}"));
    templates.put(Operation.RESPONSE_DELETE, responses("/{response_id}"));
    templates.put(Operation.GENERATE_CONTENT, google(":generateContent"));
    templates.put(Operation.GEMINI_COUNT, google(":countTokens"));
    templates.put(Operation.GEMINI_EMBED_ONE, google(":embedContent"));
    templates.put(Operation.GEMINI_EMBED, google(":batchEmbedContents"));
    templates.put(
        Operation.COUNT_TOKENS,
        List.of("/v1/messages/count_tokens", "/claude_code_gateway/v1/messages/count_tokens"));
    // LiteLLM has no such client path; Cohere's own clients need one.
    templates.put(Operation.COHERE_CHAT, List.of("/v2/chat"));
    templates.put(Operation.COHERE_EMBED, List.of("/v2/embed"));
    templates.put(Operation.RERANK, List.of("/v1/rerank", "/rerank", "/v2/rerank"));
    templates.put(Operation.MODERATION, List.of("/v1/moderations", "/moderations"));
    templates.put(Operation.IMAGE_GENERATION, inDeployments("/images/generations"));
    templates.put(Operation.IMAGE_EDIT, inDeployments("/images/edits"));
    templates.put(
        Operation.IMAGE_VARIATION, List.of("/v1/images/variations", "/images/variations"));
    templates.put(Operation.SPEECH, List.of("/v1/audio/speech", "/audio/speech"));
    templates.put(
        Operation.TRANSCRIPTION, List.of("/v1/audio/transcriptions", "/audio/transcriptions"));
    templates.put(Operation.TRANSLATION, List.of("/v1/audio/translations", "/audio/translations"));
    templates.put(Operation.MESSAGES, List.of("/v1/messages", "/claude_code_gateway/v1/messages"));
    templates.put(
        Operation.CONVERSE, List.of("/bedrock/model/{model}/converse", "/model/{model}/converse"));
    return templates;
  }

  /** Where streams have a path of their own. */
  private static final Map<Operation, List<String>> STREAMING =
      Map.of(
          Operation.CONVERSE,
          List.of("/bedrock/model/{model}/converse-stream", "/model/{model}/converse-stream"),
          Operation.GENERATE_CONTENT,
          google(":streamGenerateContent"));

  private static List<String> responses(String path) {
    return List.of("/v1/responses" + path, "/responses" + path, "/openai/v1/responses" + path);
  }

  private static List<String> google(String method) {
    return List.of(
        "/v1beta/models/{model}" + method,
        "/v1/models/{model}" + method,
        "/models/{model}" + method);
  }

  private final Map<String, Map<String, Row>> exact = new HashMap<>();
  private final List<Pattern> patterns = new ArrayList<>();
  private final Map<String, Set<String>> listing = new LinkedHashMap<>();

  /** Longest path first. */
  private volatile List<Own> own = List.of();

  /**
   * An endpoint of the operator's, {@code pass_through_endpoints}.
   *
   * @param subpaths whether what is below the path is served too
   * @param methods empty for all
   */
  public record Own(String path, boolean subpaths, Set<String> methods) {
    private boolean covers(String asked) {
      return asked.equals(path)
          || (subpaths && asked.startsWith(path) && asked.startsWith("/", path.length()));
    }
  }

  /**
   * Replaces the operator's endpoints; thread-safe.
   *
   * @return the paths among them that are the gateway's, and stay so
   */
  public List<String> own(List<Own> endpoints) {
    own =
        endpoints.stream()
            .sorted(Comparator.comparingInt((Own each) -> each.path().length()).reversed())
            .toList();
    return endpoints.stream().filter(each -> !isServed(each)).map(Own::path).toList();
  }

  private boolean isServed(Own each) {
    String method = each.methods().isEmpty() ? "POST" : each.methods().iterator().next();
    if (!(find(method, each.path()) instanceof Match.Spending found)) {
      return false;
    }
    PassThrough call = found.endpoint().passThrough();
    return call != null && call.exact();
  }

  public Endpoints(List<ManagementRoute> management) {
    SPENDING.forEach(
        (operation, templates) -> {
          for (String template : templates) {
            add(operation.method(), new Row(template, operation, false, null));
          }
        });
    STREAMING.forEach(
        (operation, templates) -> {
          for (String template : templates) {
            add("POST", new Row(template, operation, true, null));
          }
        });
    for (ManagementRoute route : management) {
      add(route.method(), new Row(route.template(), null, false, route));
    }
    // Last: whatever has a row of its own above is served by that.
    for (Mount mount : Mount.values()) {
      if (mount.servesAll()) {
        for (String method : PassThroughs.METHODS) {
          add(method, new Row(mount.path() + "/{endpoint}", Operation.PASS_THROUGH, false, null));
        }
      }
    }
  }

  private static List<String> openAi(String path) {
    return List.of(
        "/v1" + path, path, "/openai/deployments/{model}" + path, "/engines/{model}" + path);
  }

  private static List<String> inDeployments(String path) {
    return List.of("/v1" + path, path, "/openai/deployments/{model}" + path);
  }

  private void add(String method, Row row) {
    listing.computeIfAbsent(row.template(), _ -> new LinkedHashSet<>()).add(method);
    int open = row.template().indexOf('{');
    if (open < 0) {
      exact.computeIfAbsent(row.template(), _ -> new HashMap<>()).put(method, row);
      return;
    }
    int close = row.template().indexOf('}', open);
    String prefix = row.template().substring(0, open);
    String suffix = row.template().substring(close + 1);
    for (Pattern pattern : patterns) {
      if (pattern.prefix().equals(prefix) && pattern.suffix().equals(suffix)) {
        pattern.rows().put(method, row);
        return;
      }
    }
    Map<String, Row> rows = new HashMap<>();
    rows.put(method, row);
    String name = row.template().substring(open + 1, close);
    patterns.add(new Pattern(prefix, suffix, name, rows));
  }

  /** Every template with its methods, in the order of the table. */
  public Map<String, Set<String>> listing() {
    return listing;
  }

  /** Whether something of the gateway's is at a path, whatever the method. */
  public boolean isGateways(String path) {
    return ofGateway("POST", path) != null;
  }

  /** Finds what a raw request target means. */
  public Match find(String method, String target) {
    Match gateways = ofGateway(method, target);
    if (gateways != null) {
      return gateways;
    }
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    for (Own each : own) {
      if (each.covers(path)) {
        return each.methods().isEmpty() || each.methods().contains(method)
            ? PassThroughs.own(each.path(), method, path, queryOf(target, query))
            : new Match.WrongMethod(String.join(", ", new TreeSet<>(each.methods())));
      }
    }
    if (path.length() > 1 && path.endsWith("/")) {
      String bare = path.substring(0, path.length() - 1);
      if (exact.containsKey(bare)) {
        return new Match.Redirect(bare + (query < 0 ? "" : target.substring(query)));
      }
    }
    return new Match.Missing();
  }

  /** What of the gateway's own a target means; null if it is none of that. */
  private @Nullable Match ofGateway(String method, String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    Map<String, Row> rows = exact.get(path);
    if (rows != null) {
      return ofRows(rows, method, path, queryOf(target, query), null, null);
    }
    String odd = oddity(path);
    if (odd != null) {
      return new Match.Malformed(odd);
    }
    for (Pattern pattern : patterns) {
      if (pattern.name().equals("endpoint") && path.startsWith(pattern.prefix())) {
        return passThrough(pattern, method, path, queryOf(target, query));
      }
      int valueEnd = path.length() - pattern.suffix().length();
      if (valueEnd > pattern.prefix().length()
          && path.startsWith(pattern.prefix())
          && path.endsWith(pattern.suffix())) {
        String value = decode(path.substring(pattern.prefix().length(), valueEnd));
        if (value == null) {
          return new Match.Malformed("The path has a broken percent escape.");
        }
        return ofRows(pattern.rows(), method, path, queryOf(target, query), pattern.name(), value);
      }
    }
    return null;
  }

  private static Match passThrough(Pattern pattern, String method, String path, String query) {
    Row row = pattern.rows().get(method);
    if (row == null) {
      return new Match.WrongMethod(String.join(", ", new TreeSet<>(pattern.rows().keySet())));
    }
    return PassThroughs.find(row.template(), method, path, query);
  }

  private static Match ofRows(
      Map<String, Row> rows,
      String method,
      String path,
      String query,
      @Nullable String name,
      @Nullable String value) {
    Row row = rows.get(method);
    if (row == null) {
      return new Match.WrongMethod(String.join(", ", new TreeSet<>(rows.keySet())));
    }
    ManagementRoute route = row.route();
    if (route != null) {
      return new Match.Managing(
          route, path, name == null || value == null ? Map.of() : Map.of(name, value));
    }
    if (row.operation() == null) {
      throw new IllegalStateException("a row is either management or an operation: " + row);
    }
    return new Match.Spending(
        new Endpoint(
            row.template(),
            path,
            query,
            row.operation(),
            MODEL.equals(name) ? value : null,
            MODEL.equals(name) ? null : value,
            row.stream()));
  }

  private static String queryOf(String target, int question) {
    return question < 0 ? "" : target.substring(question + 1);
  }

  /** What is odd about a path that is not in the table to the letter; null if nothing is. */
  private static @Nullable String oddity(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return "The request target must be a path that starts with '/'.";
    }
    int segment = 1;
    for (int i = 1; i <= path.length(); i++) {
      char c = i == path.length() ? '/' : path.charAt(i);
      if (c == '/') {
        String text = path.substring(segment, i).replace("%2e", ".").replace("%2E", ".");
        if (text.equals(".") || text.equals("..") || (text.isEmpty() && i < path.length())) {
          return "The path has an empty or a dot segment.";
        }
        segment = i + 1;
      } else if (c == '\\' || c <= ' ' || c == 0x7f || c == ';') {
        return "The path has a character that is not allowed there.";
      }
    }
    return null;
  }

  /** Decodes percent escapes once, as UTF-8; null if one is broken or gives a control character. */
  private static @Nullable String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    try {
      String decoded = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
      return decoded.chars().anyMatch(Character::isISOControl) ? null : decoded;
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
