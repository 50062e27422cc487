package conformance;

import java.util.Objects;

/** What the cases claim. */
final class Check {
  private Check() {}

  static void same(Object got, Object expected) {
    if (!Objects.equals(got, expected)) {
      throw new AssertionError("got " + got + ", expected " + expected);
    }
  }

  static void that(boolean claim, String otherwise) {
    if (!claim) {
      throw new AssertionError(otherwise);
    }
  }

  /** The exception that the call throws. */
  static <E extends Exception> E raises(Class<E> expected, Case call) {
    try {
      call.run();
    } catch (Exception raised) {
      if (expected.isInstance(raised)) {
        return expected.cast(raised);
      }
      throw new AssertionError("raised " + raised + ", expected " + expected.getSimpleName(), raised);
    }
    throw new AssertionError("answered, expected " + expected.getSimpleName());
  }
}
