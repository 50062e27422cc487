package dev.tollgate.wire.bedrock;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.openai.RawText;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * A stream of Converse; all messages go out as they came. An exception is the client's and a
 * failure at once. For one reply and one thread.
 */
final class ConverseStream implements StreamEdit {
  private final String provider;
  private final RawText text = new RawText();
  private final ConverseUsage usage = new ConverseUsage();
  private @Nullable Failure failure;
  private boolean content;
  private boolean stopped;
  private boolean done;

  ConverseStream(String provider) {
    this.provider = provider;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    failure = null;
    AwsMessage message = AwsMessage.read(buffer, from, to);
    if (!message.header(":message-type").equals("event")) {
      failure = BedrockRefusal.ofMessage(provider, message);
      return buffer;
    }
    try {
      ConverseScan scan = new ConverseScan(usage);
      scan.read(message.payload(), text);
      content |= scan.hasOutput();
      stopped |= scan.stopped();
    } catch (JacksonException notJson) {
      failure = ConverseReader.unusable(provider, "an event of the stream is not JSON").failure();
      return null;
    }
    done |= message.header(":event-type").equals("metadata");
    return buffer;
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false;
  }

  /** Nothing: the stream's end is a message of the provider's. */
  @Override
  public @Nullable Usage usage() {
    return usage.usage();
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean finished() {
    return done || stopped;
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return content;
  }

  @Override
  public TextSample outputText() {
    return text.sample();
  }
}
