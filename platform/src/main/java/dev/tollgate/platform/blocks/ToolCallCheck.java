package dev.tollgate.platform.blocks;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which of a model's calls can be made, and what is wrong with the others.
 *
 * <p>A name that no tool has is a fault even when there is only one tool; the platform takes that
 * one instead, and so runs something that the model did not ask for.
 *
 * @param calls those without fault
 * @param faults one text for each of the others, for the model
 */
record ToolCallCheck(List<CheckedCall> calls, List<String> faults) {

  static ToolCallCheck of(List<ToolCall> calls, List<ToolDefinition> tools) {
    List<CheckedCall> good = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (ToolCall call : calls) {
      try {
        ObjectNode arguments = arguments(call);
        String fault = fault(call, arguments, find(tools, call.name()));
        if (fault.isEmpty()) {
          good.add(new CheckedCall(call, arguments));
        } else {
          faults.add(fault);
        }
      } catch (NotJson e) {
        faults.add(call.name() + ": the arguments are invalid JSON, " + e.fault());
      }
    }
    return new ToolCallCheck(List.copyOf(good), List.copyOf(faults));
  }

  private static ObjectNode arguments(ToolCall call) throws NotJson {
    JsonNode value = Json.parse(call.arguments());
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw new NotJson(Json.kind(value) + " where an object belongs");
  }

  private static @Nullable ToolDefinition find(List<ToolDefinition> tools, String name) {
    for (ToolDefinition tool : tools) {
      if (tool.name().equals(name)) {
        return tool;
      }
    }
    return null;
  }

  private static String fault(ToolCall call, ObjectNode arguments, @Nullable ToolDefinition tool) {
    if (tool == null) {
      return call.name() + ": unknown tool, there is none of that name.";
    }
    Set<String> unknown = new TreeSet<>(arguments.propertyNames());
    unknown.removeAll(tool.expected());
    Set<String> missing = tool.required();
    missing.removeAll(arguments.propertyNames());
    if (unknown.isEmpty() && missing.isEmpty()) {
      return "";
    }
    StringBuilder fault = new StringBuilder(call.name()).append(":");
    if (!unknown.isEmpty()) {
      fault.append(" unknown parameters ").append(unknown).append('.');
    }
    if (!missing.isEmpty()) {
      fault.append(" missing parameters ").append(missing).append('.');
    }
    fault.append(" It takes ").append(tool.expected());
    if (!tool.required().isEmpty()) {
      fault.append(" and cannot do without ").append(tool.required());
    }
    fault.append('.');
    return fault.toString();
  }
}
