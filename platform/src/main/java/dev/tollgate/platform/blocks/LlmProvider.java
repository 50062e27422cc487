package dev.tollgate.platform.blocks;

import dev.tollgate.platform.client.BadInputException;

/**
 * Who serves a model, with what its own chat endpoint takes.
 *
 * <p>Through the gateway all of them are called alike. The two flags count only when a provider is
 * called at an address of its own (see {@link LlmBlock}).
 */
public enum LlmProvider {
  OPENAI("openai", true, true),
  ANTHROPIC("anthropic", false, true),
  GROQ("groq", true, false),
  OLLAMA("ollama", false, false),
  OPEN_ROUTER("open_router", false, true),
  LLAMA_API("llama_api", false, true),
  AIML_API("aiml_api", false, false),
  V0("v0", true, true);

  private final String id;
  private final boolean takesResponseFormat;
  private final boolean takesTools;

  LlmProvider(String id, boolean takesResponseFormat, boolean takesTools) {
    this.id = id;
    this.takesResponseFormat = takesResponseFormat;
    this.takesTools = takesTools;
  }

  /** The platform's word for it, such as {@code open_router}. */
  public String id() {
    return id;
  }

  /** Whether its own endpoint is sent {@code response_format}. */
  public boolean takesResponseFormat() {
    return takesResponseFormat;
  }

  /** Whether its own endpoint is sent {@code tools} and {@code parallel_tool_calls}. */
  public boolean takesTools() {
    return takesTools;
  }

  static LlmProvider withId(String id) {
    for (LlmProvider provider : values()) {
      if (provider.id.equals(id)) {
        return provider;
      }
    }
    throw new BadInputException("provider", id, "a provider that the platform knows");
  }
}
