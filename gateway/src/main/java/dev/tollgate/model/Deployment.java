package dev.tollgate.model;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of {@code model_list}, made ready to call: one model at one provider under one
 * credential. A wildcard entry becomes a deployment once the model's name is known.
 *
 * @param id {@code model_info.id}, else a SHA-256 of the group and its parameters
 * @param group {@code model_name}
 * @param provider the provider's prefix, {@code openai}
 * @param model the name that the provider is sent
 * @param litellmModel {@code provider/model} as the operator wrote it
 * @param apiBase base address as configured, for {@code x-litellm-model-api-base}
 * @param routes how each operation is served that a client may ask; what is absent is not served
 * @param headers headers of every request to it, credentials among them; names in lower case
 * @param signing the credential, where it is not a header that stays the same
 * @param rules edits of the request body
 * @param pricing null when no price is known
 * @param limits routing hints and bounds
 * @param tags {@code tags}
 * @param mockResponse {@code mock_response}: answers without a provider
 * @param info {@code model_info} and the catalogue's facts, for {@code /model/info} and {@code
 *     /v1/models}
 */
public record Deployment(
    String id,
    String group,
    String provider,
    String model,
    String litellmModel,
    String apiBase,
    Map<Operation, Route> routes,
    Map<String, Secret> headers,
    @Nullable Signing signing,
    BodyRules rules,
    @Nullable Pricing pricing,
    Limits limits,
    List<String> tags,
    @Nullable String mockResponse,
    Map<String, Object> info) {

  /**
   * What an operation costs here; null where no price is known. Of a pass-through whose reply
   * nobody reads only the price of the call itself is.
   */
  public @Nullable Pricing pricing(Operation operation) {
    if (operation.free()) {
      return Pricing.FREE;
    }
    if (pricing != null
        && pricing.isOfImagesOnly()
        && operation.family() != Operation.Family.IMAGE) {
      return null;
    }
    return operation == Operation.PASS_THROUGH && pricing != null ? pricing.ofRequest() : pricing;
  }

  /** The same for one operation alone. */
  public Deployment only(Operation operation) {
    Route route = routes.get(operation);
    return copy(route == null ? Map.of() : Map.of(operation, route), headers, signing, rules);
  }

  /** The same with these headers alone, and no credential but what is among them. */
  public Deployment under(Map<String, Secret> others) {
    return copy(routes, others, null, rules);
  }

  /** The same with one more member set in every body; {@code value} is JSON. */
  public Deployment withMember(String name, String value) {
    Map<String, String> extraBody = new HashMap<>(rules.extraBody());
    extraBody.put(name, value);
    return withRules(rules.setting(extraBody));
  }

  /** The same with other edits of every body. */
  public Deployment withRules(BodyRules others) {
    return copy(routes, headers, signing, others);
  }

  private Deployment copy(
      Map<Operation, Route> otherRoutes,
      Map<String, Secret> otherHeaders,
      @Nullable Signing otherSigning,
      BodyRules otherRules) {
    return new Deployment(
        id,
        group,
        provider,
        model,
        litellmModel,
        apiBase,
        otherRoutes,
        otherHeaders,
        otherSigning,
        otherRules,
        pricing,
        limits,
        tags,
        mockResponse,
        info);
  }

  /**
   * How the client's body is edited for this deployment, besides the model's name. Values are JSON
   * texts.
   *
   * @param renames parameters under another name ({@code max_completion_tokens} to {@code
   *     max_tokens})
   * @param unsupported parameters the provider has not; refused, or dropped with {@code
   *     dropUnsupported}
   * @param dropUnsupported {@code drop_params}
   * @param dropped parameters always taken out ({@code additional_drop_params})
   * @param defaults parameters set where the client sent none
   * @param extraBody {@code extra_body}: members set in any case
   * @param developerAsSystem the provider knows no role {@code developer}
   * @param quirks further edits of this provider, by name; see the provider catalogue
   * @param sometimes parameters that the provider takes in some requests; else they are unsupported
   */
  public record BodyRules(
      Map<String, String> renames,
      Set<String> unsupported,
      boolean dropUnsupported,
      Set<String> dropped,
      Map<String, String> defaults,
      Map<String, String> extraBody,
      boolean developerAsSystem,
      Set<String> quirks,
      Sometimes sometimes) {
    public static final BodyRules NONE =
        new BodyRules(Map.of(), Set.of(), false, Set.of(), Map.of(), Map.of(), false, Set.of());

    /** Without parameters that are taken only sometimes. */
    public BodyRules(
        Map<String, String> renames,
        Set<String> unsupported,
        boolean dropUnsupported,
        Set<String> dropped,
        Map<String, String> defaults,
        Map<String, String> extraBody,
        boolean developerAsSystem,
        Set<String> quirks) {
      this(
          renames,
          unsupported,
          dropUnsupported,
          dropped,
          defaults,
          extraBody,
          developerAsSystem,
          quirks,
          Sometimes.NONE);
    }

    /** What is unsupported always or sometimes. */
    public Set<String> notAlways() {
      if (sometimes.isEmpty()) {
        return unsupported;
      }
      Set<String> all = new HashSet<>(unsupported);
      all.addAll(sometimes.asOne());
      all.addAll(sometimes.unreasoned());
      return all;
    }

    /** The same, taking out more. */
    public BodyRules dropping(String... names) {
      Set<String> more = new HashSet<>(dropped);
      Collections.addAll(more, names);
      return with(more, extraBody);
    }

    /** The same, setting these members in any case. */
    public BodyRules setting(Map<String, String> members) {
      return with(dropped, members);
    }

    private BodyRules with(Set<String> otherDropped, Map<String, String> otherExtraBody) {
      return new BodyRules(
          renames,
          unsupported,
          dropUnsupported,
          otherDropped,
          defaults,
          otherExtraBody,
          developerAsSystem,
          quirks,
          sometimes);
    }
  }

  /**
   * Parameters that a provider takes in some requests only. One that is in both sets is taken for
   * either reason.
   *
   * @param asOne taken with the value 1
   * @param unreasoned taken with any value while the request asks for no reasoning
   */
  public record Sometimes(Set<String> asOne, Set<String> unreasoned) {
    public static final Sometimes NONE = new Sometimes(Set.of(), Set.of());

    public boolean isEmpty() {
      return asOne.isEmpty() && unreasoned.isEmpty();
    }

    /** Whether a parameter is one of them. */
    public boolean concerns(String name) {
      return asOne.contains(name) || unreasoned.contains(name);
    }

    /**
     * Whether one of them is taken.
     *
     * @param isOne its value is 1
     * @param reasons the request asks for reasoning
     */
    public boolean takes(String name, boolean isOne, boolean reasons) {
      return (isOne && asOne.contains(name)) || (!reasons && unreasoned.contains(name));
    }
  }

  /**
   * Bounds and routing hints; null where none is set.
   *
   * @param requestsPerMinute {@code rpm}
   * @param tokensPerMinute {@code tpm}
   * @param weight {@code weight}
   * @param order {@code order}
   * @param parallelRequests {@code max_parallel_requests}
   * @param timeout {@code timeout}
   * @param streamTimeout {@code stream_timeout}
   * @param retries {@code num_retries}
   * @param cooldown {@code cooldown_time}
   * @param scopes what a call that it serves draws on beside the caller's: its own budget and
   *     rates, its provider's budget
   */
  public record Limits(
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Double weight,
      @Nullable Integer order,
      @Nullable Integer parallelRequests,
      @Nullable Duration timeout,
      @Nullable Duration streamTimeout,
      @Nullable Integer retries,
      @Nullable Duration cooldown,
      List<Scope> scopes) {
    public static final Limits NONE =
        new Limits(null, null, null, null, null, null, null, null, null);

    /** Without a budget or rates that are kept to. */
    public Limits(
        @Nullable Long requestsPerMinute,
        @Nullable Long tokensPerMinute,
        @Nullable Double weight,
        @Nullable Integer order,
        @Nullable Integer parallelRequests,
        @Nullable Duration timeout,
        @Nullable Duration streamTimeout,
        @Nullable Integer retries,
        @Nullable Duration cooldown) {
      this(
          requestsPerMinute,
          tokensPerMinute,
          weight,
          order,
          parallelRequests,
          timeout,
          streamTimeout,
          retries,
          cooldown,
          List.of());
    }
  }
}
