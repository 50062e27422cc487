package dev.tollgate.wire.socket;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Deepgram's {@code /v1/listen}: sound that streams is charged by its seconds, each of its channels
 * by itself, and more where more than words is asked for.
 *
 * @param features what is asked for beside, by the catalogue's names
 * @param channels that the request says there are
 * @param bytesPerSecond of sound that says by its bytes how long it is, all channels together; 0 if
 *     it does not
 */
record ListenTerms(List<String> features, int channels, long bytesPerSecond)
    implements SocketTerms {
  /** Deepgram's own bound is far below. */
  static final int CHANNELS_MAX = 1000;

  private static final int SAMPLE_RATE_MAX = 1_000_000;

  private static final String MULTILINGUAL = "multilingual";

  /** Results would go to an address of the client's, where nobody meters them. */
  private static final List<String> UNMETERED = List.of("callback", "callback_method");

  /** Another way to name a model. */
  private static final String TIER = "tier";

  /** Bytes of a sample in encodings where all have the same. */
  private static final Map<String, Integer> SAMPLE_BYTES =
      Map.of("linear16", 2, "linear32", 4, "mulaw", 1, "alaw", 1);

  private static final Usage MINUTE = seconds(60_000);

  /**
   * Reads a request.
   *
   * @throws FailureException {@link dev.tollgate.model.Failure.BadRequest}
   */
  static ListenTerms of(SocketQuery query) {
    for (String name : UNMETERED) {
      if (!query.all(name).isEmpty()) {
        throw SocketQuery.bad(
            "The parameter '"
                + name
                + "' is not supported through the proxy: results that do not come down this socket"
                + " cannot be metered.",
            name);
      }
    }
    if (!query.all(TIER).isEmpty()) {
      throw SocketQuery.bad("Write the whole name of the model in 'model', without 'tier'.", TIER);
    }
    List<String> features = new ArrayList<>();
    for (String name : List.of("redact", "keyterm", "detect_entities")) {
      if (query.asks(name)) {
        features.add(name);
      }
    }
    if (query.asks("diarize") || query.asks("diarize_model")) {
      features.add("diarize");
    }
    if ("multi".equals(query.one("language"))) {
      features.add(MULTILINGUAL);
    }
    Integer channels = query.number("channels", 1, CHANNELS_MAX);
    Integer rate = query.number("sample_rate", 1, SAMPLE_RATE_MAX);
    String encoding = query.one("encoding");
    int sample = encoding == null ? 0 : SAMPLE_BYTES.getOrDefault(encoding, 0);
    int all = channels == null ? 1 : channels;
    return new ListenTerms(
        List.copyOf(features), all, rate == null ? 0 : (long) rate * sample * all);
  }

  @Override
  public @Nullable Pricing priced(Pricing model) {
    return model.ofSecond(features);
  }

  @Override
  public String unpriced(String model) {
    return "deepgram/streaming/" + model + (features.contains(MULTILINGUAL) ? "-multilingual" : "");
  }

  @Override
  public Usage step() {
    return channels == 1 ? MINUTE : seconds(60_000L * channels);
  }

  @Override
  public Usage stepBeyond(Usage used) {
    Quantity heard = used.quantity();
    return seconds(60_000L * channels + (heard == null ? 0 : heard.amount()));
  }

  @Override
  public SocketMeter meter() {
    return new ListenMeter(this);
  }

  /** Usage of sound; takes thousandths. */
  static Usage seconds(long millis) {
    return Usage.NONE.with(new Quantity(Quantity.Unit.SECOND, millis));
  }
}
