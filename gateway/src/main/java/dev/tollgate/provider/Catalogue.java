package dev.tollgate.provider;

import dev.tollgate.model.Deployment.Sometimes;
import dev.tollgate.model.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All providers by prefix. Immutable; a new provider is a line of {@code providers.json}. */
public final class Catalogue {
  private static final String RESOURCE = "providers.json";

  private final Map<String, ProviderRow> rows;
  private final Map<String, ProviderRow> hosts;

  private Catalogue(Map<String, ProviderRow> rows) {
    this.rows = Collections.unmodifiableMap(rows);
    Map<String, ProviderRow> byHost = new LinkedHashMap<>();
    rows.values().forEach(row -> row.hosts().forEach(host -> byHost.putIfAbsent(host, row)));
    this.hosts = Collections.unmodifiableMap(byHost);
  }

  /** Reads the catalogue that comes with Tollgate. */
  public static Catalogue load() {
    try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + RESOURCE + " is missing from the build");
      }
      return read(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a catalogue.
   *
   * @throws IllegalArgumentException if a row has an unknown member or a prefix stands twice
   */
  static Catalogue read(InputStream in) {
    if (!(Json.read(in) instanceof List<?> items)) {
      throw new IllegalArgumentException("expected a list of providers");
    }
    Map<Object, Object> models = new HashMap<>();
    for (Object item : items) {
      if (item instanceof Map<?, ?> members && members.get("models") instanceof List<?> rules) {
        models.put(members.get("prefix"), rules);
      }
    }
    Map<String, ProviderRow> rows = new LinkedHashMap<>();
    for (Object item : items) {
      if (!(item instanceof Map<?, ?> members)) {
        throw new IllegalArgumentException("expected an object for each provider");
      }
      ProviderRow row = new Members(members).row(models);
      if (rows.put(row.prefix(), row) != null) {
        throw new IllegalArgumentException("the provider '" + row.prefix() + "' stands twice");
      }
    }
    return new Catalogue(rows);
  }

  /** The provider of a prefix, null if there is none. */
  public @Nullable ProviderRow row(String prefix) {
    return rows.get(prefix);
  }

  /** All providers, by prefix. */
  public Collection<ProviderRow> rows() {
    return rows.values();
  }

  /** The provider known by the host of an {@code api_base}, null if there is none. */
  public @Nullable ProviderRow byHost(String host) {
    return hosts.get(host.toLowerCase(Locale.ROOT));
  }

  /** Typed reads of one row's members; what was not read at the end is a mistake in the data. */
  private static final class Members {
    /** Who makes responses also keeps them; one that does not will say so. */
    private static final Set<Operation> STORED_RESPONSES =
        EnumSet.of(
            Operation.RESPONSE_READ,
            Operation.RESPONSE_DELETE,
            Operation.RESPONSE_CANCEL,
            Operation.RESPONSE_INPUT_ITEMS);

    private final Map<String, Object> left = new LinkedHashMap<>();

    Members(Map<?, ?> members) {
      members.forEach((name, value) -> left.put(String.valueOf(name), value));
    }

    /**
     * The row.
     *
     * @param models the rules for models of other providers, by prefix
     */
    ProviderRow row(Map<Object, Object> models) {
      String prefix = text("prefix");
      if (prefix == null) {
        throw new IllegalArgumentException("a provider has no prefix");
      }
      left.remove("note");
      String auth = text("auth");
      String style = text("style");
      String suffix = text("base_suffix");
      String query = text("query");
      String modelPrefix = text("model_prefix");
      ProviderRow row =
          new ProviderRow(
              prefix,
              text("needs"),
              text("base"),
              suffix == null ? "" : suffix,
              query == null ? "" : query,
              texts("base_env"),
              texts("key_env"),
              text("user_env"),
              text("key_default"),
              flag("key_optional", false),
              flag("env_key_for_default_base_only", false),
              auth == null ? "bearer" : auth,
              style == null
                  ? ProviderRow.Style.PLAIN
                  : ProviderRow.Style.valueOf(style.toUpperCase(Locale.ROOT)),
              operations(texts("operations")),
              paths(textMap("paths")),
              paths(textMap("stream_paths")),
              via(textMap("via")),
              textMap("headers"),
              textMap("header_env"),
              texts("hosts"),
              modelPrefix == null ? "" : modelPrefix,
              new ProviderRow.Rules(
                  textMap("rename"),
                  textSet("unsupported"),
                  textSet("dropped"),
                  flag("developer", false),
                  textSet("quirks")),
              modelRules(models),
              flag("auto", true));
      checkEmpty(prefix);
      return row;
    }

    /** Its own list, or by a prefix the list of the provider whose models it serves, too. */
    private List<ProviderRow.ModelRules> modelRules(Map<Object, Object> models) {
      Object value = left.remove("models");
      if (value == null) {
        return List.of();
      }
      if (!((value instanceof String prefix ? models.get(prefix) : value)
          instanceof List<?> items)) {
        throw new IllegalArgumentException("models: expected a list, or the prefix of one");
      }
      return items.stream()
          .map(item -> new Members((Map<?, ?>) item))
          .map(
              rule -> {
                String match = rule.text("match");
                var read =
                    new ProviderRow.ModelRules(
                        Pattern.compile(match == null ? "" : match),
                        rule.textMap("rename"),
                        rule.textSet("unsupported"),
                        new Sometimes(rule.textSet("as_one"), rule.textSet("unreasoned")));
                rule.checkEmpty("models");
                return read;
              })
          .toList();
    }

    private void checkEmpty(String where) {
      if (!left.isEmpty()) {
        throw new IllegalArgumentException(where + ": unknown members " + left.keySet());
      }
    }

    private @Nullable String text(String name) {
      return (String) left.remove(name);
    }

    private boolean flag(String name, boolean otherwise) {
      return left.remove(name) instanceof Boolean set ? set : otherwise;
    }

    private List<String> texts(String name) {
      return left.remove(name) instanceof List<?> items
          ? items.stream().map(String.class::cast).toList()
          : List.of();
    }

    private Set<String> textSet(String name) {
      return Collections.unmodifiableSet(new LinkedHashSet<>(texts(name)));
    }

    private Map<String, String> textMap(String name) {
      if (!(left.remove(name) instanceof Map<?, ?> members)) {
        return Map.of();
      }
      Map<String, String> texts = new LinkedHashMap<>();
      members.forEach((key, value) -> texts.put((String) key, (String) value));
      return Collections.unmodifiableMap(texts);
    }

    private static Set<Operation> operations(List<String> words) {
      Set<Operation> operations = EnumSet.noneOf(Operation.class);
      words.forEach(word -> operations.add(operation(word)));
      if (operations.contains(Operation.RESPONSES)) {
        operations.addAll(STORED_RESPONSES);
      }
      return Collections.unmodifiableSet(operations);
    }

    private static Map<Operation, String> paths(Map<String, String> words) {
      Map<Operation, String> paths = new EnumMap<>(Operation.class);
      words.forEach((word, path) -> paths.put(operation(word), path));
      return Collections.unmodifiableMap(paths);
    }

    private static Map<Operation, Operation> via(Map<String, String> words) {
      Map<Operation, Operation> via = new EnumMap<>(Operation.class);
      words.forEach((asked, served) -> via.put(operation(asked), operation(served)));
      return Collections.unmodifiableMap(via);
    }

    private static Operation operation(String word) {
      return switch (word) {
        case "chat" -> Operation.CHAT;
        case "completions" -> Operation.COMPLETION;
        case "embeddings" -> Operation.EMBEDDING;
        case "responses" -> Operation.RESPONSES;
        case "response_compact" -> Operation.RESPONSE_COMPACT;
        case "response_input_tokens" -> Operation.RESPONSE_INPUT_TOKENS;
        case "messages" -> Operation.MESSAGES;
        case "generate_content" -> Operation.GENERATE_CONTENT;
        case "count_tokens" -> Operation.COUNT_TOKENS;
        case "converse" -> Operation.CONVERSE;
        case "invoke" -> Operation.INVOKE;
        case "cohere_chat" -> Operation.COHERE_CHAT;
        case "ollama_chat" -> Operation.OLLAMA_CHAT;
        case "ollama_generate" -> Operation.OLLAMA_GENERATE;
        case "cohere_embed" -> Operation.COHERE_EMBED;
        case "ollama_embed" -> Operation.OLLAMA_EMBED;
        case "gemini_count" -> Operation.GEMINI_COUNT;
        case "gemini_embed_one" -> Operation.GEMINI_EMBED_ONE;
        case "gemini_embed" -> Operation.GEMINI_EMBED;
        case "bedrock_embed" -> Operation.BEDROCK_EMBED;
        case "rerank" -> Operation.RERANK;
        case "moderations" -> Operation.MODERATION;
        case "images" -> Operation.IMAGE_GENERATION;
        case "image_edits" -> Operation.IMAGE_EDIT;
        case "image_variations" -> Operation.IMAGE_VARIATION;
        case "speech" -> Operation.SPEECH;
        case "transcriptions" -> Operation.TRANSCRIPTION;
        case "translations" -> Operation.TRANSLATION;
        default -> throw new IllegalArgumentException("unknown operation '" + word + "'");
      };
    }
  }
}
