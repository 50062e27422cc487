package dev.tollgate.wire.openai;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Parameters that a provider has not: refused in LiteLLM's words, or dropped where that is allowed.
 */
public final class Unsupported {
  private Unsupported() {}

  /** Whether what the provider has not is left out instead of refused. */
  public static boolean isDropped(Request request, Deployment deployment) {
    Boolean asked = request.controls().dropParams();
    return asked == null ? deployment.rules().dropUnsupported() : asked;
  }

  /**
   * For a parameter that the dialect of the provider cannot carry.
   *
   * @throws FailureException unless it may be dropped
   */
  public static void refuse(Request request, Deployment deployment, String name) {
    if (!isDropped(request, deployment)
        && !deployment.rules().dropped().contains(name)
        && !SmallJson.strings(request.body(), request.member("additional_drop_params"))
            .contains(name)) {
      throw refusal(deployment, List.of(name));
    }
  }

  /**
   * Whether a parameter that the common language has no word for goes to a provider of another
   * dialect: an OpenAI client's unless it is unsupported, since it may be the provider's own; of
   * other clients only what the provider is known to have.
   */
  public static boolean passes(
      Request request, Deployment deployment, String name, Set<String> known) {
    if (deployment.rules().dropped().contains(name)) {
      return false;
    }
    return known.contains(name)
        || deployment.rules().extraBody().containsKey(name)
        || (request.dialect() == Dialect.OPENAI
            && (!deployment.rules().unsupported().contains(name)
                || request.controls().allowedParams().contains(name)));
  }

  /**
   * For content that a provider's dialect has no form for.
   *
   * @param what {@code audio}, {@code images in tool results}
   * @throws FailureException unless it may be dropped
   */
  public static void refuseContent(Request request, Deployment deployment, String what) {
    if (!isDropped(request, deployment)) {
      throw content(deployment, what, "messages");
    }
  }

  /** What to throw at content that cannot be left out. */
  public static FailureException content(Deployment deployment, String what, String param) {
    return new FailureException(
        new Failure.BadRequest(
            "litellm.BadRequestError: "
                + deployment.provider()
                + " does not support "
                + what
                + ", for model="
                + deployment.model()
                + ".",
            param));
  }

  /**
   * For those of a body's parameters that the deployment's rules call unsupported.
   *
   * @throws FailureException unless they may be dropped
   */
  static void refuse(
      Request request,
      Deployment deployment,
      TakenSometimes sometimes,
      List<String> additionalDrops) {
    if (isDropped(request, deployment)) {
      return;
    }
    List<String> refused = new ArrayList<>(0);
    for (Member member : request.members()) {
      String name = member.name();
      if (!member.isNull()
          && !deployment.rules().dropped().contains(name)
          && !additionalDrops.contains(name)
          && sometimes.refuses(member)) {
        throw sometimes.refusal(name, sometimes.text(member.value()));
      }
      // Usage options are ours as much as the client's: never a reason to refuse.
      if (!member.isNull()
          && deployment.rules().unsupported().contains(name)
          && !request.controls().allowedParams().contains(name)
          && !name.equals("stream_options")
          && !additionalDrops.contains(name)) {
        refused.add(name);
      }
    }
    if (!refused.isEmpty()) {
      throw refusal(deployment, refused);
    }
  }

  static FailureException refusal(Deployment deployment, List<String> names) {
    String list = "['" + String.join("', '", names) + "']";
    return new FailureException(
        new Failure.BadRequest(
            "litellm.UnsupportedParamsError: "
                + deployment.provider()
                + " does not support parameters: "
                + list
                + ", for model="
                + deployment.model()
                + ". To drop these, set `litellm.drop_params=True` or for proxy:\n\n"
                + "`litellm_settings:\n drop_params: true`\n. \n If you want to use these params"
                + " dynamically send allowed_openai_params="
                + list
                + " in your request.",
            null));
  }
}
