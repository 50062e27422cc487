package dev.tollgate.platform.doctor;

import dev.tollgate.platform.doctor.Diagnosis.Report;
import dev.tollgate.platform.settings.Addresses;
import dev.tollgate.platform.settings.Setting;
import dev.tollgate.platform.settings.Settings;
import java.util.List;

/** The page's "embeddings work but LLM blocks don't": two addresses, or two keys. Immutable. */
final class Comparison {
  private final Settings settings;

  Comparison(Settings settings) {
    this.settings = settings;
  }

  List<Check> of(List<Report> reports) {
    var embeddings = find(reports, Component.EMBEDDINGS);
    var blocks =
        reports.stream().filter(report -> report.component() != Component.EMBEDDINGS).toList();
    if (embeddings.isEmpty() || blocks.isEmpty() || alike()) {
      return List.of();
    }
    var tried = "embeddings beside LLM blocks";
    var differ = sameAddress() ? "one address, two keys" : "two addresses";
    boolean embeddingsWork = !embeddings.getFirst().hasFailed();
    boolean blocksWork = blocks.stream().noneMatch(Report::hasFailed);
    if (embeddingsWork == blocksWork) {
      return List.of(Check.note(tried, differ + ", " + both()));
    }
    var got =
        (embeddingsWork
                ? "embeddings work, LLM blocks do not: "
                : "LLM blocks work, embeddings do not: ")
            + differ
            + ", "
            + both();
    return List.of(Check.failed(tried, got, change(embeddingsWork)));
  }

  private String change(boolean embeddingsWork) {
    if (sameAddress()) {
      return embeddingsWork
          ? at(Setting.OPENAI_API_KEY, "the key that embeddings use")
          : at(Setting.OPENAI_INTERNAL_API_KEY, "the key that LLM blocks use");
    }
    return embeddingsWork
        ? at(Setting.OPENAI_BASE_URL, settings.shown(Setting.OPENAI_INTERNAL_BASE_URL))
        : at(Setting.OPENAI_INTERNAL_BASE_URL, "") + " (empty: then it is OPENAI_BASE_URL)";
  }

  private String at(Setting setting, String value) {
    return new Remedies(settings, Component.LLM_BLOCK).line(setting, value);
  }

  private String both() {
    return "LLM blocks at %s, embeddings at %s"
        .formatted(
            settings.shown(Setting.OPENAI_BASE_URL),
            settings.shown(Setting.OPENAI_INTERNAL_BASE_URL));
  }

  private boolean alike() {
    return sameAddress() && settings.openaiApiKey().equals(settings.openaiInternalApiKey());
  }

  private boolean sameAddress() {
    return Addresses.same(
        GatewayRoot.of(settings.openaiBaseUrl()), GatewayRoot.of(settings.openaiInternalBaseUrl()));
  }

  private static List<Report> find(List<Report> reports, Component wanted) {
    return reports.stream().filter(report -> report.component() == wanted).toList();
  }
}
