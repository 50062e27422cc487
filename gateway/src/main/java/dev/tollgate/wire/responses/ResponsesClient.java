package dev.tollgate.wire.responses;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;

/** Clients of the Responses API, for models whose provider has none. */
public final class ResponsesClient implements ClientSide {

  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    return new ResponseRequestReader(Fields.of(JsonTree.read(request.body(), texts), "")).read();
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    Reply.Choice choice = reply.choices().isEmpty() ? null : reply.choices().getFirst();
    List<Part> parts = choice == null ? List.of() : choice.parts();
    Finish finish = choice == null ? null : choice.finish();
    ArrayNode output = OutputItems.of(parts, shape.id("") + "-", ResponseBody.statusOf(finish));
    return JsonTree.write(
        new ResponseBody(request, shape)
            .write(shape.model(), reply.created(), output, finish, true, reply.usage()));
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new ResponseEventWriter(request, shape);
  }
}
