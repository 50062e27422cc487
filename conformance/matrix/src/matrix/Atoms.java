package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A request as a list of facts, each a line: so what a client meant and what a provider got can be
 * compared whatever their dialects.
 */
final class Atoms {
  /** {@code needs}: what a dialect must be able to say for it; null for what all can. */
  record Atom(Can needs, String line) {}

  private final List<String> systems = new ArrayList<>();
  final List<Atom> talk = new ArrayList<>();
  final List<Atom> settings = new ArrayList<>();

  void system(String text) {
    for (String line : text.split("\n")) {
      if (!line.isBlank()) {
        systems.add(line.strip());
      }
    }
  }

  void text(String role, String text) {
    talk.add(new Atom(null, role + " text: " + shortened(text)));
  }

  void imageData(String mediaType, String base64) {
    talk.add(new Atom(Can.IMAGE_DATA, "user image " + mediaType + " " + base64));
  }

  void imageUrl(String url) {
    talk.add(new Atom(Can.IMAGE_URL, "user image at " + url));
  }

  void pdf(String base64) {
    talk.add(new Atom(Can.PDF, "user pdf " + base64));
  }

  void thought(String text) {
    talk.add(new Atom(Can.THOUGHT, "assistant thought: " + text));
  }

  void signature(String signature) {
    talk.add(new Atom(Can.SIGNATURE, "assistant signature: " + signature));
  }

  void redacted(String data) {
    talk.add(new Atom(Can.REDACTED, "assistant redacted: " + data));
  }

  /** {@code id} null where the dialect has none. */
  void call(String id, String name, JsonNode arguments) {
    talk.add(new Atom(null, "assistant call " + (id == null ? "*" : id) + " " + name + " " + Json.canonical(arguments)));
  }

  void result(String id, List<String> texts, boolean failed) {
    List<String> lines = new ArrayList<>();
    texts.forEach(text -> lines.addAll(List.of(text.split("\n"))));
    lines.removeIf(String::isBlank);
    lines.replaceAll(line -> line.startsWith("{") ? Json.canonical(Json.read(line)) : line); // some dialects carry it as JSON
    talk.add(new Atom(null, "tool result " + (id == null ? "*" : id) + " " + lines));
    if (failed) {
      talk.add(new Atom(Can.FAILED_RESULT, "failed result " + (id == null ? "*" : id)));
    }
  }

  void tool(String name, String description, JsonNode schema) {
    settings.add(new Atom(null, "tool " + name + ": " + description + " " + Json.canonical(Schema.plain(schema))));
  }

  void choice(String choice) {
    Can needs = choice.equals("none") ? Can.CHOICE_NONE : choice.equals("required") ? Can.CHOICE_REQUIRED : Can.CHOICE_NAMED;
    settings.add(new Atom(needs, "choice " + choice));
  }

  void oneCallAtMost() {
    settings.add(new Atom(Can.PARALLEL_OFF, "one call at most"));
  }

  void jsonObject() {
    settings.add(new Atom(Can.JSON_OBJECT, "format JSON"));
  }

  void jsonSchema(JsonNode schema) {
    settings.add(new Atom(Can.JSON_SCHEMA, "format " + Json.canonical(Schema.plain(schema))));
  }

  void thinking() {
    settings.add(new Atom(Can.THINKING_ON, "thinking on"));
  }

  void number(String name, JsonNode value) {
    if (value != null && !value.isNull()) {
      Can needs = switch (name) {
        case "max_tokens" -> Can.MAX_TOKENS;
        case "temperature" -> Can.TEMPERATURE;
        case "top_p" -> Can.TOP_P;
        case "top_k" -> Can.TOP_K;
        case "seed" -> Can.SEED;
        default -> Can.PENALTIES;
      };
      settings.add(new Atom(needs, name + " " + Json.canonical(value)));
    }
  }

  void stop(JsonNode stop) {
    if (stop != null && !stop.isNull()) {
      settings.add(new Atom(Can.STOP, "stop " + Json.canonical(stop.isTextual() ? Json.arr(stop) : stop)));
    }
  }

  void endUser(String user) {
    if (user != null) {
      settings.add(new Atom(Can.END_USER, "end user " + user));
    }
  }

  /** The talk's lines, system texts first. */
  List<Atom> talk() {
    List<Atom> all = new ArrayList<>();
    systems.forEach(text -> all.add(new Atom(null, "system: " + text)));
    all.addAll(talk);
    return all;
  }

  Set<String> settings() {
    Set<String> lines = new LinkedHashSet<>();
    settings.forEach(atom -> lines.add(atom.line()));
    return lines;
  }

  private static String shortened(String text) {
    return text.length() < 500 ? text : text.substring(0, 200) + "…" + text.length() + " characters, hash " + text.hashCode();
  }

  /** What is asked, in full; calls without ids where {@code ids} is false. */
  static Atoms of(Talk.Ask ask, boolean ids) {
    Atoms atoms = new Atoms();
    for (Talk.Turn turn : ask.turns()) {
      for (Talk.Piece piece : turn.pieces()) {
        atoms.add(turn.role(), piece, ids);
      }
    }
    ask.tools().forEach(tool -> atoms.tool(tool.name(), tool.description(), tool.schema()));
    if (ask.choice() != null) {
      atoms.choice(ask.choice());
    }
    if (ask.oneCallAtMost()) {
      atoms.oneCallAtMost();
    }
    if (ask.format() != null && ask.format().schema() == null) {
      atoms.jsonObject();
    } else if (ask.format() != null) {
      atoms.jsonSchema(ask.format().schema());
    }
    if (ask.thinking()) {
      atoms.thinking();
    }
    ask.numbers().forEach(atoms::number);
    if (!ask.stop().isEmpty()) {
      atoms.stop(Json.arr(ask.stop()));
    }
    atoms.endUser(ask.endUser());
    return atoms;
  }

  private void add(String role, Talk.Piece piece, boolean ids) {
    switch (piece) {
      case Talk.Text text when role.equals("system") -> system(text.text());
      case Talk.Text text -> text(role, text.text());
      case Talk.Image image when image.url() != null -> imageUrl(image.url());
      case Talk.Image image -> imageData(image.mediaType(), image.base64());
      case Talk.Pdf pdf -> pdf(pdf.base64());
      case Talk.Thought thought -> {
        thought(thought.text());
        if (thought.signature() != null) {
          signature(thought.signature());
        }
      }
      case Talk.Redacted redacted -> redacted(redacted.data());
      case Talk.Call call -> call(ids ? call.id() : null, call.name(), call.arguments());
      case Talk.Result result -> result(ids ? result.callId() : null, result.texts(), result.failed());
      case Talk.Refusal refusal -> text(role, refusal.text());
    }
  }
}
