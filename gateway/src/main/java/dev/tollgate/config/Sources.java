package dev.tollgate.config;

import dev.tollgate.config.Node.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file and what it includes, as one mapping. LiteLLM's rules: a path is relative to the file that
 * names it, a list is appended to the list of the same name, anything else replaces what was there.
 */
final class Sources {
  static final int BYTES_MAX = 10 << 20;
  static final int FILES_MAX = 100;
  static final int DEPTH_MAX = 10;

  /**
   * @param root the top-level keys of all files
   * @param fingerprints the SHA-256 of each file, in the order read
   * @param findings one for each section that an included file replaced, and for each include
   */
  record Merged(Node.Mapping root, Map<Path, String> fingerprints, List<Finding> findings) {}

  private final Map<String, Entry> root = new LinkedHashMap<>();
  private final Map<Path, String> fingerprints = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<Path> open = new HashSet<>();
  private long bytes;
  private int files;

  private Sources() {}

  static Merged read(Path file) {
    Sources sources = new Sources();
    sources.add(file, new Position(file, 0));
    return new Merged(
        new Node.Mapping(sources.root, new Position(file, 1)),
        sources.fingerprints,
        sources.findings);
  }

  /** The SHA-256 of each file; {@code unreadable} for one that cannot be read. */
  static Map<Path, String> fingerprints(Iterable<Path> files) {
    Map<Path, String> prints = new LinkedHashMap<>();
    for (Path file : files) {
      try {
        prints.put(file, fingerprint(bytes(file, BYTES_MAX)));
      } catch (IOException _) {
        prints.put(file, "unreadable");
      }
    }
    return prints;
  }

  private void add(Path file, Position from) {
    Path real = real(file, from);
    if (!open.add(real)) {
      throw new ConfigException(from, "include", file + " includes itself, directly or not");
    }
    if (++files > FILES_MAX || open.size() > DEPTH_MAX) {
      throw new ConfigException(
          from,
          "include",
          "expected at most %d files, nested at most %d deep".formatted(FILES_MAX, DEPTH_MAX));
    }
    Node document = YamlDocument.parse(file, text(file, from), findings);
    if (!(document instanceof Node.Mapping mapping)) {
      throw new ConfigException(
          new Position(file, document == null ? 0 : document.position().line()),
          "",
          "expected sections such as model_list, found "
              + (document == null ? "nothing" : document.kind()));
    }
    mapping.entries().forEach(this::merge);
    include(file, mapping.entries().get("include"));
    open.remove(real);
  }

  private void include(Path file, @Nullable Entry include) {
    if (include == null || include.value().isNull()) {
      return;
    }
    if (!(include.value() instanceof Node.Sequence names)) {
      throw new ConfigException(
          include.position(),
          "include",
          "expected a list of files, found " + include.value().kind());
    }
    for (Node name : names.items()) {
      if (!(name instanceof Node.Scalar scalar) || scalar.value() == null) {
        throw new ConfigException(
            name.position(), "include", "expected a file's name, found " + name.kind());
      }
      add(file.resolveSibling(scalar.text()), name.position());
    }
    findings.add(new Finding(Finding.Status.USED, "include", include.position(), "", false));
  }

  private void merge(String key, Entry entry) {
    if (key.equals("include")) {
      return;
    }
    Entry earlier = root.get(key);
    if (earlier == null) {
      root.put(key, entry);
      return;
    }
    if (earlier.value() instanceof Node.Sequence before
        && entry.value() instanceof Node.Sequence after) {
      List<Node> all = new ArrayList<>(before.items());
      all.addAll(after.items());
      root.put(key, new Entry(earlier.position(), new Node.Sequence(all, before.position())));
      return;
    }
    findings.add(
        new Finding(
            Finding.Status.REPLACED,
            key,
            earlier.position(),
            "set again at " + entry.position() + ", which replaces the whole section",
            false));
    root.put(key, entry);
  }

  private static Path real(Path file, Position from) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      throw unreadable(file, from, e);
    }
  }

  private String text(Path file, Position from) {
    byte[] content;
    try {
      content = bytes(file, BYTES_MAX - (int) bytes);
    } catch (IOException e) {
      throw unreadable(file, from, e);
    }
    bytes += content.length;
    fingerprints.put(file, fingerprint(content));
    if (bytes > BYTES_MAX) {
      throw new ConfigException(
          new Position(file, 0), "", "expected at most " + BYTES_MAX + " bytes in all files");
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException _) {
      throw new ConfigException(new Position(file, 0), "", "expected UTF-8 text");
    }
  }

  /** At most one byte more than {@code max}: enough to see that there are too many. */
  private static byte[] bytes(Path file, int max) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(max + 1);
    }
  }

  private static String fingerprint(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static ConfigException unreadable(Path file, Position from, IOException cause) {
    String why = cause instanceof NoSuchFileException ? "does not exist" : "cannot be read";
    return from.line() == 0
        ? new ConfigException(from, "", "the file " + why)
        : new ConfigException(from, "include", "the file " + file + " " + why);
  }
}
