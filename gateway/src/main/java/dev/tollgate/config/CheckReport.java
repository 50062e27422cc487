package dev.tollgate.config;

import dev.tollgate.config.Finding.Status;
import java.util.List;

/** What {@code tollgate check} prints about a file that can be used. */
public record CheckReport(Config config) {

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
