package dev.tollgate.provider;

import dev.tollgate.model.Address;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Item;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Route;
import dev.tollgate.model.Secret;
import dev.tollgate.wire.openai.Quirk;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Endpoints of the operator's own, {@code pass_through_endpoints}. */
public final class OwnEndpoint {
  /** LiteLLM's names for the two halves of a credential for Langfuse. */
  private static final String LANGFUSE_USER = "langfuse_public_key";

  private static final String LANGFUSE_PASSWORD = "langfuse_secret_key";

  private static final Deployment.BodyRules FORWARDING =
      new Deployment.BodyRules(
          Map.of(),
          Set.of(),
          false,
          Set.of(),
          Map.of(),
          Map.of(),
          false,
          Set.of(Quirk.HEADERS_FORWARDED));

  private OwnEndpoint() {}

  /**
   * What serves an endpoint of the operator's own, for the model that a call names.
   *
   * @param target an address, its query what is sent where the client says nothing
   * @param forwardsHeaders whether the client's headers go along
   * @param request price of a call, null if not known
   * @throws IllegalArgumentException if the target is not to be called, or a header not to be sent
   */
  public static Deployment of(
      String path,
      String target,
      Map<String, Secret> headers,
      boolean forwardsHeaders,
      @Nullable BigDecimal request,
      @Nullable Duration timeout,
      String model) {
    Address address = Addresses.checked("target", target);
    Map<String, Secret> sent = new LinkedHashMap<>();
    headers.forEach((name, value) -> Credential.add(sent, name, value.reveal()));
    Secret user = sent.remove(LANGFUSE_USER);
    Secret password = sent.remove(LANGFUSE_PASSWORD);
    if (user != null && password != null) {
      Credential.add(
          sent, "authorization", Credential.basic(user.reveal() + ":" + password.reveal()));
    }
    return new Deployment(
        path,
        path,
        "pass_through",
        model,
        "pass_through" + path,
        address.base(),
        Map.of(Operation.PASS_THROUGH, new Route(Operation.PASS_THROUGH, address, null)),
        Collections.unmodifiableMap(sent),
        null,
        forwardsHeaders ? FORWARDING : Deployment.BodyRules.NONE,
        request == null
            ? null
            : Pricing.of(Map.of(Pricing.Name.of(Item.REQUEST), new Price(request))),
        new Deployment.Limits(null, null, null, null, null, timeout, null, null, null),
        List.of(),
        null,
        Map.of());
  }
}
