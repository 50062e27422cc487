package dev.tollgate.platform.doctor;

import java.util.List;

/**
 * What the doctor has found. Immutable.
 *
 * @param reports one for each component that was looked at
 * @param together what only shows when components are compared
 */
public record Diagnosis(List<Report> reports, List<Check> together) {

  public Diagnosis {
    reports = List.copyOf(reports);
    together = List.copyOf(together);
  }

  /**
   * One component's checks.
   *
   * @param address without user and password
   * @param addressOrigin where the address came from
   * @param hasKey whether there is a key
   * @param keyOrigin where it came from, or why there is none
   */
  public record Report(
      Component component,
      String address,
      String addressOrigin,
      boolean hasKey,
      String keyOrigin,
      List<Check> checks) {

    public Report {
      checks = List.copyOf(checks);
    }

    /** Whether any check failed. */
    public boolean hasFailed() {
      return checks.stream().anyMatch(Check::hasFailed);
    }
  }

  /** Whether anything has to be changed. */
  public boolean hasFailed() {
    return reports.stream().anyMatch(Report::hasFailed)
        || together.stream().anyMatch(Check::hasFailed);
  }
}
