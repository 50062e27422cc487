package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Deployment.Sometimes;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parameters that a reasoning model takes in some requests only: which of them one request may
 * send. For one request, one deployment and one thread.
 */
final class TakenSometimes {
  private static final String EFFORT = "reasoning_effort";
  private static final String NO_EFFORT = "\"none\"";

  /** No longer value is looked at or shown. */
  private static final int VALUE_BYTES_MAX = 32;

  private static final Pattern ONE = Pattern.compile("1(\\.0+)?");

  private final Request request;
  private final Deployment deployment;
  private final Sometimes rules;
  private final boolean reasons;

  TakenSometimes(Request request, Deployment deployment) {
    this.request = request;
    this.deployment = deployment;
    this.rules = deployment.rules().sometimes();
    this.reasons = !rules.unreasoned().isEmpty() && reasons();
  }

  /** Whether it is one of those parameters, and the provider refuses it with the client's value. */
  boolean refuses(Member member) {
    return rules.concerns(member.name()) && refuses(member.name(), text(member.value()));
  }

  /** The same with this value, which is JSON. */
  boolean refuses(String name, @Nullable String value) {
    return rules.concerns(name)
        && !request.controls().allowedParams().contains(name)
        && !rules.takes(name, value != null && ONE.matcher(value).matches(), reasons);
  }

  /** What to throw at a parameter that is refused with this value. */
  FailureException refusal(String name, @Nullable String value) {
    String model = deployment.model();
    StringBuilder message = new StringBuilder("litellm.UnsupportedParamsError: ").append(model);
    if (rules.asOne().contains(name)) {
      message.append(" models don't support ").append(name);
      message.append(value == null ? "" : "=" + value);
      message.append(". Only ").append(name).append("=1 is supported.");
      if (rules.unreasoned().contains(name)) {
        message.append(" Any other is supported when reasoning_effort='none' (or not specified).");
      }
    } else {
      message.append(" models only support ").append(name);
      message.append(" when reasoning_effort='none' (or not specified).");
    }
    message.append(" To drop unsupported params set `litellm.drop_params = True`");
    return new FailureException(new Failure.BadRequest(message.toString(), name));
  }

  /** The client's value; null if it is too long to be one that matters. */
  @Nullable String text(Span value) {
    int length = value.to() - value.from();
    return length > VALUE_BYTES_MAX
        ? null
        : new String(request.body(), value.from(), length, UTF_8);
  }

  /** Whether the provider will be asked to reason, by the client or by the deployment's default. */
  private boolean reasons() {
    BodyRules all = deployment.rules();
    String set = all.extraBody().get(EFFORT);
    if (set != null) {
      return !set.equals(NO_EFFORT);
    }
    if (all.dropped().contains(EFFORT)) {
      return false;
    }
    Member effort = request.member(EFFORT);
    Member reasoning = request.member("reasoning");
    if (effort != null && !effort.isNull()) {
      String within = SmallJson.memberText(request.body(), effort.value(), "effort");
      return within == null ? !NO_EFFORT.equals(text(effort.value())) : !within.equals("none");
    }
    if (reasoning != null && !reasoning.isNull()) {
      String within = SmallJson.memberText(request.body(), reasoning.value(), "effort");
      return within != null && !within.equals("none");
    }
    String unsaid = all.defaults().get(EFFORT);
    return unsaid != null && !unsaid.equals(NO_EFFORT);
  }
}
