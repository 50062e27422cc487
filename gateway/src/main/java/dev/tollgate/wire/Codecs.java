package dev.tollgate.wire;

import dev.tollgate.model.Dialect;
import dev.tollgate.wire.openai.OpenAiCodec;
import dev.tollgate.wire.responses.ResponsesCodec;

/** The codec of each dialect. */
public final class Codecs {
  private static final Codec OPENAI = new OpenAiCodec();
  private static final Codec RESPONSES = new ResponsesCodec();

  private Codecs() {}

  public static Codec of(Dialect dialect) {
    return switch (dialect) {
      case OPENAI -> OPENAI;
      case RESPONSES -> RESPONSES;
    };
  }
}
