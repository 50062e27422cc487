package dev.tollgate.wire.form;

/** Search in bytes. */
final class Bytes {
  private Bytes() {}

  /** The first place in [from, to) where {@code wanted} stands as a whole; -1 if none. */
  static int indexOf(byte[] in, byte[] wanted, int from, int to) {
    int last = Math.min(to, in.length) - wanted.length;
    for (int at = from; at <= last; at++) {
      if (in[at] == wanted[0] && isAt(in, wanted, at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(byte[] in, byte[] wanted, int at) {
    for (int i = 1; i < wanted.length; i++) {
      if (in[at + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }
}
