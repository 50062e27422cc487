package matrix;

import static matrix.Json.arr;
import static matrix.Json.obj;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import matrix.Talk.Answer;
import matrix.Talk.Ask;
import matrix.Talk.Call;
import matrix.Talk.End;
import matrix.Talk.Fault;
import matrix.Talk.Format;
import matrix.Talk.Image;
import matrix.Talk.Kind;
import matrix.Talk.Pdf;
import matrix.Talk.Piece;
import matrix.Talk.Redacted;
import matrix.Talk.Refusal;
import matrix.Talk.Result;
import matrix.Talk.Text;
import matrix.Talk.Thought;
import matrix.Talk.Tool;
import matrix.Talk.Turn;
import matrix.Talk.Usage;

/** The conversations that each client has with each provider. */
final class Talks {
  private static final String PNG =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  private static final String PDF =
      "JVBERi0xLjEKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEgMCBSPj4KJSVFT0YK";
  private static final String SIGNATURE = "U2lnbmVkIGJ5IHRoZSBwcm92aWRlciBpdHNlbGYgMTIzNDU2Nzg5MA==";
  private static final String SEALED = "U2VhbGVkIHRob3VnaHRzIG9mIHRoZSBwcm92aWRlciAxMjM0NQ==";

  private static final Tool WEATHER =
      new Tool("get_weather", "The weather in a city", obj(
          "type", "object",
          "properties", obj(
              "city", obj("type", "string", "description", "Name of the city"),
              "unit", obj("type", "string", "enum", arr("celsius", "fahrenheit"))),
          "required", arr("city")));
  private static final Tool CLOCK =
      new Tool("get_time", "The time in a zone", obj(
          "type", "object", "properties", obj("zone", obj("type", "string")), "required", arr("zone")));
  private static final Tool PING = new Tool("ping", "Says that it is there", obj("type", "object", "properties", obj()));
  private static final JsonNode PERSON = obj(
      "type", "object",
      "properties", obj("name", obj("type", "string"), "age", obj("type", "integer")),
      "required", arr("name", "age"),
      "additionalProperties", false);

  private static final Call PARIS = new Call("call_a1b2c3d4e", "get_weather", obj("city", "Paris", "unit", "celsius"));
  private static final Call TOKYO = new Call("call_f5g6h7i8j", "get_time", obj("zone", "Asia/Tokyo"));

  private Talks() {}

  static List<Talk> all() {
    List<Talk> talks = new ArrayList<>();
    texts(talks);
    tools(talks);
    media(talks);
    thoughts(talks);
    formats(talks);
    ends(talks);
    settings(talks);
    figures(talks);
    faults(talks);
    return talks;
  }

  private static void texts(List<Talk> talks) {
    String kind = "text";
    talks.add(new Talk("text", kind, ask(user("Say hello")), said("Hello there.")));
    talks.add(new Talk("system", kind, ask(system("You are terse."), user("Say hello")), said("Hello.")));
    talks.add(new Talk("several-systems", kind,
        ask(system("You are terse."), system("You speak French."), user("Say hello")), said("Bonjour.")));
    talks.add(new Talk("multi-turn", kind, ask(
        system("You count."), user("One"), assistant(new Text("Two")), user("Three"), assistant(new Text("Four")), user("Five")),
        said("Six")));
    talks.add(new Talk("several-texts", kind,
        ask(new Turn("user", List.of(new Text("First part."), new Text("Second part.")))), said("Both read.")));
    String words = "Zażółć gęślą jaźń \u2028 \"quotes\" \\ / \t\n 日本語 🌍👩‍👩‍👧 עברית \u0001 end";
    talks.add(new Talk("unicode", kind, ask(user(words)), said("Ünï " + words)));
    String story = "It was a dark and stormy night; the rain fell in torrents. ".repeat(1500);
    talks.add(new Talk("long", kind, ask(user(story)), said("Back: " + story)));
    talks.add(new Talk("empty-answer", kind, ask(user("Say nothing")), Answer.of(End.STOP)));
  }

  private static void tools(List<Talk> talks) {
    String kind = "tools";
    Turn question = user("Weather in Paris and time in Tokyo?");
    talks.add(new Talk("two-calls", kind, tooled(null, question), Answer.of(End.TOOLS, PARIS, TOKYO)));
    talks.add(new Talk("text-and-call", kind, tooled(null, question),
        Answer.of(End.TOOLS, new Text("Let me look."), PARIS)));
    talks.add(new Talk("results", kind, tooled(null, question, assistant(PARIS, TOKYO),
        results(new Result(PARIS.id(), PARIS.name(), List.of("18 degrees, sunny"), false),
            new Result(TOKYO.id(), TOKYO.name(), List.of("{\"time\": \"12:00\"}"), false))),
        said("18 degrees; noon.")));
    talks.add(new Talk("result-parts", kind, tooled(null, question, assistant(new Text("Let me look."), PARIS),
        results(new Result(PARIS.id(), PARIS.name(), List.of("18 degrees", "and sunny"), false)), user("And tomorrow?")),
        said("Rain.")));
    talks.add(new Talk("result-failed", kind, tooled(null, question, assistant(PARIS),
        results(new Result(PARIS.id(), PARIS.name(), List.of("no such city"), true))), said("No such city.")));
    talks.add(new Talk("tools-round-trip", kind, tooled(null, question), Answer.of(End.TOOLS, PARIS, TOKYO),
        List.of(results(new Result(PARIS.id(), PARIS.name(), List.of("18 degrees"), false),
            new Result(TOKYO.id(), TOKYO.name(), List.of("noon"), false)))));
    talks.add(new Talk("forced-tool", kind, tooled("get_time", question), Answer.of(End.TOOLS, TOKYO)));
    talks.add(new Talk("required-tool", kind, tooled("required", question), Answer.of(End.TOOLS, PARIS)));
    talks.add(new Talk("no-tool", kind, tooled("none", question), said("I may not look.")));
    talks.add(new Talk("one-call-at-most", kind, new Ask(List.of(question), List.of(WEATHER, CLOCK), null, null, false,
        Map.of(), List.of(), null, true), Answer.of(End.TOOLS, PARIS)));
    Ask ping = new Ask(List.of(user("Are you there?")), List.of(PING), null, null, false, Map.of(), List.of(), null, false);
    talks.add(new Talk("empty-arguments", kind, ping, Answer.of(End.TOOLS, new Call("call_ping12345", "ping", obj()))));
  }

  private static void media(List<Talk> talks) {
    String kind = "media";
    talks.add(new Talk("image-data", kind, ask(new Turn("user", List.of(new Text("What is it?"), new Image("image/png", PNG, null)))),
        said("A dot.")));
    talks.add(new Talk("image-address", kind, ask(new Turn("user", List.of(
        new Text("What is it?"), new Image("image/png", null, "https://example.com/cat.png")))), said("A cat.")));
    talks.add(new Talk("pdf", kind, ask(new Turn("user", List.of(new Pdf("report.pdf", PDF), new Text("Sum it up")))), said("Empty.")));
  }

  private static void thoughts(List<Talk> talks) {
    String kind = "thinking";
    Thought thought = new Thought("The user wants a greeting.", SIGNATURE);
    Usage usage = new Usage(21, 0, 0, 40, 27);
    talks.add(new Talk("thinking", kind, thinking(List.of(), user("Think, then say hello")),
        Answer.of(End.STOP, thought, new Text("Hello.")).with(usage)));
    talks.add(new Talk("thinking-round-trip", kind, thinking(List.of(), user("Think, then say hello")),
        Answer.of(End.STOP, thought, new Text("Hello.")).with(usage), List.of(user("Again"))));
    talks.add(new Talk("thinking-tool-round-trip", kind, thinking(List.of(WEATHER, CLOCK), user("Weather in Paris?")),
        Answer.of(End.TOOLS, thought, PARIS).with(usage),
        List.of(results(new Result(PARIS.id(), PARIS.name(), List.of("18 degrees"), false)))));
    talks.add(new Talk("redacted-round-trip", kind, thinking(List.of(), user("Think, then say hello")),
        Answer.of(End.STOP, new Redacted(SEALED), new Text("Hello.")).with(usage), List.of(user("Again"))));
  }

  private static void formats(List<Talk> talks) {
    String kind = "structured output";
    talks.add(new Talk("json-object", kind, formatted(new Format(null, null), "A person as JSON, please"),
        said("{\"name\":\"Ada\",\"age\":36}")));
    talks.add(new Talk("json-schema", kind, formatted(new Format("person", PERSON), "A person"),
        said("{\"name\":\"Ada\",\"age\":36}")));
  }

  private static void ends(List<Talk> talks) {
    String kind = "finish";
    talks.add(new Talk("length", kind, numbered(Map.of("max_tokens", whole(5)), List.of(), "Go on and on"),
        Answer.of(End.LENGTH, new Text("On and on and"))));
    talks.add(new Talk("stop-sequence", kind, numbered(Map.of("max_tokens", whole(50)), List.of("###"), "Stop at ###"),
        Answer.of(End.STOP_SEQUENCE, new Text("Before "))));
    talks.add(new Talk("content-filter", kind, ask(user("Something nasty")), Answer.of(End.FILTER, new Text("It begins"))));
    talks.add(new Talk("refusal", kind, ask(user("Something nasty")), Answer.of(End.REFUSAL, new Refusal("I cannot help with that."))));
  }

  private static void settings(List<Talk> talks) {
    String kind = "parameters";
    Map<String, JsonNode> usual = new LinkedHashMap<>();
    usual.put("max_tokens", whole(321));
    usual.put("temperature", decimal("0.25"));
    talks.add(new Talk("sampling", kind, numbered(usual, List.of("END", "STOP"), "Draw"), said("Drawn.")));
    talks.add(new Talk("top-p", kind, numbered(Map.of("top_p", decimal("0.75")), List.of(), "Draw"), said("Drawn.")));
    talks.add(new Talk("top-k", kind, numbered(Map.of("top_k", whole(40)), List.of(), "Draw"), said("Drawn.")));
    talks.add(new Talk("seed", kind, numbered(Map.of("seed", whole(42)), List.of(), "Draw"), said("Drawn.")));
    Map<String, JsonNode> penalties = new LinkedHashMap<>();
    penalties.put("frequency_penalty", decimal("0.5"));
    penalties.put("presence_penalty", decimal("0.125"));
    talks.add(new Talk("penalties", kind, numbered(penalties, List.of(), "Draw"), said("Drawn.")));
    talks.add(new Talk("end-user", kind, new Ask(List.of(user("Who am I?")), List.of(), null, null, false, Map.of(), List.of(),
        "user-1234", false), said("A user.")));
  }

  private static void figures(List<Talk> talks) {
    String kind = "usage";
    talks.add(new Talk("cached-tokens", kind, ask(user("Count")), said("Counted.").with(new Usage(1500, 1024, 0, 31, 0))));
    talks.add(new Talk("cache-write", kind, ask(user("Count")), said("Counted.").with(new Usage(1500, 256, 1024, 31, 0))));
    talks.add(new Talk("reasoning-tokens", kind, ask(user("Count")), said("Counted.").with(new Usage(1500, 0, 0, 345, 300))));
  }

  private static void faults(List<Talk> talks) {
    String kind = "errors";
    fault(talks, kind, "error-400", Kind.BAD_REQUEST, 400, "temperature has to be between 0 and 2 xq1");
    fault(talks, kind, "error-401", Kind.AUTH, 401, "Incorrect API key provided: xq2");
    fault(talks, kind, "error-403", Kind.FORBIDDEN, 403, "this project may not use the model xq3");
    fault(talks, kind, "error-404", Kind.NOT_FOUND, 404, "The model `xq4` does not exist or you do not have access to it.");
    fault(talks, kind, "error-429", Kind.RATE, 429, "too many requests xq5");
    fault(talks, kind, "error-500", Kind.SERVER, 500, "the machine is broken xq6");
    fault(talks, kind, "error-context-window", Kind.CONTEXT, 400, "");
    fault(talks, kind, "error-content-policy", Kind.POLICY, 400, "");
    Fault late = new Fault(Kind.SERVER, 500, "broke down half-way xq7", true);
    Answer begun = said("Half of it and the other half");
    talks.add(new Talk("error-in-stream", kind, ask(user("Break")), new Answer(begun.pieces(), End.STOP, begun.usage(), late, false)));
    talks.add(new Talk("cut-in-stream", kind, ask(user("Cut")), new Answer(begun.pieces(), End.STOP, begun.usage(), null, true)));
  }

  private static void fault(List<Talk> talks, String kind, String name, Kind what, int status, String message) {
    talks.add(new Talk(name, kind, ask(user("Fail")),
        new Answer(List.of(), End.STOP, Usage.USUAL, new Fault(what, status, message, false), false)));
  }

  private static Ask ask(Turn... turns) {
    return new Ask(List.of(turns), List.of(), null, null, false, Map.of(), List.of(), null, false);
  }

  private static Ask tooled(String choice, Turn... turns) {
    return new Ask(List.of(turns), List.of(WEATHER, CLOCK), choice, null, false, Map.of(), List.of(), null, false);
  }

  private static Ask thinking(List<Tool> tools, Turn... turns) {
    return new Ask(List.of(turns), tools, null, null, true, Map.of("max_tokens", whole(8000)), List.of(), null, false);
  }

  private static Ask formatted(Format format, String words) {
    return new Ask(List.of(user(words)), List.of(), null, format, false, Map.of(), List.of(), null, false);
  }

  private static Ask numbered(Map<String, JsonNode> numbers, List<String> stop, String words) {
    return new Ask(List.of(user(words)), List.of(), null, null, false, numbers, stop, null, false);
  }

  private static Turn system(String text) {
    return new Turn("system", List.of(new Text(text)));
  }

  private static Turn user(String text) {
    return new Turn("user", List.of(new Text(text)));
  }

  private static Turn assistant(Piece... pieces) {
    return new Turn("assistant", List.of(pieces));
  }

  private static Turn results(Result... results) {
    return new Turn("tool", List.of(results));
  }

  private static Answer said(String text) {
    return Answer.of(End.STOP, new Text(text));
  }

  private static JsonNode whole(int number) {
    return IntNode.valueOf(number);
  }

  private static JsonNode decimal(String number) {
    return DecimalNode.valueOf(new BigDecimal(number));
  }
}
