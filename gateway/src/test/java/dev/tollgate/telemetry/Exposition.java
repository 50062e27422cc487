package dev.tollgate.telemetry;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Prometheus' text format, strictly: whatever is not of the format is an error. */
record Exposition(Map<String, String> types, List<Sample> samples) {
  record Sample(String name, Map<String, String> labels, double value) {}

  private static final Pattern TYPE =
      Pattern.compile("# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)");
  private static final Pattern HELP = Pattern.compile("# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) .*");
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

  static Exposition parse(String text) {
    Map<String, String> types = new LinkedHashMap<>();
    List<Sample> samples = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher type = TYPE.matcher(line);
      if (type.matches()) {
        if (types.put(type.group(1), type.group(2)) != null) {
          throw new AssertionError("a second family: " + line);
        }
      } else if (!HELP.matcher(line).matches()) {
        samples.add(sample(line));
      }
    }
    return new Exposition(types, samples);
  }

  private static Sample sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("not a sample: " + line);
    }
    Map<String, String> labels = new TreeMap<>();
    String rest = sample.group(2) == null ? "" : sample.group(2);
    int at = 0;
    Matcher label = LABEL.matcher(rest);
    while (at < rest.length()) {
      label.region(at, rest.length());
      if (!label.lookingAt() || labels.put(label.group(1), label.group(2)) != null) {
        throw new AssertionError("not labels: " + line);
      }
      at = label.end();
    }
    return new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3)));
  }

  List<Sample> named(String name) {
    return samples.stream().filter(sample -> sample.name().equals(name)).toList();
  }

  double sum(String name) {
    return named(name).stream().mapToDouble(Sample::value).sum();
  }
}
