package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import matrix.Atoms.Atom;

/** One conversation of one client with one provider, whole or streamed, and what is wrong with it. */
final class Cell {
  private static final BigDecimal INPUT = new BigDecimal("0.000001");
  private static final BigDecimal OUTPUT = new BigDecimal("0.000002");
  private static final BigDecimal CACHED = new BigDecimal("0.0000001");
  private static final BigDecimal WRITTEN = new BigDecimal("0.00000125");
  static final JsonNode PRICES = Json.obj("input_cost_per_token", INPUT, "output_cost_per_token", OUTPUT,
      "cache_read_input_token_cost", CACHED, "cache_creation_input_token_cost", WRITTEN);

  private final Client client;
  private final Provider provider;
  private final Talk talk;
  private final boolean stream;
  private final Gateway gateway;
  private final int number;
  final List<String> complaints = new ArrayList<>();
  final Set<String> reasons = new HashSet<>();
  boolean refused;

  Cell(Client client, Provider provider, Talk talk, boolean stream, Gateway gateway, int number) {
    this.client = client;
    this.provider = provider;
    this.talk = talk;
    this.stream = stream;
    this.gateway = gateway;
    this.number = number;
  }

  String name() {
    return client.name() + "/" + provider.name() + "/" + talk.name() + (stream ? "/stream" : "/whole");
  }

  void run() {
    try {
      ObjectNode body = client.body(talk.ask(), provider.name(), stream);
      Gateway.Exchange exchange = gateway.send(this, number, body, 1);
      checkLeaks(exchange.answer());
      if (exchange.seen() == null && exchange.answer().status() == 400 && isRefused(exchange.answer())) {
        refused = true;
        return;
      }
      checkAsked(exchange.seen(), talk.ask());
      if (talk.answer().fault() != null && !(stream && talk.answer().fault().inStream())) {
        checkTrouble(exchange.answer());
        return;
      }
      if (stream && (talk.answer().cut() || talk.answer().fault() != null)) {
        checkTroubleInStream(exchange.answer());
        return;
      }
      Client.Said said = understand(exchange.answer());
      if (said != null) {
        checkSaid(said);
        checkSpend(exchange.answer());
        if (talk.next() != null) {
          goOn(body, said);
        }
      }
    } catch (Wrong e) {
      complaints.add(e.getMessage());
    } catch (RuntimeException e) {
      complaints.add(e.getClass().getSimpleName() + ": " + Json.brief(String.valueOf(e.getMessage())));
    }
  }

  Client client() {
    return client;
  }

  Provider provider() {
    return provider;
  }

  Talk talk() {
    return talk;
  }

  boolean isStream() {
    return stream;
  }

  private void goOn(ObjectNode body, Client.Said said) {
    client.goOn(body, said.echo(), said.calls(), talk.next());
    Gateway.Exchange exchange = gateway.send(this, number, body, 2);
    List<Talk.Turn> turns = new ArrayList<>(talk.ask().turns());
    turns.add(new Talk.Turn("assistant", talk.answer().pieces()));
    turns.addAll(talk.next());
    checkAsked(exchange.seen(), talk.ask().withTurns(turns));
    if (exchange.answer().status() != 200) {
      complaints.add("turn 2: " + exchange.answer().status() + " " + Json.brief(new String(exchange.answer().body())));
    }
  }

  /** Whether the gateway refused what the provider cannot do, in so many words. */
  private boolean isRefused(Client.Answer answer) {
    String message;
    message = client.trouble(answer);
    for (Atom atom : everything(Atoms.of(talk.ask(), true))) {
      Provider.Lack lack = atom.needs() == null ? null : provider.lacks().get(atom.needs());
      if (lack != null && !client.lacks().containsKey(atom.needs()) && Pattern.compile(atom.needs().named).matcher(message).find()) {
        reasons.add("400 for " + atom.needs() + ": " + lack.why());
        return true;
      }
    }
    throw new Wrong("refused: " + Json.brief(message));
  }

  private static List<Atom> everything(Atoms atoms) {
    return Stream.concat(atoms.talk().stream(), atoms.settings.stream()).toList();
  }

  // ---- what the provider got --------------------------------------------------------------------

  private void checkAsked(Gateway.Seen seen, Talk.Ask ask) {
    if (seen == null) {
      complaints.add("the provider saw nothing");
      return;
    }
    String path = provider.pathOf(stream);
    if (!seen.path().equals(path) && !seen.path().equals(path.replace("%3A", ":"))) {
      complaints.add("asked at " + seen.path() + " instead of " + path);
    }
    Atoms got = provider.read(seen.body(), stream);
    boolean ids = provider.hasCallIds() && client.hasCallIds() && ask == talk.ask();
    List<Atom> wanted = kept(Atoms.of(ask, ids).talk());
    List<Atom> had = new ArrayList<>(got.talk());
    compare(wanted, ids ? had : had.stream().map(Cell::withoutId).toList());
    Set<String> settings = got.settings();
    for (Atom atom : kept(Atoms.of(ask, true).settings)) {
      if (!settings.contains(atom.line())) {
        complaints.add("lost: " + Json.brief(atom.line()) + "; there are " + Json.brief(settings.toString()));
      }
    }
  }

  private static Atom withoutId(Atom atom) {
    return new Atom(atom.needs(), atom.line().replaceFirst("^(assistant call|tool result|failed result) \\S+", "$1 *"));
  }

  /** What both dialects can say; why the rest is left out is noted. */
  private List<Atom> kept(List<Atom> atoms) {
    List<Atom> kept = new ArrayList<>();
    for (Atom atom : atoms) {
      String unsaid = atom.needs() == null ? null : client.lacks().get(atom.needs());
      Provider.Lack lack = atom.needs() == null ? null : provider.lacks().get(atom.needs());
      boolean unsigned = atom.needs() == Can.THOUGHT && client.lacks().containsKey(Can.SIGNATURE)
          && List.of("messages", "bedrock", "responses").contains(provider.name());
      if (unsigned) {
        reasons.add("left out, THOUGHT: the provider takes its thoughts back only if they are signed");
        continue;
      }
      boolean unanswered = atom.needs() == Can.REDACTED && provider.lacks().containsKey(Can.ANSWER_REDACTED);
      if (unsaid != null) {
        reasons.add("not said, " + atom.needs() + ": " + unsaid);
      } else if (lack != null && !lack.lost()) {
        complaints.add("neither carried nor refused: " + atom.line());
      } else if (lack != null) {
        reasons.add("left out, " + atom.needs() + ": " + lack.why());
      } else if (!unanswered) {
        kept.add(atom);
      }
    }
    return kept;
  }

  /** A talk has to arrive whole and in order; of what only some dialects have, more may arrive. */
  private void compare(List<Atom> wanted, List<Atom> had) {
    List<String> lines = had.stream().map(Atom::line).toList();
    int at = 0;
    for (Atom atom : wanted) {
      int found = at;
      while (found < lines.size() && !lines.get(found).equals(atom.line())) {
        found++;
      }
      if (found == lines.size() && atom.line().startsWith("failed") && lines.contains(atom.line())) {
        continue;
      }
      if (found == lines.size()) {
        complaints.add("lost or out of order: " + Json.brief(atom.line()) + "; there are " + Json.brief(lines.toString()));
        return;
      }
      for (int i = at; i < found; i++) {
        if (had.get(i).needs() == null) {
          complaints.add("made up: " + Json.brief(lines.get(i)));
        }
      }
      at = found + 1;
    }
    for (int i = at; i < had.size(); i++) {
      if (had.get(i).needs() == null) {
        complaints.add("made up: " + Json.brief(lines.get(i)));
      }
    }
  }

  // ---- what the client got ----------------------------------------------------------------------

  private Client.Said understand(Client.Answer answer) {
    if (answer.status() != 200) {
      complaints.add("answered " + answer.status() + ": " + Json.brief(new String(answer.body())));
      return null;
    }
    try {
      return stream ? client.stream(answer) : client.whole(answer);
    } catch (RuntimeException e) {
      complaints.add("the SDK does not take it: " + Json.brief(e.getMessage() == null ? e.toString() : e.getMessage()));
      return null;
    }
  }

  private boolean both(Can can) {
    Provider.Lack lack = provider.lacks().get(can);
    if (lack != null) {
      reasons.add("not answered, " + can + ": " + lack.why());
    }
    String untold = client.lacks().get(can);
    if (untold != null) {
      reasons.add("not told, " + can + ": " + untold);
    }
    return lack == null && untold == null;
  }

  private void checkSaid(Client.Said said) {
    StringBuilder text = new StringBuilder();
    StringBuilder thought = new StringBuilder();
    List<String> calls = new ArrayList<>();
    String refusal = "";
    boolean blocked = !stream && talk.answer().end() == Talk.End.FILTER && !both(Can.ANSWER_FILTERED);
    for (Talk.Piece piece : blocked ? List.<Talk.Piece>of() : talk.answer().pieces()) {
      switch (piece) {
        case Talk.Text part -> text.append(part.text());
        case Talk.Refusal part when both(Can.REFUSAL_TEXT) -> refusal = part.text();
        case Talk.Refusal part -> text.append(part.text());
        case Talk.Thought part when both(Can.ANSWER_THOUGHT) -> thought.append(part.text());
        case Talk.Call call -> calls.add(line(call, provider.hasCallIds() && client.hasCallIds()));
        default -> { }
      }
    }
    same("text", text.toString(), said.text());
    same("thought", thought.toString(), said.thought());
    same("refusal", refusal, said.refusal());
    same("calls", calls, said.calls().stream().map(call -> line(call, provider.hasCallIds() && client.hasCallIds())).toList());
    Set<String> ids = new HashSet<>();
    for (Talk.Call call : said.calls()) {
      if (client.hasCallIds() && (call.id() == null || call.id().isEmpty() || !ids.add(call.id()))) {
        complaints.add("the id of a call is empty or not its own: " + call.id());
      }
    }
    Set<String> finishes = finishes(talk.answer().end() == Talk.End.REFUSAL && !provider.lacks().containsKey(Can.REFUSAL_TEXT));
    if (!finishes.contains(said.finish())) {
      complaints.add("finish: " + said.finish() + " instead of " + finishes);
    }
    checkUsage(said.usage());
  }

  /** What may stand as the end; a refusal in words of its own may, or may not, be an end of its own. */
  private Set<String> finishes(boolean refused) {
    Talk.End ended = provider.ended(talk.answer().end());
    Set<String> finishes = new HashSet<>(client.finishes(ended));
    if (refused) {
      finishes.addAll(client.finishes(Talk.End.REFUSAL));
    }
    return finishes;
  }

  private static String line(Talk.Call call, boolean ids) {
    return (ids ? call.id() + " " : "") + call.name() + Json.canonical(call.arguments());
  }

  private void same(String what, Object wanted, Object got) {
    if (!wanted.equals(got)) {
      complaints.add(what + ": " + Json.brief(got.toString()) + " instead of " + Json.brief(wanted.toString()));
    }
  }

  private Talk.Usage told() {
    Talk.Usage usage = talk.answer().usage();
    return new Talk.Usage(usage.input(), both(Can.CACHED) ? usage.cached() : 0, both(Can.CACHE_WRITE) ? usage.written() : 0,
        usage.output(), both(Can.REASONING_TOKENS) ? usage.reasoning() : 0);
  }

  private void checkUsage(Talk.Usage got) {
    Talk.Usage told = told();
    Talk.Usage comparable = new Talk.Usage(got.input(), got.cached(), Math.max(0, got.written()), got.output(),
        provider.lacks().containsKey(Can.REASONING_TOKENS) ? told.reasoning() : Math.max(0, got.reasoning()));
    same("usage", told, comparable);
  }

  private BigDecimal price() {
    Talk.Usage usage = talk.answer().usage();
    long cached = provider.lacks().containsKey(Can.CACHED) ? 0 : usage.cached();
    long written = provider.lacks().containsKey(Can.CACHE_WRITE) ? 0 : usage.written();
    return INPUT.multiply(BigDecimal.valueOf(usage.input() - cached - written))
        .add(CACHED.multiply(BigDecimal.valueOf(cached)))
        .add(WRITTEN.multiply(BigDecimal.valueOf(written)))
        .add(OUTPUT.multiply(BigDecimal.valueOf(usage.output())));
  }

  private void checkSpend(Client.Answer answer) {
    gateway.expectSpend(this, answer.header("x-litellm-call-id"), price());
    String cost = answer.header("x-litellm-response-cost");
    if (!stream && (cost.isEmpty() || new BigDecimal(cost).compareTo(price()) != 0)) {
      complaints.add("x-litellm-response-cost: " + cost + " instead of " + price());
    }
  }

  // ---- trouble ----------------------------------------------------------------------------------

  private void checkTrouble(Client.Answer answer) {
    Talk.Fault fault = talk.answer().fault();
    if (fault.inStream()) {
      understandWhole(answer);
      return;
    }
    int status = fault.kind() == Talk.Kind.SERVER ? 500 : fault.status();
    if (answer.status() != status) {
      complaints.add("status " + answer.status() + " instead of " + status);
    }
    String words = provider.trouble(fault).body() == null ? "" : Json.canonical(Json.read(provider.trouble(fault).body()));
    String message = client.trouble(answer);
    String readable = fault.message().isEmpty() ? longest(words) : fault.message();
    if (!message.contains(readable)) {
      complaints.add("the message does not say `" + readable + "`: " + Json.brief(message));
    }
    String kind = switch (fault.kind()) {
      case CONTEXT -> "ContextWindowExceededError";
      case POLICY -> Set.of("chat", "responses", "messages").contains(provider.name()) ? "ContentPolicyViolationError" : "";
      case AUTH -> "AuthenticationError";
      case NOT_FOUND -> "NotFoundError";
      case RATE -> "RateLimitError";
      case BAD_REQUEST, FORBIDDEN, SERVER -> "";
    };
    if (client.name().equals("chat") && !message.contains(kind)) {
      complaints.add("not recognised as " + kind + ": " + Json.brief(message));
    }
  }

  private void understandWhole(Client.Answer answer) {
    Client.Said said = understand(answer);
    if (said != null) {
      checkSaid(said);
      checkSpend(answer);
    }
  }

  /** The longest text of an error body, which is its message. */
  private static String longest(String canonical) {
    return Stream.of(canonical.split("\"")).max(java.util.Comparator.comparingInt(String::length)).orElse("");
  }

  private void checkTroubleInStream(Client.Answer answer) {
    if (answer.status() != 200) {
      complaints.add("answered " + answer.status() + " behind a stream's start");
      return;
    }
    if (!new String(answer.body()).contains("Half")) {
      complaints.add("what came before the trouble is lost");
    }
    String message = client.troubleInStream(answer);
    if (message == null) {
      complaints.add("no error at the stream's end: " + Json.brief(new String(answer.body())));
    } else if (!talk.answer().cut() && both(Can.FAULT_IN_STREAM) && !message.contains(talk.answer().fault().message())) {
      complaints.add("the event does not say `" + talk.answer().fault().message() + "`: " + message);
    }
  }

  private void checkLeaks(Client.Answer answer) {
    // LiteLLM's own header tells the base address of the deployment, and clients may read it.
    Map<String, List<String>> headers = new java.util.TreeMap<>(answer.headers());
    headers.remove("x-litellm-model-api-base");
    String all = headers + new String(answer.body());
    for (String secret : gateway.secrets()) {
      if (all.contains(secret)) {
        complaints.add("leaks " + secret);
      }
    }
  }
}
