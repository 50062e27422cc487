package dev.tollgate.provider;

/**
 * Nobody said where a provider is: there is no address, or no project. Of a provider that an
 * operator does not use that is no mistake.
 */
public final class PlaceMissing extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final boolean keyed;

  /**
   * @param message names the parameter, and the variables that would do
   * @param keyed whether there is a credential for it all the same
   */
  PlaceMissing(String message, boolean keyed) {
    super(message);
    this.keyed = keyed;
  }

  /** Whether there is a credential for a provider of which nobody says where it is. */
  public boolean keyed() {
    return keyed;
  }
}
