package dev.tollgate.pipeline;

import dev.tollgate.access.Access;
import dev.tollgate.ledger.Ledger;
import dev.tollgate.limits.Limits;
import dev.tollgate.limits.Permit;
import dev.tollgate.limits.TokenKind;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Request;
import dev.tollgate.model.Role;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import dev.tollgate.provider.Upstream;
import dev.tollgate.routing.Plan;
import dev.tollgate.routing.Routing;
import dev.tollgate.telemetry.Telemetry;
import dev.tollgate.wire.Codecs;
import dev.tollgate.wire.TokenCounter;
import dev.tollgate.wire.socket.SocketTerms;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The way of every call that can spend money; whole and streamed, good and bad take this one path.
 * One pipeline for each event loop (its {@link Upstream} belongs to the loop); the ribs behind it
 * are shared.
 */
public final class Pipeline {
  private static final byte[] NO_BODY = {};

  private final Access access;
  private final Routing routing;
  private final Limits limits;
  private final Ledger ledger;
  private final Telemetry telemetry;
  private final Upstream upstream;
  private final UnderWay underWay;
  private final Bounds bounds;
  private final InstantSource clock;
  private final Defaults defaults;
  private boolean tokenizerAsked;
  private final StoredResponses stored;
  private final Answers answers;
  private final ModelCheck models;

  /**
   * What holds where the client says nothing.
   *
   * @param model {@code general_settings.completion_model}: replaces the body's model
   * @param estimatedOutputTokens {@code default_estimated_output_tokens}, for holds
   * @param limited {@code token_rate_limit_type}
   * @param unpricedRefused {@code block_requests_for_models_without_pricing}
   */
  public record Defaults(
      @Nullable String model,
      long estimatedOutputTokens,
      TokenKind limited,
      boolean unpricedRefused) {}

  public Pipeline(
      Access access,
      Routing routing,
      Limits limits,
      Ledger ledger,
      Telemetry telemetry,
      Upstream upstream,
      UnderWay underWay,
      Bounds bounds,
      InstantSource clock,
      Defaults defaults,
      ResponseIds responseIds) {
    this.access = access;
    this.routing = routing;
    this.limits = limits;
    this.ledger = ledger;
    this.telemetry = telemetry;
    this.upstream = upstream;
    this.underWay = underWay;
    this.bounds = bounds;
    this.clock = clock;
    this.defaults = defaults;
    this.stored = new StoredResponses(responseIds, routing);
    this.answers = new Answers(ledger, stored);
    this.models = new ModelCheck(access, routing);
  }

  /** Whether a call with this credential can be served or refused at once. */
  public boolean knows(@Nullable Secret presented) {
    return access.isKnown(presented);
  }

  /** Looks up a credential that {@link #knows} does not know; blocks. */
  public void lookUp(Secret presented) {
    access.lookUp(presented);
  }

  /**
   * Who presents this credential, if they may call this path at all.
   *
   * @param roles the roles that may
   * @throws FailureException if the credential is not valid or its key or role may not call it
   */
  public Caller admit(
      @Nullable Secret presented, String path, String group, Predicate<Role> roles) {
    Caller caller = access.identify(presented);
    if (!roles.test(caller.standing().role())) {
      throw new FailureException(Access.adminOnly(caller, path));
    }
    access.mayCall(caller, path, group);
    return caller;
  }

  private Caller admit(Call call) {
    Caller caller = access.identify(call.credential());
    access.mayCall(caller, call.endpoint().path(), routeGroup(call.endpoint()));
    access.mayAsk(caller, call.endpoint().path());
    if (call.endpoint().passThrough() != null) {
      access.mayPass(caller, call.endpoint().path());
    }
    return caller;
  }

  /** Answers one call. Runs on the call's event loop; a caller is known before the body is read. */
  public void serve(Call call, Sink sink) {
    Ending ending = new Ending(call, sink, telemetry, ledger, underWay, answers::failure);
    try {
      underWay.enter(ending);
      ending.identified(admit(call));
    } catch (FailureException refused) {
      ending.failed(refused.failure());
      return;
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
      return;
    }
    if (call.endpoint().isSocket()) {
      answer(call, NO_BODY, ending);
      return;
    }
    boolean hasFiles = Codecs.of(call.endpoint()).hasFiles();
    sink.body(
        bounds.bodyBytesMax(),
        hasFiles,
        // In a turn of its own, so that the requests that came in one round are all read before the
        // first of them is asked: measured to take a seventh of a call's CPU away.
        body -> sink.execute(() -> answer(call, body, ending)),
        ending::failed);
  }

  /** LiteLLM's route group of an endpoint that asks a model. */
  private static String routeGroup(Endpoint endpoint) {
    if (endpoint.passThrough() != null) {
      return "mapped_pass_through_routes";
    }
    return switch (endpoint.dialect()) {
      case ANTHROPIC -> "anthropic_routes";
      case GEMINI -> "google_routes";
      case OPENAI, RESPONSES, BEDROCK, COHERE, OLLAMA -> "llm_api_routes";
    };
  }

  /**
   * Takes 60 MB and some tenths of a second: not before there is a stream, whose tokens may have to
   * be counted by us, and not on the event loop.
   */
  private void loadTokenizer() {
    if (!tokenizerAsked) {
      tokenizerAsked = true;
      Thread.ofVirtual().name("tokenizer").start(TokenCounter::load);
    }
  }

  private void answer(Call call, byte[] body, Ending ending) {
    if (ending.isOver()) {
      return; // the client left, or the gateway shuts down
    }
    try {
      Caller known = ending.known();
      Aim aim =
          stored.aim(
              call,
              known,
              Codecs.of(call.endpoint()),
              body,
              asked -> affordable(known, modelOf(call, asked)));
      Request request = aim.request();
      String model = aim.model();
      ending.asked(request, model);
      if (request.stream()) {
        loadTokenizer();
      }
      models.check(known, call.endpoint(), request, model);
      EnforcedParams.check(known.standing().enforcedParams(), request);
      Request.Controls controls = aim.controls(ClientHints.merge(request, call.headers()));
      String endUser = ClientHints.endUser(request, call.headers());
      List<String> tags = known.standing().tagged(controls.tags());
      Collection<String> names = endUser == null ? named(known, model) : models.names(known, model);
      Caller caller = ledger.throttled(access.drawing(known, model, names, endUser, tags));
      ending.draws(caller, endUser, tags);
      mayFallBack(caller, controls);
      ask(call, aim, controls, caller, ending);
    } catch (FailureException refused) {
      ending.failed(refused.failure());
    } catch (RuntimeException bug) {
      ending.failedByBug(bug);
    }
  }

  /** Plans the call, holds what it may cost, and asks the plan's deployments. */
  private void ask(Call call, Aim aim, Request.Controls controls, Caller caller, Ending ending) {
    boolean strict = caller.scopes().stream().anyMatch(Scope::strict);
    HostedTools tools = HostedTools.of(aim.request());
    Request request = strict ? tools.bounded(aim.request()) : aim.request();
    PassThrough own = call.endpoint().passThrough();
    SocketTerms socket = own != null && own.isSocket() ? SocketTerms.of(own) : null;
    Plan plan = aim.plan(routing, call, caller, controls);
    ending.releases(plan::over);
    if (socket != null) {
      underWay.openSocket(bounds.sockets().openMax());
      ending.releases(
          () -> {
            underWay.closeSocket();
            plan.over();
          });
    }
    Deployment first = plan.first().deployment();
    long usualOutput =
        caller.estimatedOutputTokens() != null
            ? caller.estimatedOutputTokens()
            : defaults.estimatedOutputTokens();
    Size size = Size.of(request, strict, first, ledger.estimates(), usualOutput);
    Permit permit =
        limits.admit(caller, defaults.limited().of(size.input(), size.output()), plan::failing);
    ending.corrects(
        permit, usage -> defaults.limited().of(usage.inputTokens(), usage.outputTokens()));
    Tariff tariff = new Tariff(request, tools, defaults.unpricedRefused(), socket);
    Pricing pricing = tariff.expected(first);
    Funding.of(
        ledger.admit(
            caller.drawingAlso(first.limits().scopes()),
            pricing,
            size.input(),
            size.cap(),
            request.choices()),
        ending,
        hold -> {
          Toll toll = new Toll(limits, hold, ending, size.all());
          if (socket == null) {
            Attempts.Answer answer = answers.of(aim, ending, permit);
            new Attempts(upstream, request, plan, ending, answer, bounds, clock, toll, tariff)
                .start();
          } else {
            open(call, request, plan, ending, toll, tariff, socket);
          }
        });
  }

  /** Opens a WebSocket, at the plan's first deployment alone. */
  private void open(
      Call call,
      Request request,
      Plan plan,
      Ending ending,
      Toll toll,
      Tariff tariff,
      SocketTerms socket) {
    Deployment first = plan.first().deployment();
    toll.pay(first, tariff);
    Rendering rendering = Rendering.of(request, call.endpoint(), first, null, call.headers()::get);
    new Tunnel(
            upstream,
            plan,
            rendering,
            ending,
            bounds.sockets(),
            clock,
            toll,
            tariff,
            socket,
            answers,
            () -> admit(call))
        .start();
  }

  /** Fallbacks that the client names are models that it asks for. */
  private void mayFallBack(Caller caller, Request.Controls controls) {
    List<String> named = controls.fallbacks();
    if (named != null) {
      named.forEach(model -> models.mayUse(caller, model));
    }
  }

  /**
   * The path's model wins over the operator's default, and that over the body's, as with LiteLLM. A
   * call of a provider's own API may name none.
   */
  private String modelOf(Call call, Request request) {
    boolean passing = call.endpoint().passThrough() != null;
    String named = call.endpoint().pathModel();
    if (named == null && !passing) {
      named = defaults.model();
    }
    if (named == null) {
      named = request.model();
    }
    if (passing) {
      return named == null ? "" : named;
    }
    if (named == null || named.isEmpty()) {
      throw new FailureException(routing.noModel(named));
    }
    return named;
  }

  /**
   * The model, or where the key's budget for it is spent, the first of the key's {@code
   * budget_fallbacks} whose budget is not.
   */
  private String affordable(Caller caller, String model) {
    Map<String, List<String>> fallbacks = caller.standing().budgetFallbacks();
    if (fallbacks.isEmpty()) {
      return model;
    }
    List<String> others = null;
    for (String name : models.names(caller, model)) {
      others = others == null ? fallbacks.get(name) : others;
    }
    if (others == null || !isSpent(caller, model)) {
      return model;
    }
    for (String other : others) {
      if (!isSpent(caller, other)) {
        return other;
      }
    }
    return model;
  }

  private boolean isSpent(Caller caller, String model) {
    for (String name : named(caller, model)) {
      for (Scope scope : caller.standing().modelScopes().getOrDefault(name, List.of())) {
        if (scope.kind() == Scope.Kind.KEY_MODEL && ledger.isSpent(scope)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * All names of a model where something of the caller's is bounded by model; most have nothing.
   */
  private Collection<String> named(Caller caller, String model) {
    return caller.standing().modelScopes().isEmpty() ? List.of(model) : models.names(caller, model);
  }
}
