package dev.tollgate.platform.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One run of the program in a folder, with an environment and an input of its own. */
final class CommandRun {
  static final String KEY = "sk-command-secret-91";

  private final int status;
  private final String out;
  private final String err;

  private CommandRun(int status, String out, String err) {
    this.status = status;
    this.out = out;
    this.err = err;
  }

  /** Where a run happens. */
  record Place(Path folder, Map<String, String> environ, String input) {
    static Place in(Path folder) {
      return new Place(folder, Map.of(), "");
    }

    /** With the address and {@link #KEY}. */
    static Place calling(Path folder, String address) {
      return in(folder).with("OPENAI_BASE_URL", address).with("OPENAI_API_KEY", KEY);
    }

    Place with(String name, String value) {
      var more = new HashMap<>(environ);
      more.put(name, value);
      return new Place(folder, more, input);
    }

    Place reading(String text) {
      return new Place(folder, environ, text);
    }

    CommandRun run(String... words) {
      var out = new ByteArrayOutputStream();
      var err = new ByteArrayOutputStream();
      var shell =
          new Shell(
              environ,
              folder,
              new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              false);
      int status = Main.run(List.of(words), shell);
      return new CommandRun(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }
  }

  int status() {
    return status;
  }

  String out() {
    return out;
  }

  String err() {
    return err;
  }

  JsonNode json() {
    return JsonMapper.shared().readTree(out);
  }

  @Override
  public String toString() {
    return "status " + status + "\n" + out + err;
  }
}
