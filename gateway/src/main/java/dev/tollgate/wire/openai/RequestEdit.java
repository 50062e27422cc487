package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Dialect;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.model.Route;
import dev.tollgate.wire.json.JsonText;
import dev.tollgate.wire.json.Splice;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes a provider's body out of a client's, by splices. For one request, one deployment and one
 * thread.
 */
public final class RequestEdit {
  private static final byte[] REQUIRED = "\"required\"".getBytes(UTF_8);
  private static final byte[] ANY = "\"any\"".getBytes(UTF_8);
  private static final byte[] SYSTEM = "\"system\"".getBytes(UTF_8);
  private static final String STREAM_OPTIONS = "stream_options";
  private static final String ASKED = "{\"include_usage\":true}";

  private final Request request;
  private final Deployment deployment;
  private final BodyRules rules;
  private final byte[] body;
  private final Splice splice;
  private final StringBuilder added = new StringBuilder(64);
  private final List<String> additionalDrops;
  private final TakenSometimes sometimes;
  private final boolean ruled;
  private final boolean namesModel;
  private boolean kept;

  private RequestEdit(Request request, Deployment deployment, boolean namesModel) {
    this.request = request;
    this.namesModel = namesModel;
    this.deployment = deployment;
    this.rules = deployment.rules();
    this.body = request.body();
    this.splice = new Splice(body, 0, body.length);
    this.additionalDrops = SmallJson.strings(body, request.member("additional_drop_params"));
    this.sometimes = new TakenSometimes(request, deployment);
    this.ruled =
        !(rules.dropped().isEmpty()
            && rules.extraBody().isEmpty()
            && rules.unsupported().isEmpty()
            && rules.sometimes().isEmpty()
            && rules.renames().isEmpty()
            && additionalDrops.isEmpty());
  }

  /**
   * The body for the provider.
   *
   * @throws FailureException with a {@code BadRequest} in LiteLLM's wording for parameters that the
   *     deployment has not
   */
  public static byte[] bodyFor(Request request, Deployment deployment) {
    return new RequestEdit(request, deployment, true).edit();
  }

  /**
   * The same for a reader, which knows the model: its name stays as the client wrote it, so that
   * most bodies need no edit and no copy.
   */
  public static byte[] toRead(Request request, Deployment deployment) {
    return new RequestEdit(request, deployment, false).edit();
  }

  /** The client's own body, with no edits but the model's name and the wish for usage. */
  public static byte[] passedOn(Request request, Deployment deployment) {
    return new RequestEdit(request, deployment, true).passOn();
  }

  private byte[] passOn() {
    Member options = request.member(STREAM_OPTIONS);
    for (Member member : request.members()) {
      if (member.name().equals("model") && !member.isNull()) {
        editKept(member);
      } else if (member.equals(options) && wantsUsage()) {
        if (member.isNull()) {
          splice.replace(member.value().from(), member.value().to(), ASKED.getBytes(UTF_8));
        } else {
          editStreamOptions(member.value());
        }
      }
    }
    if (options == null && wantsUsage()) {
      kept = !request.members().isEmpty();
      added.append(",\"stream_options\":").append(ASKED);
    }
    return spliced();
  }

  private byte[] edit() {
    if (!rules.unsupported().isEmpty() || !rules.sometimes().isEmpty()) {
      Unsupported.refuse(request, deployment, sometimes, additionalDrops);
    }
    boolean schemaAsTool = SchemaAsTool.applies(request, deployment);
    List<Member> members = request.members();
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (isRemoved(member) || (schemaAsTool && SchemaAsTool.replaces(member.name()))) {
        remove(i);
      } else {
        kept = true;
        editKept(member);
      }
    }
    addMissing();
    if (schemaAsTool) {
      SchemaAsTool.addTo(added, request);
    }
    return spliced();
  }

  private byte[] spliced() {
    if (!added.isEmpty()) {
      // Each addition begins with a comma.
      int close = body.length - 1;
      while (body[close] != '}') {
        close--;
      }
      splice.insert(close, (kept ? added : added.deleteCharAt(0)).toString().getBytes(UTF_8));
    }
    return splice.isEmpty() ? body : splice.apply();
  }

  private boolean isRemoved(Member member) {
    String name = member.name();
    if (member.isNull() || (namesModel && name.equals("model") && modelInPath())) {
      return true;
    }
    Parameter parameter = Parameter.of(name);
    if (parameter != null
        && (parameter.kind() == Parameter.Kind.OURS
            || (parameter == Parameter.METADATA && request.dialect() == Dialect.OPENAI))) {
      return true;
    }
    if (name.equals("tool_choice")
        && body[member.value().from()] == '{'
        && rules.quirks().contains(Quirk.TOOL_CHOICE_UNNAMED)
        && !request.controls().allowedParams().contains(name)) {
      return true;
    }
    if (!ruled) {
      return false;
    }
    if (rules.dropped().contains(name)
        || rules.extraBody().containsKey(name)
        || additionalDrops.contains(name)
        || isUnsupported(name)
        || sometimes.refuses(member)) {
      return true;
    }
    String target = rules.renames().get(name);
    return target != null && (isPresent(target) || rules.extraBody().containsKey(target));
  }

  /** Whether the provider has no such parameter and the client did not insist on it. */
  private boolean isUnsupported(String name) {
    return rules.unsupported().contains(name) && !request.controls().allowedParams().contains(name);
  }

  private boolean modelInPath() {
    return rules.quirks().contains(Quirk.MODEL_IN_PATH)
        || (request.operation() == Operation.IMAGE_GENERATION
            && rules.quirks().contains(Quirk.IMAGES_BY_DEPLOYMENT)
            && namesDeployment(deployment.routes().get(Operation.IMAGE_GENERATION)));
  }

  private static boolean namesDeployment(@Nullable Route route) {
    return route != null && route.address().target().contains("/deployments/");
  }

  private boolean isPresent(String name) {
    Member member = request.member(name);
    return member != null && !member.isNull();
  }

  private void remove(int index) {
    Member member = request.members().get(index);
    if (kept) {
      splice.remove(request.members().get(index - 1).value().to(), member.value().to());
    } else if (index + 1 < request.members().size()) {
      splice.remove(member.key().from(), request.members().get(index + 1).key().from());
    } else {
      splice.remove(member.key().from(), member.value().to());
    }
  }

  private void editKept(Member member) {
    String name = member.name();
    Span value = member.value();
    if (name.equals("model")) {
      if (!namesModel) {
        return;
      }
      byte[] model = JsonText.quote(deployment.model());
      if (!Arrays.equals(body, value.from(), value.to(), model, 0, model.length)) {
        splice.replace(value.from(), value.to(), model);
      }
      return;
    }
    String target = ruled ? rules.renames().get(name) : null;
    if (target != null) {
      splice.replace(member.key().from(), member.key().to(), JsonText.quote(target));
    } else if (name.equals("messages")) {
      editMessages();
    } else if (name.equals(STREAM_OPTIONS) && wantsUsage()) {
      editStreamOptions(value);
    } else if (name.equals("tool_choice") && rules.quirks().contains(Quirk.TOOL_CHOICE_ANY)) {
      if (Arrays.equals(body, value.from(), value.to(), REQUIRED, 0, REQUIRED.length)) {
        splice.replace(value.from(), value.to(), ANY);
      }
    }
  }

  /** The spans inside messages, nulls and developer roles, each rising, merged. */
  private void editMessages() {
    List<Span> nulls = request.nullSpans();
    List<Span> roles = rules.developerAsSystem() ? request.developerRoles() : List.of();
    int role = 0;
    for (Span nothing : nulls) {
      while (role < roles.size() && roles.get(role).from() < nothing.from()) {
        splice.replace(roles.get(role).from(), roles.get(role).to(), SYSTEM);
        role++;
      }
      splice.remove(nothing.from(), nothing.to());
    }
    for (; role < roles.size(); role++) {
      splice.replace(roles.get(role).from(), roles.get(role).to(), SYSTEM);
    }
  }

  /** Whether we have to ask for usage on a stream that the client did not ask it for. */
  private boolean wantsUsage() {
    return request.stream()
        && !request.usageWanted()
        && (request.operation() == Operation.CHAT || request.operation() == Operation.COMPLETION)
        && !rules.dropped().contains(STREAM_OPTIONS)
        && !rules.unsupported().contains(STREAM_OPTIONS);
  }

  private void editStreamOptions(Span value) {
    Span asked = SmallJson.memberValue(body, value, "include_usage");
    if (asked != null) {
      splice.replace(asked.from(), asked.to(), "true".getBytes(UTF_8));
      return;
    }
    boolean empty = SmallJson.isEmptyObject(body, value);
    splice.insert(
        value.from() + 1, ("\"include_usage\":true" + (empty ? "" : ",")).getBytes(UTF_8));
  }

  private void addMissing() {
    if (namesModel
        && !isPresent("model")
        && !modelInPath()
        && !rules.extraBody().containsKey("model")
        && !rules.dropped().contains("model")) {
      add("model", new String(JsonText.quote(deployment.model()), UTF_8));
    }
    if (wantsUsage() && !isPresent(STREAM_OPTIONS)) {
      added.append(",\"stream_options\":").append(ASKED);
    }
    if (request.operation() == Operation.CHAT
        && rules.quirks().contains(Quirk.USAGE_INCLUDE)
        && !isPresent("usage")) {
      add("usage", "{\"include\":true}");
    }
    if (VectorsScan.applies(request, deployment)) {
      add(VectorsScan.FORMAT, "\"base64\"");
    }
    for (Map.Entry<String, String> entry : rules.defaults().entrySet()) {
      String name = entry.getKey();
      if (!isSent(name) && !additionalDrops.contains(name) && isTaken(name, entry.getValue())) {
        add(name, entry.getValue());
      }
    }
    for (Map.Entry<String, String> entry : rules.extraBody().entrySet()) {
      add(entry.getKey(), entry.getValue());
    }
  }

  /**
   * Whether the provider takes a parameter with the value that the deployment gives it, which is
   * judged as if the client had sent it.
   *
   * @throws FailureException if it does not, and nothing may be dropped
   */
  private boolean isTaken(String name, String value) {
    boolean unsupported = isUnsupported(name);
    if (!unsupported && !sometimes.refuses(name, value)) {
      return true;
    }
    if (!Unsupported.isDropped(request, deployment)) {
      throw unsupported
          ? Unsupported.refusal(deployment, List.of(name))
          : sometimes.refusal(name, value);
    }
    return false;
  }

  /** Whether the client sent a parameter, also under a name that stands for it. */
  private boolean isSent(String name) {
    if (rules.extraBody().containsKey(name) || rules.dropped().contains(name) || isPresent(name)) {
      return true;
    }
    for (Map.Entry<String, String> rename : rules.renames().entrySet()) {
      if (rename.getValue().equals(name) && isPresent(rename.getKey())) {
        return true;
      }
    }
    return false;
  }

  private void add(String name, String json) {
    added.append(',');
    JsonText.quote(added, name);
    added.append(':').append(json);
  }
}
