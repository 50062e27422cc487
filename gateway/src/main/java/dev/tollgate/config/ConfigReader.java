package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import dev.tollgate.config.Node.Entry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code config.yaml} and what it includes. In LiteLLM's order: the files are merged, their
 * {@code environment_variables} are set, then {@code os.environ/NAME} is resolved. Thread-safe if
 * the environment is.
 */
public final class ConfigReader {
  private static final String ENVIRONMENT = "environment_variables";
  private static final List<String> SETTINGS =
      List.of("litellm_settings", "general_settings", "router_settings");

  private final Function<String, @Nullable String> environment;

  /**
   * One reading.
   *
   * @param config what was read
   * @param fingerprints the SHA-256 of each file as it was read
   */
  record Reading(Config config, Map<Path, String> fingerprints) {}

  /**
   * Reads with these variables.
   *
   * @param environment the value of an environment variable, null if it is not set
   */
  public ConfigReader(Function<String, @Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * Reads and checks the file; each call reads anew.
   *
   * @throws ConfigException if it cannot be used as it stands
   */
  public Config read(Path file) {
    return reading(file).config();
  }

  /** What applies without a file: no models, every setting at its default. */
  public static Config empty() {
    Node.Mapping nothing = new Node.Mapping(Map.of(), new Position(Path.of(""), 0));
    return config(nothing, Map.of(), new ArrayList<>(), List.of());
  }

  Reading reading(Path file) {
    Sources.Merged merged = Sources.read(file);
    Map<String, String> variables = variables(merged.root().entries().get(ENVIRONMENT));
    Node.Mapping root =
        new Substitution(name -> variables.getOrDefault(name, environment.apply(name)))
            .in(merged.root());
    Config config =
        config(
            root,
            variables,
            new ArrayList<>(merged.findings()),
            List.copyOf(merged.fingerprints().keySet()));
    return new Reading(config, merged.fingerprints());
  }

  private Map<String, String> variables(@Nullable Entry entry) {
    if (entry == null || entry.value().isNull()) {
      return Map.of();
    }
    if (!(entry.value() instanceof Node.Mapping mapping)) {
      throw ValueType.wrong(entry.value(), ENVIRONMENT, "a mapping of names to values");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    Substitution earlier =
        new Substitution(name -> variables.getOrDefault(name, environment.apply(name)));
    mapping
        .entries()
        .forEach(
            (name, variable) -> {
              if (!(earlier.in(variable.value()) instanceof Node.Scalar scalar)) {
                throw ValueType.wrong(variable.value(), ENVIRONMENT + "." + name, "a value");
              }
              if (scalar.value() != null) {
                variables.put(name, asPythonWrites(scalar));
              }
            });
    return Collections.unmodifiableMap(variables);
  }

  /** LiteLLM sets a variable to Python's text of the value. */
  private static String asPythonWrites(Node.Scalar scalar) {
    return switch (scalar.value()) {
      case Boolean flag -> flag ? "True" : "False";
      case null, default -> scalar.text();
    };
  }

  private static Config config(
      Node.Mapping root, Map<String, String> variables, List<Finding> findings, List<Path> files) {
    Section top = new Section("", "top", root.entries());
    CredentialList credentials = CredentialList.read(top);
    Node list = top.take("model_list");
    List<Finding> modelFindings = new ArrayList<>();
    List<ModelEntry> models =
        list == null ? List.of() : ModelList.read(list, credentials, modelFindings);
    top.retell("model_list", modelFindings);

    Map<String, Section> sections = new LinkedHashMap<>();
    for (String name : SETTINGS) {
      Node node = top.take(name);
      sections.put(
          name, new Section(name, name, node == null ? Map.of() : top.mapping(name, node)));
    }
    LitellmSettings litellm = LitellmSettings.from(section(sections, "litellm_settings"));
    GeneralSettings general = GeneralSettings.from(section(sections, "general_settings"));
    RouterSettings router = RouterSettings.from(section(sections, "router_settings"), litellm);
    sections.forEach(
        (name, section) -> {
          List<Finding> parts = new ArrayList<>();
          section.finish(parts);
          top.retell(name, parts);
        });
    tellVariables(top);
    top.take("include"); // read and told already
    top.finish(findings);
    return new Config(models, litellm, general, router, variables, inOrder(findings, files), files);
  }

  private static Section section(Map<String, Section> sections, String name) {
    Section section = sections.get(name);
    if (section == null) {
      throw new IllegalStateException(name);
    }
    return section;
  }

  private static void tellVariables(Section top) {
    Node node = top.take(ENVIRONMENT);
    if (node == null) {
      return;
    }
    List<Finding> parts = new ArrayList<>();
    top.mapping(ENVIRONMENT, node)
        .forEach(
            (name, entry) ->
                parts.add(
                    new Finding(
                        Status.USED,
                        ENVIRONMENT + "." + name,
                        entry.position(),
                        Section.unset(entry.value()),
                        false)));
    top.retell(ENVIRONMENT, parts);
  }

  /** By file as read, then by line. */
  private static List<Finding> inOrder(Collection<Finding> findings, List<Path> files) {
    return findings.stream()
        .sorted(
            Comparator.comparingInt((Finding finding) -> files.indexOf(finding.position().file()))
                .thenComparingInt(finding -> finding.position().line()))
        .toList();
  }
}
