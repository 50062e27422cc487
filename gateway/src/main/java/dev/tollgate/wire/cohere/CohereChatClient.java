package dev.tollgate.wire.cohere;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Texts;

/** Clients of Cohere's {@code /v2/chat}, answered by other providers. Stateless, thread-safe. */
public final class CohereChatClient implements ClientSide {
  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    return CohereRequestReader.read(request, texts);
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    return CohereReplyWriter.write(reply, shape);
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new CohereEventWriter(shape);
  }
}
