package dev.tollgate.wire.single;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.TokenCounter;
import org.jspecify.annotations.Nullable;

/** Sound on its way to the client. What is charged is the text that was asked for. */
final class SpeechStream implements StreamEdit {
  private final Request request;
  private @Nullable Usage usage;
  private boolean content;

  SpeechStream(Request request) {
    this.request = request;
  }

  @Override
  public byte[] edit(byte[] buffer, int from, int to) {
    content = true;
    return buffer;
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false;
  }

  @Override
  public Usage usage() {
    Usage known = usage;
    if (known == null) {
      known =
          TokenCounter.count(request, TextSample.NONE)
              .with(new Quantity(Unit.CHARACTER, SpokenText.characters(request)));
      usage = known;
    }
    return known;
  }

  @Override
  public boolean done() {
    return false;
  }

  /** HTTP tells whether it was cut off. */
  @Override
  public boolean finished() {
    return true;
  }

  @Override
  public @Nullable Failure failure() {
    return null;
  }

  @Override
  public boolean sawContent() {
    return content;
  }

  @Override
  public TextSample outputText() {
    return TextSample.NONE;
  }
}
