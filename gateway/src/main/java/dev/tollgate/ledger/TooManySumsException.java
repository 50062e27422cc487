package dev.tollgate.ledger;

/** What is asked for would have to be summed up from more than one request may look at. */
public final class TooManySumsException extends RuntimeException {
  public TooManySumsException(int most) {
    super("more than " + most + " sums would have to be looked at");
  }
}
