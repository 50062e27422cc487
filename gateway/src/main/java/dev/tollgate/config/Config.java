package dev.tollgate.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Everything the files said, checked. Immutable.
 *
 * @param models {@code model_list}, in its order, included files' entries at the end
 * @param litellm {@code litellm_settings}
 * @param general {@code general_settings}
 * @param router {@code router_settings}, filled up from {@code litellm_settings}
 * @param environment {@code environment_variables}: they stand before the process's own
 * @param findings what becomes of each key
 * @param files every file that was read, the first one first; empty for {@link ConfigReader#empty}
 */
public record Config(
    List<ModelEntry> models,
    LitellmSettings litellm,
    GeneralSettings general,
    RouterSettings router,
    Map<String, String> environment,
    List<Finding> findings,
    List<Path> files) {

  /** Not the values: they hold credentials. */
  @Override
  public String toString() {
    return "Config[" + files + ", " + models.size() + " models]";
  }
}
