package dev.tollgate.platform.cli;

import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.client.BadInputException;
import dev.tollgate.platform.doctor.Check;
import dev.tollgate.platform.doctor.Component;
import dev.tollgate.platform.doctor.Diagnosis;
import dev.tollgate.platform.doctor.Diagnosis.Report;
import dev.tollgate.platform.doctor.Doctor;
import dev.tollgate.platform.doctor.Examination;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code doctor}: why calls do not come through, and the one line to change. */
final class DoctorCommand implements Command {
  private static final Examination USUAL = Examination.USUAL;
  private static final Flag ONLY =
      Flag.valued("only", "COMPONENT", "Look at llm, codex or embeddings alone.").again();
  private static final Flag MODEL =
      Flag.valued(
              "model",
              "MODEL",
              "A model that the LLM block is to find, instead of "
                  + LlmModels.byDefault().name()
                  + ".")
          .again();
  private static final Flag CALLS =
      Flag.on("calls", "Let each component make one small call, which costs a few tokens.");
  private static final Flag TIMEOUT =
      Flag.valued("timeout", "SECONDS", "How long to wait for an answer.")
          .fallback(USUAL.timeout().toSeconds());
  private static final Flag SLOW =
      Flag.valued("slow-ms", "MS", "A request that calls no model is slow above this.")
          .fallback(USUAL.slow().toMillis());
  private static final Flag SLOW_CALL =
      Flag.valued("slow-call-ms", "MS", "A call of a model is slow above this.")
          .fallback(USUAL.slowCall().toMillis());

  private static final Grammar GRAMMAR =
      new Grammar(
          "doctor",
          "",
          """
          Find out why calls do not come through, and say which line to change.

          For each component: its address, where its key came from (never the key), what was
          tried and what came of it. Asks for the gateway's health and list of models only, which
          costs nothing; --calls adds one embedding of a word and two answers of at most 16 tokens.
          The status is 1 if any check failed.""",
          CALLS,
          ONLY,
          MODEL,
          SLOW,
          SLOW_CALL,
          TIMEOUT,
          Loading.ENV_FILE,
          Loading.STRICT,
          Flag.JSON);

  @Override
  public Grammar grammar() {
    return GRAMMAR;
  }

  @Override
  public int run(Arguments given, Shell shell) {
    given.operands(0, 0);
    var examination = examination(given);
    var diagnosis = new Doctor(Loading.settings(given, shell), examination).diagnose();
    if (given.has(Flag.JSON)) {
      shell.out().println(json(diagnosis));
    } else {
      shell.out().print(text(diagnosis));
    }
    return diagnosis.hasFailed() ? 1 : 0;
  }

  private static Examination examination(Arguments given) {
    var components = given.all(ONLY).stream().map(DoctorCommand::component).distinct().toList();
    var models = given.all(MODEL).stream().map(DoctorCommand::gatewayName).toList();
    return new Examination(
        components.isEmpty() ? USUAL.components() : components,
        models.isEmpty() ? USUAL.llmModels() : models,
        given.has(CALLS),
        Duration.ofSeconds(given.number(TIMEOUT, 1, 600)),
        Duration.ofMillis(given.number(SLOW, 1, 600_000)),
        Duration.ofMillis(given.number(SLOW_CALL, 1, 600_000)));
  }

  private static Component component(String id) {
    return Arrays.stream(Component.values())
        .filter(component -> component.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    ONLY.dashed() + ": found '" + id + "', expected llm, codex or embeddings"));
  }

  /** The platform's name of a model is turned into the gateway's; any other is the gateway's. */
  private static String gatewayName(String name) {
    try {
      return LlmModels.named(name).gatewayName();
    } catch (BadInputException _) {
      return name;
    }
  }

  private static String text(Diagnosis diagnosis) {
    var text = new StringBuilder();
    for (var report : diagnosis.reports()) {
      text.append(report.component().title()).append('\n');
      text.append("  address  %s  (%s)\n".formatted(report.address(), report.addressOrigin()));
      text.append(
          "  key      %s  (%s)\n".formatted(report.hasKey() ? "***" : "none", report.keyOrigin()));
      report.checks().forEach(check -> line(text, check));
      text.append('\n');
    }
    diagnosis.together().forEach(check -> line(text, check));
    long failed = diagnosis.reports().stream().filter(Report::hasFailed).count();
    text.append(
        diagnosis.hasFailed()
            ? "%d of %d components failed\n".formatted(failed, diagnosis.reports().size())
            : "all is well\n");
    return text.toString();
  }

  private static void line(StringBuilder text, Check check) {
    var verdict = check.hasFailed() ? "FAILED" : word(check);
    text.append("  %-7s  %s: %s\n".formatted(verdict, check.tried(), check.got()));
    if (!check.change().isEmpty()) {
      text.append("           change: ").append(check.change()).append('\n');
    }
  }

  private static String word(Check check) {
    return check.verdict().name().toLowerCase(Locale.ROOT);
  }

  private static String json(Diagnosis diagnosis) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", !diagnosis.hasFailed());
    var components = object.putArray("components");
    for (var report : diagnosis.reports()) {
      var one = components.addObject();
      one.put("component", report.component().id());
      one.put("ok", !report.hasFailed());
      one.put("address", report.address()).put("address_origin", report.addressOrigin());
      one.put("key", report.hasKey()).put("key_origin", report.keyOrigin());
      rows(one.putArray("checks"), report.checks());
    }
    rows(object.putArray("together"), diagnosis.together());
    return object.toString();
  }

  private static void rows(ArrayNode rows, List<Check> checks) {
    for (var check : checks) {
      rows.addObject()
          .put("verdict", word(check))
          .put("tried", check.tried())
          .put("got", check.got())
          .put("change", check.change());
    }
  }
}
