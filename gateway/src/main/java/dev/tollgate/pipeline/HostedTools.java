package dev.tollgate.pipeline;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Item;
import dev.tollgate.model.Rates;
import dev.tollgate.model.Request;
import dev.tollgate.model.SearchSize;
import dev.tollgate.model.Usage;
import dev.tollgate.wire.json.JsonScan;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;

/**
 * Tools that the provider runs and charges by the call, as a request allows them. How often a model
 * uses them nobody knows before; {@code max_tool_calls} bounds it where the client or a strict
 * budget sets it. Immutable.
 *
 * @param searches whether it may search on the web
 * @param files whether it may search in files
 * @param gigabytes of the container that code runs in; 0 for none
 * @param callsMax how many calls the client allows, null if it does not say
 * @param size how much a search brings in, null if it is not said
 */
record HostedTools(
    boolean searches,
    boolean files,
    long gigabytes,
    @Nullable Long callsMax,
    @Nullable SearchSize size) {
  static final HostedTools NONE = new HostedTools(false, false, 0, null, null);

  /** Calls of tools that are held for where the client sets no bound. */
  private static final long CALLS = 10;

  private static final String BOUND = "max_tool_calls";
  private static final long CALLS_MAX = 10_000;

  static HostedTools of(Request request) {
    boolean chat = isObject(request, request.member("web_search_options"));
    Request.Member tools = request.member("tools");
    // A prompt that is kept at the provider may bring any tool along.
    boolean kept =
        request.dialect() == Dialect.RESPONSES && isObject(request, request.member("prompt"));
    if (tools == null && !chat && !kept) {
      return NONE;
    }
    HostedToolScan scan = new HostedToolScan();
    if (tools != null) {
      scan.read(request.body(), tools.value());
    }
    Long bound = number(request, request.member(BOUND));
    return new HostedTools(
        scan.searches() || chat || kept,
        scan.files() || kept,
        kept ? Math.max(1, scan.gigabytes()) : scan.gigabytes(),
        bound != null ? bound : chat ? Long.valueOf(1) : scan.searchesMax(),
        scan.size());
  }

  private static boolean isObject(Request request, Request.@Nullable Member member) {
    return member != null && request.body()[member.value().from()] == '{';
  }

  private static @Nullable Long number(Request request, Request.@Nullable Member member) {
    if (member == null || member.isNull()) {
      return null;
    }
    try (JsonScan scan = JsonScan.of(request.body(), member.value().from(), member.value().to())) {
      return scan.next() == JsonToken.VALUE_NUMBER_INT
          ? Math.clamp(scan.parser().getLongValue(), 0, CALLS_MAX)
          : null;
    } catch (JacksonException tooLong) {
      return CALLS_MAX;
    }
  }

  private boolean isEmpty() {
    return !searches && !files && gigabytes == 0;
  }

  private long calls() {
    return callsMax == null ? CALLS : callsMax;
  }

  /** Most that they cost: each call at the price of the dearest tool, and a container for code. */
  BigDecimal dollars(Rates rates) {
    BigDecimal each =
        (searches
                ? price(rates, (size == null ? SearchSize.MEDIUM : size).item())
                : BigDecimal.ZERO)
            .max(files ? price(rates, Item.FILE_SEARCH) : BigDecimal.ZERO);
    return isEmpty()
        ? BigDecimal.ZERO
        : each.multiply(BigDecimal.valueOf(calls()))
            .add(price(rates, Item.CODE_SESSION).multiply(BigDecimal.valueOf(gigabytes)));
  }

  private static BigDecimal price(Rates rates, Item item) {
    return rates.price(item).dollars();
  }

  /**
   * For a strict budget: the request with as many calls of tools as are held for, where its client
   * does not bound them itself. Only responses can be told so.
   */
  Request bounded(Request request) {
    return isEmpty() || callsMax != null || request.dialect() != Dialect.RESPONSES
        ? request
        : request.withMember(BOUND, Long.toString(CALLS));
  }

  /** What is held for, as if it had been used. */
  Usage most(Usage usage) {
    Usage.Tools most = new Usage.Tools(files ? calls() : 0, gigabytes == 0 ? 0 : 1);
    Usage searched = searches && !files ? usage.searched(calls()) : usage;
    return searched.with(searched.detail().with(most));
  }

  /** Figures of a reply in gigabytes of containers. */
  Usage.Tools sized(Usage.Tools seen) {
    return seen.codeSessions() == 0 || gigabytes <= 1
        ? seen
        : new Usage.Tools(seen.fileSearches(), seen.codeSessions() * gigabytes);
  }
}
