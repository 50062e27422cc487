package dev.tollgate.platform.cli;

import dev.tollgate.platform.settings.Setting;
import dev.tollgate.platform.settings.Settings;
import tools.jackson.databind.node.JsonNodeFactory;

/** {@code settings}: which address and key each component uses, and where each came from. */
final class SettingsCommand implements Command {
  private static final Grammar GRAMMAR =
      new Grammar(
          "settings",
          "",
          """
          Show the four settings, keys masked, and where each value came from.

          The environment comes before the file, and an empty variable hides what the file says.
          OPENAI_INTERNAL_BASE_URL defaults to OPENAI_BASE_URL, and both to OpenAI's own address.""",
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
    var settings = Loading.settings(given, shell);
    if (given.has(Flag.JSON)) {
      shell.out().println(json(settings));
    } else {
      shell.out().print(settings.describe());
    }
    return 0;
  }

  private static String json(Settings settings) {
    var object = JsonNodeFactory.instance.objectNode();
    object.put("ok", true);
    object.put("strict", settings.strict());
    var each = object.putObject("settings");
    for (var setting : Setting.values()) {
      var shown = settings.shown(setting);
      each.putObject(setting.name())
          .put("value", shown)
          .put("set", !shown.isBlank())
          .put("origin", settings.origin(setting).phrase());
    }
    return object.toString();
  }
}
