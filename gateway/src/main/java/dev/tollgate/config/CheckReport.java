package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What {@code tollgate check} and a start print about a file that can be used. */
public record CheckReport(Config config) {
  private static final int WARNINGS_MAX = 50;

  /**
   * A line for each finding that changes behaviour, up to 50, then one that counts the others.
   * Those about models go last: they are many, and less is at stake.
   */
  public List<String> warnings() {
    List<Finding> ignored =
        config.findings().stream()
            .filter(Finding::changesBehaviour)
            .sorted(Comparator.comparing(finding -> finding.path().startsWith("model_list")))
            .toList();
    List<String> lines = new ArrayList<>();
    for (Finding finding : ignored.subList(0, Math.min(WARNINGS_MAX, ignored.size()))) {
      String message = finding.message().isEmpty() ? "" : ": " + finding.message();
      lines.add(
          finding.position() + ": " + finding.path() + ": " + finding.status().word() + message);
    }
    if (ignored.size() > WARNINGS_MAX) {
      lines.add(
          (ignored.size() - WARNINGS_MAX)
              + " more settings are not obeyed; tollgate check lists them all");
    }
    return lines;
  }

  /** A line for each key, then a summary; ends with a newline. */
  public String text() {
    List<Finding> findings = config.findings();
    int words = 0;
    int paths = 0;
    for (Finding finding : findings) {
      words = Math.max(words, finding.status().word().length());
      paths = Math.max(paths, Math.min(finding.path().length(), 60));
    }
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      String line =
          padded(finding.status().word(), words)
              + "  "
              + padded(finding.path(), paths)
              + "  "
              + finding.position()
              + "  "
              + finding.message();
      text.append(line.stripTrailing()).append('\n');
    }
    return text.append(summary()).append('\n').toString();
  }

  /** 1 if something that changes behaviour would be ignored, else 0. */
  public int exitCode() {
    return ignored() > 0 ? 1 : 0;
  }

  private String summary() {
    long ignored = ignored();
    return "%d models; %d keys used, %d not supported yet, %d unknown; %s"
        .formatted(
            config.models().size(),
            count(Status.USED),
            count(Status.NOT_YET),
            count(Status.UNKNOWN),
            ignored == 0
                ? "nothing that changes behaviour is ignored"
                : ignored + " of them would change behaviour and are ignored");
  }

  private long count(Status status) {
    return config.findings().stream().filter(finding -> finding.status() == status).count();
  }

  private long ignored() {
    return config.findings().stream().filter(Finding::changesBehaviour).count();
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
