package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.ClientSide;
import dev.tollgate.wire.EventWriter;
import dev.tollgate.wire.ReplyShape;
import dev.tollgate.wire.json.Fields;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.JsonTree;
import dev.tollgate.wire.json.Texts;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Clients of the older completions, for models that only chat: the prompt is a user's message. */
public final class CompletionClient implements ClientSide {

  @Override
  public Chat readChat(Request request, Deployment deployment, Texts texts) {
    ObjectNode body = (ObjectNode) JsonTree.read(RequestEdit.toRead(request, deployment), texts);
    Fields fields = Fields.of(body, "");
    List<String> prompts = fields.texts("prompt");
    if (prompts.size() > 1) {
      throw fields.refused("prompt", "one prompt: this model answers one at a time");
    }
    String prompt = prompts.isEmpty() ? "" : prompts.getFirst();
    body.remove(List.of("prompt", "suffix", "echo", "best_of", "logprobs"));
    Chat chat = new ChatRequestReader(Fields.of(body, "")).read();
    return new Chat(
        List.of(Message.of(Message.Role.USER, prompt)),
        chat.tools(),
        chat.toolChoice(),
        chat.parallelToolCalls(),
        chat.format(),
        chat.reasoning(),
        chat.sampling(),
        chat.endUser(),
        chat.extras());
  }

  @Override
  public byte[] writeReply(Request request, Reply reply, ReplyShape shape) {
    StringBuilder out = new StringBuilder(512).append("{\"id\":");
    JsonText.quote(out, ChatReplyWriter.idOf(reply.id(), shape));
    out.append(",\"object\":\"text_completion\",\"created\":")
        .append(reply.created() == null ? shape.created() : reply.created())
        .append(",\"model\":");
    JsonText.quote(out, shape.model());
    out.append(",\"choices\":[");
    for (int i = 0; i < reply.choices().size(); i++) {
      Reply.Choice choice = reply.choices().get(i);
      out.append(i == 0 ? "" : ",").append("{\"finish_reason\":");
      JsonText.quote(out, ChatReplyWriter.finishOf(choice.finish(), false));
      out.append(",\"index\":").append(choice.index()).append(",\"text\":");
      JsonText.quote(out, textOf(choice));
      out.append(",\"logprobs\":null}");
    }
    out.append(']');
    Usage usage = reply.usage();
    if (usage != null) {
      out.append(",\"usage\":");
      ChatUsage.write(usage, out);
    }
    return out.append('}').toString().getBytes(UTF_8);
  }

  private static String textOf(Reply.Choice choice) {
    StringBuilder text = new StringBuilder();
    for (Part part : choice.parts()) {
      if (part instanceof Part.Text said) {
        text.append(said.text());
      }
    }
    return text.toString();
  }

  @Override
  public EventWriter events(Request request, ReplyShape shape) {
    return new CompletionChunks(request, shape);
  }
}
