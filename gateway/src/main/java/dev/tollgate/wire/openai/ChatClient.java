package dev.tollgate.wire.openai;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;

/** Clients of chat completions. */
public final class ChatClient implements ClientSide {

  /** The deployment's rules are applied to the bytes first, in the one place that knows them. */
  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    byte[] edited = RequestEdit.toRead(request, deployment);
    return new ChatRequestReader(Fields.of(JsonTree.read(edited, texts), "")).read();
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    return new ChatReplyWriter(reply, shape).write();
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new ChunkWriter(request, shape);
  }
}
