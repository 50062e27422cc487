package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import dev.tollgate.config.Vocabulary.Use;
import dev.tollgate.config.Vocabulary.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code model_list}. */
final class ModelList {
  static final String PARAMS = "litellm_params";
  static final String INFO = "model_info";
  static final String REQUEST = "request";

  private ModelList() {}

  static List<ModelEntry> read(
      Node node, CredentialList credentials, Collection<Finding> findings) {
    if (!(node instanceof Node.Sequence sequence)) {
      throw ValueType.wrong(node, "model_list", "a list of models");
    }
    List<ModelEntry> entries = new ArrayList<>();
    for (Node item : sequence.items()) {
      entries.add(entry("model_list[" + entries.size() + "]", item, credentials, findings));
    }
    return Collections.unmodifiableList(entries);
  }

  private static ModelEntry entry(
      String path, Node node, CredentialList credentials, Collection<Finding> findings) {
    if (!(node instanceof Node.Mapping mapping)) {
      throw ValueType.wrong(node, path, "a mapping with model_name and litellm_params");
    }
    Section section = new Section(path, "model", mapping.entries());
    String name = section.text("model_name");
    if (name == null || name.isEmpty()) {
      throw missing(mapping, path + ".model_name", "the name that clients ask for");
    }
    Node params = section.take(PARAMS);
    if (params == null) {
      throw missing(mapping, section.path(PARAMS), "a mapping with model: provider/model");
    }
    List<Finding> parts = new ArrayList<>();
    Map<String, Object> read = values(section, PARAMS, params, parts);
    section.retell(PARAMS, parts);
    if (!read.containsKey("model")) {
      throw missing(params, section.path(PARAMS) + ".model", "provider/model");
    }
    Node info = section.take(INFO);
    Map<String, Object> readInfo = Map.of();
    if (info != null) {
      List<Finding> infoParts = new ArrayList<>();
      readInfo = values(section, INFO, info, infoParts);
      section.retell(INFO, infoParts);
    }
    boolean blocked = section.flag("blocked", false);
    section.finish(findings);
    return new ModelEntry(
        name,
        credentials.fill(read),
        readInfo,
        blocked ? "it is blocked" : credentials.missing(read),
        node.position());
  }

  private static ConfigException missing(Node in, String path, String expected) {
    return new ConfigException(in.position(), path, "expected " + expected + ", found nothing");
  }

  private static Map<String, Object> values(
      Section section, String name, Node node, List<Finding> findings) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, Entry> item : section.mapping(name, node).entrySet()) {
      String path = section.path(name) + "." + item.getKey();
      Entry entry = item.getValue();
      Word word =
          name.equals(PARAMS)
              ? Vocabulary.LITELLM.ofLitellm(item.getKey())
              : Vocabulary.LITELLM.word(name, item.getKey());
      findings.add(finding(name, item.getKey(), path, entry, word));
      if (!entry.value().isNull() && isHandedOn(name, word)) {
        values.put(item.getKey(), typed(word).read(entry.value(), path));
      }
    }
    return Collections.unmodifiableMap(values);
  }

  /**
   * LiteLLM's own parameters stay here until they are used: else the provider would be sent them.
   */
  private static boolean isHandedOn(String section, @Nullable Word word) {
    return !section.equals(PARAMS) || word == null || word.use() == Use.USED;
  }

  static ValueType typed(@Nullable Word word) {
    return word != null && word.use() == Use.USED ? word.type() : ValueType.ANY;
  }

  private static Finding finding(
      String section, String key, String path, Entry entry, @Nullable Word word) {
    Position position = entry.position();
    if (word == null) {
      return new Finding(Status.USED, path, position, extra(section, key), false);
    }
    if (word.use() == Use.USED) {
      return word.type() == ValueType.TEXT_FOR_NOW && !(entry.value() instanceof Node.Scalar)
          ? new Finding(Status.NOT_YET, path, position, "only text is supported yet", true)
          : new Finding(Status.USED, path, position, Section.unset(entry.value()), false);
    }
    boolean changes = Section.changesBehaviour(word, entry.value());
    return new Finding(
        Status.NOT_YET, path, position, changes ? "" : "changes nothing here", changes);
  }

  /** Any further key is legal: of the parameters it is a default, of the info it is shown. */
  private static String extra(String section, String key) {
    if (section.equals(INFO) || Vocabulary.LITELLM.word(REQUEST, key) != null) {
      return "";
    }
    String near = Section.didYouMean(PARAMS, key);
    if (near.isEmpty()) {
      near = Section.didYouMean(REQUEST, key);
    }
    return "sent to the provider as a default" + (near.isEmpty() ? "" : "; " + near);
  }
}
