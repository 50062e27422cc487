package conformance;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The cases for openai-java; one line each on standard output. */
final class Client {
  private Client() {}

  public static void main(String[] args) {
    Map<String, Case> cases = new LinkedHashMap<>();
    cases.putAll(ChatCases.TABLE);
    cases.putAll(OperationCases.TABLE);
    cases.putAll(ErrorCases.TABLE);
    String wanted = System.getenv("CASE");
    cases.forEach(
        (name, run) -> {
          if (wanted.isEmpty() || wanted.equals(name)) {
            System.out.println(verdict(name, run));
          }
        });
    System.exit(0); // the SDK's pools keep threads alive
  }

  private static String verdict(String name, Case run) {
    try {
      run.run();
      return "ok " + name;
    } catch (Exception | AssertionError failure) {
      int line =
          Arrays.stream(failure.getStackTrace())
              .filter(frame -> frame.getClassName().endsWith("Cases"))
              .mapToInt(StackTraceElement::getLineNumber)
              .findFirst()
              .orElse(0);
      String cause = failure.getCause() == null ? "" : " (" + failure.getCause() + ")";
      String text = (failure.getClass().getSimpleName() + ": " + failure.getMessage() + cause).replaceAll("\\s+", " ");
      return "FAIL " + name + ": line " + line + ": " + text.substring(0, Math.min(text.length(), 700));
    }
  }
}
