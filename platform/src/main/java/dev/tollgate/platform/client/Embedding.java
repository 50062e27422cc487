package dev.tollgate.platform.client;

import java.util.Arrays;
import java.util.Optional;
import java.util.StringJoiner;

/** The vector of one text. Immutable. */
public final class Embedding {
  /** What {@code text-embedding-3-small} gives, and what the database's column is made for. */
  public static final int DIMENSIONS = 1536;

  private final float[] vector;

  private Embedding(float[] vector) {
    this.vector = vector;
  }

  /**
   * Keeps a copy.
   *
   * @throws BadInputException when it is empty or holds what is not a finite number
   */
  public static Embedding of(float[] vector) {
    if (vector.length == 0) {
      throw new BadInputException("vector", "no numbers", "at least one");
    }
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        throw new BadInputException("vector", String.valueOf(number), "finite numbers");
      }
    }
    return new Embedding(vector.clone());
  }

  /** A copy of the numbers. */
  public float[] vector() {
    return vector.clone();
  }

  /** How many numbers it has. */
  public int dimensions() {
    return vector.length;
  }

  /** What to tell the operator when it has other than {@link #DIMENSIONS} numbers; still usable. */
  public Optional<String> warning() {
    return vector.length == DIMENSIONS
        ? Optional.empty()
        : Optional.of(
            "embedding has %d dimensions, expected %d: check which model the gateway serves as %s"
                .formatted(vector.length, DIMENSIONS, Embeddings.MODEL));
  }

  /** As pgvector reads it: {@code [x,y,...]}. */
  public String toVectorString() {
    var text = new StringJoiner(",", "[", "]");
    for (float number : vector) {
      text.add(Float.toString(number));
    }
    return text.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding embedding && Arrays.equals(vector, embedding.vector);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(vector);
  }

  @Override
  public String toString() {
    return "Embedding[" + vector.length + " dimensions]";
  }
}
