package dev.tollgate.wire.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Failure;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.StreamEdit;
import dev.tollgate.wire.TextSample;
import dev.tollgate.wire.json.JsonTree;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Unpacks Anthropic's events out of binary messages. For one reply and one thread. */
final class InvokeStream implements StreamEdit {
  private final String provider;
  private final StreamEdit own;
  private @Nullable Failure failure;

  InvokeStream(String provider, StreamEdit own) {
    this.provider = provider;
    this.own = own;
  }

  @Override
  public byte @Nullable [] edit(byte[] buffer, int from, int to) {
    AwsMessage message = AwsMessage.read(buffer, from, to);
    failure = null;
    if (!message.header(":message-type").equals("event")) {
      failure = BedrockRefusal.ofMessage(provider, message);
      return null;
    }
    byte[] event = eventOf(message);
    if (event == null) {
      failure = ConverseReader.unusable(provider, "an event of the stream is not JSON").failure();
      return null;
    }
    byte[] edited = own.edit(event, 0, event.length);
    failure = own.failure();
    return edited;
  }

  /** The server-sent event that a message stands for; null if it is none. */
  private static byte @Nullable [] eventOf(AwsMessage message) {
    try {
      byte[] json =
          Base64.getDecoder().decode(JsonTree.read(message.payload()).path("bytes").asString(""));
      JsonNode type = JsonTree.read(json).path("type");
      ByteArrayOutputStream event = new ByteArrayOutputStream(json.length + 64);
      if (type.isString() && type.stringValue().matches("[a-z_]{1,64}")) {
        event.writeBytes(("event: " + type.stringValue() + "\n").getBytes(UTF_8));
      }
      event.writeBytes("data: ".getBytes(UTF_8));
      event.writeBytes(json);
      event.writeBytes("\n\n".getBytes(UTF_8));
      return event.toByteArray();
    } catch (JacksonException | IllegalArgumentException broken) {
      return null;
    }
  }

  @Override
  public boolean isSilent(byte[] buffer, int from, int to) {
    return false;
  }

  @Override
  public byte @Nullable [] ending() {
    return own.ending();
  }

  @Override
  public @Nullable Usage usage() {
    return own.usage();
  }

  @Override
  public @Nullable String id() {
    return own.id();
  }

  @Override
  public boolean done() {
    return own.done();
  }

  @Override
  public boolean finished() {
    return own.finished();
  }

  @Override
  public @Nullable Failure failure() {
    return failure;
  }

  @Override
  public boolean sawContent() {
    return own.sawContent();
  }

  @Override
  public TextSample outputText() {
    return own.outputText();
  }
}
