package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import dev.tollgate.config.Vocabulary.Use;
import dev.tollgate.config.Vocabulary.Word;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code credential_list}: what entries of {@code model_list} share under the name of a credential.
 * Immutable.
 *
 * @param byName the values of each, read as {@code litellm_params} are
 */
record CredentialList(Map<String, Map<String, Object>> byName) {
  private static final String LIST = "credential_list";
  private static final String NAME = "credential_name";
  private static final String VALUES = "credential_values";
  private static final String REFERENCE = "litellm_credential_name";

  static CredentialList read(Section top) {
    Node node = top.take(LIST);
    if (node == null) {
      return new CredentialList(Map.of());
    }
    if (!(node instanceof Node.Sequence sequence)) {
      throw ValueType.wrong(node, LIST, "a list of credentials");
    }
    Map<String, Map<String, Object>> byName = new LinkedHashMap<>();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      add(LIST + "[" + i + "]", sequence.items().get(i), byName, findings);
    }
    top.retell(LIST, findings);
    return new CredentialList(Collections.unmodifiableMap(byName));
  }

  private static void add(
      String path, Node node, Map<String, Map<String, Object>> byName, List<Finding> findings) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw ValueType.wrong(node, path, "a mapping with " + NAME + " and " + VALUES);
    }
    Section section = new Section(path, "credential", mapping.entries());
    String name = section.text(NAME);
    if (name == null || name.isEmpty()) {
      throw new ConfigException(
          mapping.position(), section.path(NAME), "expected a name, found nothing");
    }
    Node values = section.take(VALUES);
    List<Finding> parts = new ArrayList<>();
    Map<String, Object> read = values == null ? Map.of() : values(section, values, parts);
    section.retell(VALUES, parts);
    if (byName.putIfAbsent(name, read) != null) {
      section.retell(NAME, Status.REPLACED, "another one above has this name, and counts");
    }
    section.finish(findings);
  }

  private static Map<String, Object> values(Section section, Node node, List<Finding> findings) {
    Map<String, Object> values = new LinkedHashMap<>();
    section
        .mapping(VALUES, node)
        .forEach(
            (key, entry) -> {
              String path = section.path(VALUES) + "." + key;
              Word word = Vocabulary.LITELLM.ofLitellm(key);
              findings.add(finding(key, path, entry, word));
              // What is not LiteLLM's would go into the body of each call.
              if (isUsed(word) && !key.equals(REFERENCE) && !entry.value().isNull()) {
                values.put(key, ModelList.typed(word).read(entry.value(), path));
              }
            });
    return Collections.unmodifiableMap(values);
  }

  private static Finding finding(String key, String path, Entry entry, @Nullable Word word) {
    if (word == null || key.equals(REFERENCE)) {
      String near = Section.didYouMean(ModelList.PARAMS, key);
      return new Finding(Status.UNKNOWN, path, entry.position(), near, true);
    }
    boolean used = isUsed(word);
    return new Finding(
        used ? Status.USED : Status.NOT_YET,
        path,
        entry.position(),
        used ? Section.unset(entry.value()) : "",
        !used && Section.changesBehaviour(word, entry.value()));
  }

  private static boolean isUsed(@Nullable Word word) {
    return word != null && word.use() == Use.USED;
  }

  /**
   * The parameters of an entry, and of the credential that it names what it does not say itself.
   */
  Map<String, Object> fill(Map<String, Object> params) {
    Map<String, Object> values = byName.get(String.valueOf(params.get(REFERENCE)));
    if (values == null) {
      return params;
    }
    Map<String, Object> filled = new LinkedHashMap<>(params);
    values.forEach(filled::putIfAbsent);
    return Collections.unmodifiableMap(filled);
  }

  /**
   * Why an entry cannot be served; null if it can. With the environment's credential instead, its
   * calls would go to another account, perhaps to another address.
   */
  @Nullable String missing(Map<String, Object> params) {
    Object name = params.get(REFERENCE);
    return name == null || byName.containsKey(String.valueOf(name))
        ? null
        : REFERENCE + ": there is no '" + name + "' in " + LIST;
  }
}
