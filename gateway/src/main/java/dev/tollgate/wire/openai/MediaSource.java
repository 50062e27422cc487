package dev.tollgate.wire.openai;

import dev.tollgate.model.chat.Source;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Media as OpenAI's dialects point to it: an address, or a data URL. */
public final class MediaSource {
  private static final String SCHEME = "data:";

  private MediaSource() {}

  /**
   * A data URL's bytes, or the address.
   *
   * @param mediaType what the client says beside it; null for nothing
   */
  public static Source of(String url, @Nullable String mediaType) {
    int comma = url.indexOf(',');
    if (!url.regionMatches(true, 0, SCHEME, 0, SCHEME.length()) || comma < 0) {
      return new Source.Url(url, mediaType);
    }
    String head = url.substring(SCHEME.length(), comma);
    int semicolon = head.indexOf(';');
    String type = (semicolon < 0 ? head : head.substring(0, semicolon)).toLowerCase(Locale.ROOT);
    return new Source.Data(
        mediaType != null ? mediaType : type.isEmpty() ? "text/plain" : type,
        url.substring(comma + 1));
  }

  /** The address, a data URL where the bytes are at hand. */
  public static String urlOf(Source source) {
    return switch (source) {
      case Source.Data data -> SCHEME + data.mediaType() + ";base64," + data.base64();
      case Source.Url url -> url.url();
      case Source.File file -> file.id();
      case Source.Plain plain -> plain.text();
    };
  }
}
