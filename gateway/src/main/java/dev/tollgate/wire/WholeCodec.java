package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;

/** A codec of what is never streamed. */
public interface WholeCodec extends Codec {
  @Override
  default Framing framing(int eventBytesMax) {
    throw new IllegalStateException("never streamed");
  }

  @Override
  default boolean isStream(String contentType) {
    return false;
  }

  @Override
  default String streamType() {
    return "application/json";
  }

  @Override
  default StreamEdit stream(Request request, Deployment deployment, ReplyShape shape) {
    throw new IllegalStateException("never streamed");
  }
}
