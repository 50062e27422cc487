package dev.tollgate.wire.openai;

/** Tells when a JSON object that comes in pieces is whole. For one object and one thread. */
final class JsonExtent {
  private int depth;
  private boolean quoted;
  private boolean escaped;
  private boolean whole;

  void read(String more) {
    for (int i = 0; i < more.length(); i++) {
      char c = more.charAt(i);
      if (escaped) {
        escaped = false;
      } else if (quoted) {
        escaped = c == '\\';
        quoted = c != '"';
      } else {
        readPlain(c);
      }
    }
  }

  private void readPlain(char c) {
    switch (c) {
      case '"' -> quoted = true;
      case '{', '[' -> depth++;
      case '}', ']' -> {
        depth--;
        whole = depth == 0;
      }
      default -> {}
    }
  }

  /** Whether the object has ended. */
  boolean whole() {
    return whole;
  }
}
