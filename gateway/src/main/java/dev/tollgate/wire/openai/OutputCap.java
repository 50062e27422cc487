package dev.tollgate.wire.openai;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import org.jspecify.annotations.Nullable;

/** The cap on output that a strict budget leaves room for, as the provider's parameter. */
public final class OutputCap {
  private static final String CHAT = "max_completion_tokens";
  private static final String OLDER = "max_tokens";

  private OutputCap() {}

  /**
   * The deployment with the cap set in its body, in place of the client's own; itself if there is
   * none.
   */
  public static Deployment on(Deployment deployment, Request request, @Nullable Long cap) {
    if (cap == null) {
      return deployment;
    }
    String name = parameter(deployment, request);
    String renamed = deployment.rules().renames().getOrDefault(name, name);
    // A client may send both, and a provider may obey the one that still has its number.
    String other = name.equals(CHAT) ? OLDER : CHAT;
    return deployment
        .withRules(deployment.rules().dropping(other))
        .withMember(renamed, cap.toString());
  }

  private static String parameter(Deployment deployment, Request request) {
    if (request.dialect() == Dialect.RESPONSES) {
      return "max_output_tokens";
    }
    if (request.operation() != Operation.CHAT) {
      return OLDER;
    }
    for (String own : new String[] {CHAT, OLDER}) {
      Request.Member member = request.member(own);
      if (member != null && !member.isNull()) {
        return own;
      }
    }
    return deployment.provider().equals("openai") ? CHAT : OLDER;
  }
}
