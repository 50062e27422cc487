package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Bedrock's frames, for tests elsewhere. */
public final class AwsFrames {
  private AwsFrames() {}

  public static byte[] event(String type, String json) {
    return AwsMessage.event(type, json.getBytes(UTF_8)).write();
  }
}
