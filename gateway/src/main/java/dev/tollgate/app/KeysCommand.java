package dev.tollgate.app;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code tollgate keys}: virtual keys of a running gateway, over its own management API. */
final class KeysCommand {
  private static final Flag URL =
      Flag.valued("url", "URL", "Address of the gateway.")
          .variable("PROXY_BASE_URL")
          .fallback("http://127.0.0.1:4000");
  private static final Flag CONFIG =
      Flag.valued("config", "FILE", "The gateway's config.yaml, if that has the master key.")
          .letter("c")
          .variable("CONFIG_FILE_PATH");
  private static final Flag DATA =
      Flag.valued(
              "data",
              "DIR",
              "Where the master key is if neither the config nor LITELLM_MASTER_KEY has it.")
          .variable("TOLLGATE_DATA")
          .fallback("./tollgate-data");
  private static final Flag PAGE =
      Flag.valued("page", "N", "Which page of the list.").fallback("1");
  private static final Flag SIZE = Flag.valued("size", "N", "Keys in a page.").fallback("50");
  private static final Flag ALIAS = Flag.valued("alias", "NAME", "Its name, for people.");
  private static final Flag MODEL =
      Flag.valued("model", "MODEL", "A model it may use; may be given again.").again();
  private static final Flag MAX_BUDGET = Flag.valued("max-budget", "DOLLARS", "What it may spend.");
  private static final Flag BUDGET_DURATION =
      Flag.valued("budget-duration", "TIME", "When the budget starts anew, for example 30d.");
  private static final Flag RPM = Flag.valued("rpm", "N", "Requests a minute.");
  private static final Flag TPM = Flag.valued("tpm", "N", "Tokens a minute.");
  private static final Flag DURATION =
      Flag.valued("duration", "TIME", "How long it is valid, for example 90d.");

  private static final Grammar GRAMMAR =
      new Grammar(
          "keys",
          "COMMAND",
          List.of("List, make, show and delete virtual keys of a running gateway."),
          List.of(
              Map.entry("list", "List keys."),
              Map.entry("create", "Make a key; its secret is shown once."),
              Map.entry("info", "Show a key, its spend and its limits."),
              Map.entry("delete", "Delete keys.")),
          List.of(URL, CONFIG, DATA, Flag.HELP),
          List.of());

  private KeysCommand() {}

  static int run(List<String> words, Shell shell) {
    int at = GRAMMAR.firstOperand(words);
    if (at == words.size()) {
      if (GRAMMAR.read(words, shell.environment()).has(Flag.HELP)) {
        return shell.explain(GRAMMAR);
      }
      throw new StartException("keys: expected list, create, info or delete; " + GRAMMAR.pointer());
    }
    // Flags before and after the command are the same to it.
    List<String> rest = new ArrayList<>(words);
    String command = rest.remove(at);
    return switch (command) {
      case "list" -> list(rest, shell);
      case "create" -> create(rest, shell);
      case "info" -> info(rest, shell);
      case "delete" -> delete(rest, shell);
      default ->
          throw command.startsWith("-")
              ? GRAMMAR.unknown(command)
              : GRAMMAR.unknownCommand(command);
    };
  }

  private static int list(List<String> words, Shell shell) {
    Grammar grammar = grammar("list", "", "List keys.", PAGE, SIZE);
    Arguments given = grammar.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(grammar);
    }
    given.operands(0, 0);
    long page = given.number(PAGE, 1, Integer.MAX_VALUE);
    long size = given.number(SIZE, 1, Integer.MAX_VALUE);
    return gateway(given, shell)
        .get("/key/list?return_full_object=true&page=" + page + "&size=" + size);
  }

  private static int create(List<String> words, Shell shell) {
    Grammar grammar =
        grammar(
            "create",
            "",
            "Make a key; its secret is shown once.",
            ALIAS,
            MODEL,
            MAX_BUDGET,
            BUDGET_DURATION,
            RPM,
            TPM,
            DURATION);
    Arguments given = grammar.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(grammar);
    }
    given.operands(0, 0);
    return gateway(given, shell).post("/key/generate", wanted(given));
  }

  private static ObjectNode wanted(Arguments given) {
    ObjectNode body = RunningGateway.body();
    putText(body, "key_alias", given, ALIAS);
    putText(body, "budget_duration", given, BUDGET_DURATION);
    putText(body, "duration", given, DURATION);
    if (given.has(MAX_BUDGET)) {
      body.put("max_budget", dollars(given.text(MAX_BUDGET)));
    }
    putNumber(body, "rpm_limit", given, RPM);
    putNumber(body, "tpm_limit", given, TPM);
    if (given.has(MODEL)) {
      ArrayNode models = body.putArray("models");
      given.all(MODEL).forEach(models::add);
    }
    return body;
  }

  private static BigDecimal dollars(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException _) {
      throw new StartException("--max-budget: expected an amount of dollars, got '" + text + "'");
    }
  }

  private static void putText(ObjectNode body, String name, Arguments given, Flag flag) {
    if (given.has(flag)) {
      body.put(name, given.text(flag));
    }
  }

  private static void putNumber(ObjectNode body, String name, Arguments given, Flag flag) {
    if (given.has(flag)) {
      body.put(name, given.number(flag, 0, Long.MAX_VALUE));
    }
  }

  private static int info(List<String> words, Shell shell) {
    Grammar grammar =
        grammar("info", "KEY", "Show a key (or the hash of one), its spend and its limits.");
    Arguments given = grammar.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(grammar);
    }
    String key = given.operands(1, 1).getFirst();
    return gateway(given, shell)
        .get("/key/info?key=" + URLEncoder.encode(key, StandardCharsets.UTF_8));
  }

  private static int delete(List<String> words, Shell shell) {
    Grammar grammar = grammar("delete", "KEY...", "Delete keys, given as such or as their hashes.");
    Arguments given = grammar.read(words, shell.environment());
    if (given.has(Flag.HELP)) {
      return shell.explain(grammar);
    }
    List<String> keys = given.operands(1, Integer.MAX_VALUE);
    ObjectNode body = RunningGateway.body();
    ArrayNode names = body.putArray("keys");
    keys.forEach(names::add);
    return gateway(given, shell).post("/key/delete", body);
  }

  private static Grammar grammar(String command, String operands, String about, Flag... own) {
    List<Flag> flags = new ArrayList<>(List.of(own));
    flags.addAll(GRAMMAR.flags());
    return Grammar.of("keys " + command, operands, List.of(about), List.copyOf(flags));
  }

  private static RunningGateway gateway(Arguments given, Shell shell) {
    return new RunningGateway(
        given.text(URL), given.pathIfAny(CONFIG), Path.of(given.text(DATA)), shell);
  }
}
