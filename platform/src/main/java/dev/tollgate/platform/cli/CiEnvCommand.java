package dev.tollgate.platform.cli;

import dev.tollgate.platform.settings.Addresses;
import dev.tollgate.platform.settings.DotenvFile;
import dev.tollgate.platform.settings.Setting;
import java.io.IOException;
import java.nio.file.Files;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code ci-env}: what the platform's continuous integration does with {@code LITELLM_PROXY_URL}.
 */
final class CiEnvCommand implements Command {
  private static final String PROXY = "LITELLM_PROXY_URL";
  private static final Setting INTERNAL = Setting.OPENAI_INTERNAL_BASE_URL;
  private static final Flag ENV_FILE =
      Flag.valued("env-file", "FILE", "The dotenv file to append to; it has to exist.")
          .fallback(".env");

  private static final Grammar GRAMMAR =
      new Grammar(
          "ci-env",
          "",
          """
          Route a CI job's embeddings through a gateway if the job has one.

          With LITELLM_PROXY_URL set to an address, appends OPENAI_INTERNAL_BASE_URL with it to
          the env file, where the last line wins. Without it, or with it empty as a secret that a
          fork does not see, changes nothing and says so. The file is replaced as a whole, with
          the permissions that it had.""",
          ENV_FILE,
          Flag.JSON);

  @Override
  public Grammar grammar() {
    return GRAMMAR;
  }

  @Override
  public int run(Arguments given, Shell shell) throws IOException {
    given.operands(0, 0);
    var name = given.text(ENV_FILE);
    var url = shell.environ().getOrDefault(PROXY, "").strip();
    var object = JsonNodeFactory.instance.objectNode().put("ok", true).put("file", name);
    if (url.isEmpty()) {
      tell(
          given,
          shell,
          object.put("changed", false),
          PROXY + " is not set: " + name + " is as it was.");
      return 0;
    }
    Addresses.check(PROXY, url);
    var file = shell.folder().resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new UsageException(
          ENV_FILE.dashed() + ": found no file " + file + ", expected the job's dotenv file");
    }
    boolean changed = DotenvFile.append(file, INTERNAL.name(), url);
    var done =
        changed
            ? "%s: appended %s=%s.".formatted(name, INTERNAL, Addresses.shown(url))
            : "%s: %s is %s already.".formatted(name, INTERNAL, Addresses.shown(url));
    tell(given, shell, object.put("changed", changed), done);
    return 0;
  }

  private static void tell(Arguments given, Shell shell, ObjectNode object, String words) {
    shell.out().println(given.has(Flag.JSON) ? object.toString() : words);
  }
}
