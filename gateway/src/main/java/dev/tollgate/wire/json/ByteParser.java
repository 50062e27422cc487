package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.UTF8StreamJsonParser;
import tools.jackson.core.sym.ByteQuadsCanonicalizer;

/**
 * Jackson's parser of bytes, but for strings that are ASCII, with no escapes but those of one
 * letter, as most prompts, images and sounds are: such a text is made of the bytes themselves,
 * eight at a time, not by way of characters, for a third of the time. All else is Jackson's, to
 * read or to refuse.
 */
final class ByteParser extends UTF8StreamJsonParser {
  /** Whether a byte stands for itself in a string's text and is a character of its own. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    Arrays.fill(PLAIN, ' ', 0x80, true);
    PLAIN['"'] = false;
    PLAIN['\\'] = false;
  }

  /** What a letter behind a backslash stands for; 0 where it is not one of those. */
  private static final byte[] ESCAPED = new byte[256];

  static {
    String letters = "\"\\/bfnrt";
    String meant = "\"\\/\b\f\n\r\t";
    for (int i = 0; i < letters.length(); i++) {
      ESCAPED[letters.charAt(i)] = (byte) meant.charAt(i);
    }
  }

  private @Nullable Texts texts;

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

  /** Keeps from now on where long texts are. */
  void keep(Texts into) {
    texts = into;
  }

  @Override
  protected String _finishAndReturnString() {
    int from = _inputPtr;
    String ascii = ascii();
    String text = ascii == null ? super._finishAndReturnString() : ascii;
    int to = _inputPtr - 1;
    if (texts != null
        && text.length() >= Texts.LENGTH_MIN
        && (ascii != null || isShortest(from, to))) {
      texts.put(text, from, to);
    }
    return text;
  }

  /** Jackson also reads characters in more bytes than they need, and beyond the last one. */
  private boolean isShortest(int from, int to) {
    byte[] in = _inputBuffer;
    for (int at = from; at < to; at++) {
      if (in[at] < 0) {
        int lead = in[at] & 0xff;
        int next = in[at + 1] & 0xff; // at most the closing quote
        if ((lead == 0xe0 && next < 0xa0)
            || (lead == 0xf0 && next < 0x90)
            || (lead == 0xf4 && next >= 0x90)
            || lead == 0xc0
            || lead == 0xc1
            || lead > 0xf4) {
          return false;
        }
      }
    }
    return true;
  }

  /** The string that begins here, if it is one of those that are read here; else null. */
  private @Nullable String ascii() {
    byte[] in = _inputBuffer;
    int from = _inputPtr;
    int close = plainUntil(from);
    int escapes = 0;
    while (isLetterEscaped(close)) {
      escapes++;
      close = plainUntil(close + 2);
    }
    if (close >= _inputEnd || in[close] != '"') {
      return null;
    }
    _inputPtr = close + 1;
    String text =
        escapes == 0
            ? new String(in, from, close - from, ISO_8859_1)
            : new String(unescaped(from, close, escapes), ISO_8859_1);
    _textBuffer.resetWithString(text); // for whoever asks again
    return text;
  }

  /** Goes as far as it can; Jackson goes on from there. */
  @Override
  protected void _skipString() {
    int at = plainUntil(_inputPtr);
    while (isLetterEscaped(at)) {
      at = plainUntil(at + 2);
    }
    _inputPtr = at;
    super._skipString();
  }

  private boolean isLetterEscaped(int at) {
    return at < _inputEnd - 1
        && _inputBuffer[at] == '\\'
        && ESCAPED[_inputBuffer[at + 1] & 0xff] != 0;
  }

  /** Where the bytes that stand for themselves end. */
  private int plainUntil(int from) {
    byte[] in = _inputBuffer;
    int at = from;
    for (; at <= _inputEnd - Long.BYTES; at += Long.BYTES) {
      long odd = EightBytes.escapedOrWide(EightBytes.of(in, at));
      if (odd != 0) {
        return at + EightBytes.first(odd);
      }
    }
    while (at < _inputEnd && PLAIN[in[at] & 0xff]) {
      at++;
    }
    return at;
  }

  private byte[] unescaped(int from, int close, int escapes) {
    byte[] in = _inputBuffer;
    byte[] text = new byte[close - from - escapes];
    int at = from;
    int length = 0;
    while (true) {
      int end = plainUntil(at);
      System.arraycopy(in, at, text, length, end - at);
      length += end - at;
      if (end == close) {
        return text;
      }
      text[length++] = ESCAPED[in[end + 1] & 0xff];
      at = end + 2;
    }
  }
}
