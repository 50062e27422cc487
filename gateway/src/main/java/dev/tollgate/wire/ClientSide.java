package dev.tollgate.wire;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Request;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.wire.json.Texts;

/**
 * An operation as its clients speak it, for calls that another dialect answers: their request read
 * into the common language, the answer written out of it. Stateless and thread-safe; what {@link
 * #events} makes belongs to one reply.
 */
public interface ClientSide {
  /**
   * Reads a request.
   *
   * @param deployment who will answer; an OpenAI client's parameters follow its rules already, for
   *     other clients {@link Bridge} sees to them
   * @param texts gets to know the long texts of the request
   * @throws dev.tollgate.model.FailureException with a {@code BadRequest} that names the member and
   *     what was expected
   */
  Chat readChat(Request request, Deployment deployment, Texts texts);

  /**
   * Writes a whole reply.
   *
   * @param shape names and moments that the reply lacks
   */
  byte[] writeReply(Request request, Reply reply, ReplyShape shape);

  /** Writes the events of a streamed reply. */
  EventWriter events(Request request, ReplyShape shape);
}
