package dev.tollgate.config;

import dev.tollgate.config.Node.Entry;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Turns the events of one YAML text into a {@link Node}. Built from events, not from the library's
 * nodes, so that depth and aliases are bounded before anything grows: an alias shares the node that
 * it names, and counts with all that is in it.
 */
final class YamlDocument {
  private static final int DEPTH_MAX = 64;
  private static final long NODES_MAX = 1_000_000;
  private static final String STANDARD_TAG = "tag:yaml.org,2002:";
  private static final String MERGE = "<<";
  private static final String TAG_REFUSED =
      "a YAML tag that is not supported (quote a value that starts with '!')";

  /** A finished node that an alias may name, and how many nodes it stands for. */
  private record Anchored(Node node, long nodes) {}

  private final Path file;
  private final Iterator<Event> events;
  private final Map<String, Anchored> anchors = new HashMap<>();
  private Position position;
  private int depth;
  private long nodes;

  /** Where the node that is being read stands: keys, and places in lists. */
  private final Deque<String> path = new ArrayDeque<>();

  private final Collection<Finding> findings;

  private YamlDocument(Path file, String text, Collection<Finding> findings) {
    this.file = file;
    this.findings = findings;
    this.position = new Position(file, 0);
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setCodePointLimit(Integer.MAX_VALUE) // the bytes are bounded already
            .build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  /**
   * Reads a text.
   *
   * @param findings takes one for each key that is there again: as with PyYAML, the last one counts
   * @return null if the text holds no document
   * @throws ConfigException if it is not one well-formed, bounded document
   */
  static @Nullable Node parse(Path file, String text, Collection<Finding> findings) {
    YamlDocument document = new YamlDocument(file, text, findings);
    try {
      return document.document();
    } catch (MarkedYamlEngineException broken) {
      // not its message: that quotes the lines, which may hold a secret
      int line = broken.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
      throw new ConfigException(
          new Position(file, line), "", "not valid YAML: " + broken.getProblem());
    } catch (YamlEngineException broken) {
      throw new ConfigException(
          document.position, "", "not valid YAML: a character that YAML does not allow");
    } catch (NoSuchElementException cut) {
      throw new ConfigException(document.position, "", "not valid YAML: it ends too early");
    }
  }

  private @Nullable Node document() {
    Node root = null;
    while (events.hasNext()) {
      Event event = next();
      switch (event.getEventId()) {
        case StreamStart, StreamEnd, DocumentStart, DocumentEnd, Comment -> {}
        case Alias, MappingEnd, MappingStart, Scalar, SequenceEnd, SequenceStart -> {
          if (root != null) {
            throw refused("expected one YAML document, found a second one");
          }
          root = node(event);
        }
      }
    }
    return root;
  }

  private Event next() {
    Event event = events.next();
    position =
        event.getStartMark().map(mark -> new Position(file, mark.getLine() + 1)).orElse(position);
    return event;
  }

  private Node node(Event event) {
    if (event instanceof AliasEvent alias) {
      return aliased(alias);
    }
    long before = nodes;
    count(1);
    Node node =
        switch (event) {
          case ScalarEvent scalar -> scalar(scalar);
          case CollectionStartEvent start -> collection(start);
          default -> throw refused("not valid YAML");
        };
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(name -> anchors.put(name.getValue(), new Anchored(node, nodes - before)));
    return node;
  }

  private Node aliased(AliasEvent alias) {
    Anchored anchored = anchors.get(alias.getAlias().getValue());
    if (anchored == null) {
      throw refused("an alias without an anchor before it (quote a value that starts with '*')");
    }
    count(anchored.nodes());
    return anchored.node();
  }

  private void count(long more) {
    nodes += more;
    if (nodes > NODES_MAX) {
      throw refused("expands to more than " + NODES_MAX + " values");
    }
  }

  private Node collection(CollectionStartEvent start) {
    Optional<String> tag = start.getTag().filter(name -> !name.equals("!"));
    boolean mapping = start.getEventId() == Event.ID.MappingStart;
    if (tag.isPresent() && !tag.get().equals(STANDARD_TAG + (mapping ? "map" : "seq"))) {
      throw refused(TAG_REFUSED);
    }
    if (++depth > DEPTH_MAX) {
      throw refused("nested deeper than " + DEPTH_MAX + " levels");
    }
    Node node = mapping ? mapping() : sequence();
    depth--;
    return node;
  }

  private Node sequence() {
    Position start = position;
    List<Node> items = new ArrayList<>();
    for (Event event = next(); event.getEventId() != Event.ID.SequenceEnd; event = next()) {
      path.addLast("[" + items.size() + "]");
      items.add(node(event));
      path.removeLast();
    }
    return new Node.Sequence(Collections.unmodifiableList(items), start);
  }

  private Node mapping() {
    Position start = position;
    Map<String, Entry> own = new LinkedHashMap<>();
    Map<String, Entry> merged = new LinkedHashMap<>();
    for (Event event = next(); event.getEventId() != Event.ID.MappingEnd; event = next()) {
      if (!(event instanceof ScalarEvent key)) {
        throw refused("expected a name as key, found a nested value or an alias");
      }
      Position keyPosition = position;
      count(1);
      path.addLast("." + key.getValue());
      Node value = node(next());
      path.removeLast();
      if (key.isPlain() && key.getValue().equals(MERGE)) {
        merge(value, merged);
        continue;
      }
      Entry earlier = own.put(key.getValue(), new Entry(keyPosition, value));
      if (earlier != null) {
        findings.add(
            new Finding(
                Finding.Status.REPLACED,
                path(key.getValue()),
                earlier.position(),
                "there again on line " + keyPosition.line() + ", which counts instead",
                true));
      }
    }
    merged.forEach(own::putIfAbsent);
    return new Node.Mapping(Collections.unmodifiableMap(own), start);
  }

  private String path(String key) {
    return (String.join("", path) + "." + key).substring(1);
  }

  /** YAML 1.1's merge key: what stands in the mapping itself wins, then the first one named. */
  private void merge(Node value, Map<String, Entry> into) {
    switch (value) {
      case Node.Mapping mapping -> mapping.entries().forEach(into::putIfAbsent);
      case Node.Sequence sequence -> sequence.items().forEach(item -> merge(item, into));
      case Node.Scalar _ -> throw refused("expected a mapping to merge with <<");
    }
  }

  private Node scalar(ScalarEvent event) {
    String text = event.getValue();
    String tag = event.getTag().orElse("");
    boolean plain = tag.isEmpty() && event.isPlain();
    boolean typed =
        switch (tag.startsWith(STANDARD_TAG) ? tag.substring(STANDARD_TAG.length()) : tag) {
          case "", "!", "str" -> false;
          case "int", "float", "bool", "null" -> true;
          default -> throw refused(TAG_REFUSED);
        };
    try {
      Object value = plain || typed ? PlainScalars.resolve(text) : text;
      return new Node.Scalar(value, text, null, position);
    } catch (ArithmeticException _) {
      throw refused(
          "expected a number of at most "
              + PlainScalars.DIGITS_MAX
              + " digits (or quote the text)");
    }
  }

  private ConfigException refused(String problem) {
    return new ConfigException(position, "", problem);
  }
}
