package dev.tollgate.pipeline;

import dev.tollgate.ledger.Cost;
import dev.tollgate.model.Deployment;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Item;
import dev.tollgate.model.Markup;
import dev.tollgate.model.Money;
import dev.tollgate.model.Operation.Family;
import dev.tollgate.model.Price;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Pricing.Name;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Rates;
import dev.tollgate.model.Request;
import dev.tollgate.model.Route;
import dev.tollgate.model.SearchSize;
import dev.tollgate.model.ServiceTier;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.openai.Quirk;
import dev.tollgate.wire.socket.SocketTerms;
import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one call costs at a deployment: before it, as far as that can be known, and after it. What
 * the provider does not say (its service tier, the size of searches) is taken from the request.
 * Lives on the call's event loop.
 */
final class Tariff {
  private static final String PARAMETER = "service_tier";
  private static final long NANOS_A_MILLI = 1_000_000;

  private final Request request;
  private final boolean unpricedRefused;
  private final @Nullable ServiceTier askedTier;
  private final @Nullable SearchSize askedSize;
  private final HostedTools tools;
  private final @Nullable SocketTerms socket;
  private @Nullable String socketAt;
  private @Nullable Pricing socketPricing;

  /**
   * @param tools what the request allows the provider to run
   * @param unpricedRefused {@code block_requests_for_models_without_pricing}
   */
  Tariff(Request request, HostedTools tools, boolean unpricedRefused) {
    this(request, tools, unpricedRefused, null);
  }

  /**
   * @param socket what a WebSocket costs; null for all other calls
   */
  Tariff(
      Request request, HostedTools tools, boolean unpricedRefused, @Nullable SocketTerms socket) {
    this.request = request;
    this.socket = socket;
    this.tools = tools;
    this.unpricedRefused = unpricedRefused;
    this.askedTier = ServiceTier.of(Asked.serviceTier(request));
    SearchSize asked = SearchSize.of(Asked.searchSize(request));
    this.askedSize = asked == null ? tools.size() : asked;
  }

  /**
   * Prices to hold money by: those of the tier that is asked for; what is charged by the image, the
   * second, the character, the query or the call of a tool is part of the price of the call.
   *
   * @return null if none are known
   * @throws FailureException {@link Failure.ModelDenied} if none are known and such calls are
   *     refused
   */
  @Nullable Pricing expected(Deployment deployment) {
    Pricing pricing = pricing(deployment);
    if (socket != null) {
      return ofStep(socket, pricing, deployment);
    }
    if (pricing == null) {
      if (unpricedRefused) {
        throw new FailureException(unpriced(deployment));
      }
      return null;
    }
    ServiceTier tier = asked(deployment);
    Rates rates = pricing.rates(tier, 0);
    BigDecimal units = Estimate.dollars(request, rates).add(tools.dollars(rates));
    boolean tiered = tier != null && tier != ServiceTier.STANDARD;
    if (!tiered && units.signum() == 0) {
      return pricing;
    }
    Map<Name, Price> changed = new HashMap<>();
    if (tiered) {
      pricing
          .prices()
          .forEach(
              (name, price) -> {
                if (name.service() == tier) {
                  changed.put(
                      new Name(name.item(), name.aboveTokens(), ServiceTier.STANDARD), price);
                }
              });
    }
    BigDecimal request = rates.price(Item.REQUEST).dollars();
    changed.put(Name.of(Item.REQUEST), new Price(request.add(units)));
    return pricing.with(changed);
  }

  /** A socket without a price could run for hours, and is refused in any case, as with LiteLLM. */
  private static Pricing ofStep(
      SocketTerms socket, @Nullable Pricing pricing, Deployment deployment) {
    if (pricing == null) {
      throw new FailureException(
          new Failure.ModelDenied(
              "No streaming price for '"
                  + socket.unpriced(deployment.model())
                  + "': add it to the model cost map to enable it.",
              "model_cost_map_missing"));
    }
    Money step = Cost.of(pricing.with(Markup.NONE), socket.step());
    return pricing.with(Map.of(Name.of(Item.REQUEST), new Price(step.dollars())));
  }

  /**
   * The tier that the provider was asked for: not one that it never heard of, because the request
   * was translated or the parameter taken out, and not that of batches, which a single call cannot
   * have. Else a caller could choose its own price.
   */
  private @Nullable ServiceTier asked(Deployment deployment) {
    if (askedTier == null || askedTier == ServiceTier.BATCH) {
      return null;
    }
    Route route = deployment.routes().get(request.operation());
    boolean told =
        (route == null || route.operation() == request.operation())
            && !deployment.rules().dropped().contains(PARAMETER)
            && !deployment.rules().unsupported().contains(PARAMETER);
    return told ? askedTier : null;
  }

  private static Failure unpriced(Deployment deployment) {
    return new Failure.ModelDenied(
        "The model '"
            + deployment.group()
            + "' has no price in the model cost map, and calls that cannot be priced are refused"
            + " (block_requests_for_models_without_pricing). An operator has to give its prices in"
            + " model_info, or the base_model that has them.",
        "model_cost_map_missing");
  }

  /** Asked for with each frame. */
  private @Nullable Pricing ofSocket(SocketTerms terms, Deployment deployment) {
    if (!deployment.id().equals(socketAt)) {
      Pricing pricing = deployment.pricing(request.operation());
      socketPricing = pricing == null ? null : terms.priced(pricing);
      socketAt = deployment.id();
    }
    return socketPricing;
  }

  /** Images and their pixels are of the size that is asked for. */
  private @Nullable Pricing pricing(Deployment deployment) {
    if (socket != null) {
      return ofSocket(socket, deployment);
    }
    Pricing pricing = deployment.pricing(request.operation());
    if (pricing == null || request.operation().family() != Family.IMAGE) {
      return pricing;
    }
    pricing = pricing.ofImage(Asked.quality(request), Asked.size(request));
    Price pixel = pricing.rates(null, 0).price(Item.PIXEL);
    if (pixel.dollars().signum() == 0) {
      return pricing;
    }
    BigDecimal image = pixel.dollars().multiply(BigDecimal.valueOf(Asked.pixels(request)));
    return pricing.with(Map.of(Name.of(Item.IMAGE), new Price(image)));
  }

  /**
   * What is owed for this usage.
   *
   * @param seen the provider's figures or our own
   */
  Ending.Charge charge(Deployment deployment, Usage seen) {
    Usage usage = completed(deployment, seen);
    Pricing pricing = pricing(deployment);
    boolean priced = pricing != null || usage.detail().reported() != null;
    return new Ending.Charge(usage, Cost.of(pricing, usage), priced);
  }

  /**
   * The usage with the time that the provider took, where that is what tokens are paid by.
   *
   * @param nanos from asking to the end of the answer
   */
  Usage timed(Deployment deployment, Usage seen, long nanos) {
    Family family = request.operation().family();
    if ((family != Family.CHAT && family != Family.EMBEDDING) || seen.quantity() != null) {
      return seen;
    }
    Pricing pricing = pricing(deployment);
    return pricing == null || pricing.rates(null, 0).picos(Item.SECOND) == 0
        ? seen
        : seen.with(new Quantity(Quantity.Unit.SECOND, nanos / NANOS_A_MILLI));
  }

  /** The same in its parts. */
  Cost.Bill bill(Deployment deployment, Usage completed) {
    return Cost.bill(pricing(deployment), completed);
  }

  /** With the calls of tools that are held for: of an answer that nobody will see. */
  Usage unseen(Usage counted) {
    return tools.most(counted);
  }

  /** Only a provider whose row says so is believed in what it charges. */
  private Usage completed(Deployment deployment, Usage seen) {
    Usage.Detail detail = seen.detail();
    if (detail.reported() != null && !deployment.rules().quirks().contains(Quirk.COST_REPORTED)) {
      detail = detail.withoutReported();
    }
    if (detail.serviceTier() == null) {
      detail = detail.with(asked(deployment));
    }
    if (detail.searchSize() == null && askedSize != null) {
      detail = detail.with(askedSize);
    }
    detail = detail.with(tools.sized(detail.tools()));
    return seen.with(detail);
  }
}
