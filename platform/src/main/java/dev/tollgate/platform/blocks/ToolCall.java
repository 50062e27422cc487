package dev.tollgate.platform.blocks;

/**
 * A call that the model asks for.
 *
 * @param id pairs the call with its result
 * @param type {@code function}
 * @param name the tool's name
 * @param arguments JSON text as the model wrote it, unchecked
 */
public record ToolCall(String id, String type, String name, String arguments) {}
