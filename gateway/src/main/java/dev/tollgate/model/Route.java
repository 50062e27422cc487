package dev.tollgate.model;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment serves an operation that a client may ask.
 *
 * @param operation what its provider is asked: the same, or one of its family that stands for it
 * @param address where that goes
 * @param streamAddress where it goes for a stream, where that is another place; else null
 * @param method the HTTP method
 */
public record Route(
    Operation operation, Address address, @Nullable Address streamAddress, String method) {
  /** What stands in a target for the id that a call names. */
  public static final String ID = "%7Bid%7D";

  /** One that is asked by its operation's method. */
  public Route(Operation operation, Address address, @Nullable Address streamAddress) {
    this(operation, address, streamAddress, operation.method());
  }

  /** The same for something that the provider keeps: its id and the query put into the target. */
  public Route to(Request.Stored stored) {
    String target = address.target().replace(ID, segment(stored.id()));
    if (!stored.query().isEmpty()) {
      target += (target.indexOf('?') < 0 ? "?" : "&") + stored.query();
    }
    return new Route(operation, address.withTarget(target), null);
  }

  private static String segment(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** Where one call of a provider's own API goes, below the address of this. */
  public Route to(PassThrough call, String model) {
    return new Route(operation, call.below(address, model), null, call.method());
  }

  public Address address(boolean stream) {
    return stream && streamAddress != null ? streamAddress : address;
  }
}
