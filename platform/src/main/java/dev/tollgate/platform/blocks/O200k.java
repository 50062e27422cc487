package dev.tollgate.platform.blocks;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/** Counts by {@code o200k_base}, as the platform does for every model. Safe for several threads. */
final class O200k {
  private O200k() {}

  /** Its 200,000 rows take a good part of a second to load, so that comes with the first need. */
  private static final class Tables {
    private static final Encoding ENCODING =
        Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);
  }

  /** Text that looks like a special token is counted as text. */
  static int count(String text) {
    return Tables.ENCODING.countTokensOrdinary(text);
  }
}
