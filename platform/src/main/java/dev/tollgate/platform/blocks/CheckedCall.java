package dev.tollgate.platform.blocks;

import tools.jackson.databind.node.ObjectNode;

/**
 * A call whose tool exists and whose arguments have the right names.
 *
 * @param call as the model asked for it
 * @param arguments read from the call; their values are not checked against the schema
 */
public record CheckedCall(ToolCall call, ObjectNode arguments) {}
