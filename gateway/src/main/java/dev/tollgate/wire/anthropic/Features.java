package dev.tollgate.wire.anthropic;

import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Source;
import dev.tollgate.model.chat.Tool;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Features in trial that a request's body needs, by the names of {@code anthropic-beta}. */
final class Features {
  private static final String FILES = "files-api-2025-04-14";

  private Features() {}

  static Set<String> of(Chat chat, ClaudeModel model) {
    Set<String> features = new LinkedHashSet<>();
    if (SchemaTool.schema(chat) != null && model.structured()) {
      features.add("structured-outputs-2025-11-13");
    }
    for (Tool tool : chat.tools()) {
      if (tool instanceof Tool.BuiltIn own) {
        addTool(features, own.json().path("type").asString(""));
      }
    }
    if (chat.extras().containsKey("mcp_servers")) {
      features.add("mcp-client-2025-04-04");
    }
    if (chat.extras().containsKey("context_management")) {
      features.add("context-management-2025-06-27");
    }
    for (Message message : chat.messages()) {
      if (hasFile(message.parts())) {
        features.add(FILES);
      }
    }
    return features;
  }

  private static void addTool(Set<String> features, String type) {
    if (type.startsWith("computer_")) {
      features.add(
          type.equals("computer_20251124") ? "computer-use-2025-11-24" : "computer-use-2025-01-24");
    } else if (type.startsWith("code_execution_")) {
      features.add("code-execution-2025-08-25");
    } else if (type.startsWith("web_fetch_")) {
      features.add("web-fetch-2025-09-10");
    } else if (type.startsWith("memory_")) {
      features.add("context-management-2025-06-27");
    }
  }

  private static boolean hasFile(List<Part> parts) {
    return parts.stream()
        .anyMatch(
            part ->
                switch (part) {
                  case Part.Image image -> image.source() instanceof Source.File;
                  case Part.Document document -> document.source() instanceof Source.File;
                  case Part.ToolResult result -> hasFile(result.content());
                  case Part.Text _,
                      Part.Audio _,
                      Part.Video _,
                      Part.ToolCall _,
                      Part.Thinking _,
                      Part.RedactedThinking _,
                      Part.Refusal _,
                      Part.Foreign _ ->
                      false;
                });
  }
}
