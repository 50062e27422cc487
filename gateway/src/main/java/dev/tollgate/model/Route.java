package dev.tollgate.model;

import org.jspecify.annotations.Nullable;

/**
 * How a deployment serves an operation that a client may ask.
 *
 * @param operation what its provider is asked: the same, or one of its family that stands for it
 * @param address where that goes
 * @param streamAddress where it goes for a stream, where that is another place; else null
 */
public record Route(Operation operation, Address address, @Nullable Address streamAddress) {
  public Address address(boolean stream) {
    return stream && streamAddress != null ? streamAddress : address;
  }
}
