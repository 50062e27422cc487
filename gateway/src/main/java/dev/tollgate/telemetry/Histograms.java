package dev.tollgate.telemetry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Seconds, by how many calls took how long, for each combination of labels. Thread-safe.
 *
 * <p>A histogram is twenty lines for each combination. So it tells end users, whom clients make up,
 * never apart, and callers only until there are many combinations.
 */
final class Histograms implements Family {
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 420, 600
  };

  private static final long[] NANOS = new long[SECONDS.length];
  private static final String[] BOUNDS = new String[SECONDS.length + 1];

  static {
    for (int i = 0; i < SECONDS.length; i++) {
      NANOS[i] = Math.round(SECONDS[i] * 1e9);
      BOUNDS[i] = SECONDS[i] + "\"} ";
    }
    BOUNDS[SECONDS.length] = "+Inf\"} ";
  }

  private final String name;
  private final String help;
  private final int pointsMax;
  private final Label[] labels;
  private final String[] named;
  private final Map<List<String>, Point> points = new ConcurrentHashMap<>();

  /**
   * @param pointsMax combinations from which on callers are no longer told apart; a quarter more
   *     and nothing is
   */
  Histograms(String name, String help, int pointsMax, Label... labels) {
    this.name = ExpositionPage.checked(name);
    this.help = help;
    this.pointsMax = pointsMax;
    this.labels = labels.clone();
    this.named = ExpositionPage.named(Label.names(labels));
  }

  /** How many calls took how long. */
  static final class Point {
    private static final int SUM = SECONDS.length + 1;

    /** Calls by the first bound that they keep to, those beyond all of them, and the sum. */
    private final AtomicLongArray counts = new AtomicLongArray(SECONDS.length + 2);

    /** Negative is none: clocks are set. */
    void observe(long nanos) {
      long took = Math.max(0, nanos);
      int at = 0;
      while (at < NANOS.length && took > NANOS[at]) {
        at++;
      }
      counts.getAndIncrement(at);
      counts.getAndAdd(SUM, took);
    }
  }

  /** Where calls with these labels are counted. */
  Point at(LabelValues values) {
    LabelValues known = values.withoutEndUser();
    List<String> own = List.of(known.of(labels));
    Point found = points.get(own);
    if (found != null) {
      return found;
    }
    if (points.size() >= pointsMax) {
      LabelValues fewer =
          points.size() < pointsMax + pointsMax / 4 ? known.withoutCaller() : known.statusOnly();
      own = List.of(fewer.of(labels));
    }
    return points.computeIfAbsent(own, _ -> new Point());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void write(ExpositionPage page) {
    if (points.isEmpty()) {
      return;
    }
    page.head(name, ExpositionPage.Type.HISTOGRAM, help);
    points.forEach((values, point) -> write(page, values, point));
  }

  private void write(ExpositionPage page, List<String> values, Point point) {
    int from = page.length();
    page.text(name);
    page.text("_bucket{");
    int labelsFrom = page.length();
    page.labels(named, values);
    int labelsTo = page.length();
    page.text(",le=\"");
    int to = page.length();
    long count = 0;
    for (int i = 0; i < BOUNDS.length; i++) {
      if (i > 0) {
        page.again(from, to);
      }
      count += point.counts.get(i);
      page.text(BOUNDS[i]);
      page.whole(count);
    }
    page.text(name);
    page.text("_count{");
    page.again(labelsFrom, labelsTo);
    page.text("} ");
    page.whole(count);
    page.text(name);
    page.text("_sum{");
    page.again(labelsFrom, labelsTo);
    page.text("} ");
    page.billionths(point.counts.get(Point.SUM));
  }
}
