package dev.tollgate.wire.openai;

/** LiteLLM's own parameters, which clients of every dialect may send and no provider sees. */
public final class GatewayParameters {
  private GatewayParameters() {}

  /** Whether a top-level member steers the gateway. */
  public static boolean has(String name) {
    Parameter parameter = Parameter.of(name);
    return parameter != null && parameter.kind() != Parameter.Kind.FORWARDED;
  }
}
