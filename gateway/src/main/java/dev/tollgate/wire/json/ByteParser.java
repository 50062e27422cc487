package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.UTF8StreamJsonParser;
import tools.jackson.core.sym.ByteQuadsCanonicalizer;

/**
 * Jackson's parser of bytes, but for strings that are ASCII without an escape, as images and sounds
 * in base64 are: such a text is made of the bytes themselves, not by way of characters, for a third
 * of the time. All else is Jackson's, to read or to refuse.
 */
final class ByteParser extends UTF8StreamJsonParser {
  /** Whether a byte stands for itself in a string's text and is a character of its own. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, ' ', 0x80, true);
    PLAIN['"'] = false;
    PLAIN['\\'] = false;
  }

  private ByteParser(
      ObjectReadContext context,
      IOContext io,
      int readFeatures,
      int formatFeatures,
      ByteQuadsCanonicalizer names,
      byte[] source,
      int from,
      int to) {
    super(context, io, readFeatures, formatFeatures, null, names, source, from, to, 0, false);
  }

  /** Makes such parsers; its input is always UTF-8. */
  static final class Factory extends JsonFactory {
    private static final long serialVersionUID = 1;

    Factory(JsonFactoryBuilder settings) {
      super(settings);
    }

    @Override
    protected JsonParser _createParser(
        ObjectReadContext context, IOContext io, byte[] source, int from, int length) {
      _checkRangeBoundsForByteArray(source, from, length);
      return new ByteParser(
          context,
          io,
          context.getStreamReadFeatures(_streamReadFeatures),
          context.getFormatReadFeatures(_formatReadFeatures),
          _byteSymbolCanonicalizer.makeChild(_factoryFeatures),
          source,
          from,
          from + length);
    }
  }

  @Override
  protected String _finishAndReturnString() {
    byte[] in = _inputBuffer;
    int from = _inputPtr;
    int end = from;
    while (end < _inputEnd && PLAIN[in[end] & 0xff]) {
      end++;
    }
    if (end == _inputEnd || in[end] != '"') {
      return super._finishAndReturnString();
    }
    _inputPtr = end + 1;
    String text = new String(in, from, end - from, ISO_8859_1);
    _textBuffer.resetWithString(text); // for whoever asks again
    return text;
  }
}
