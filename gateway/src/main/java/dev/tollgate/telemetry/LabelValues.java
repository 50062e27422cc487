package dev.tollgate.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A value for every {@link Label}; the key under which a call's series are found. Immutable. */
@SuppressWarnings("EnumOrdinal") // one array by the labels' places: a map costs more than the rest
final class LabelValues {
  /** LiteLLM's word for a label that has no value. */
  static final String NONE = "None";

  /** Stands for all values beyond the bound. */
  static final String OTHER = "other";

  private static final int VALUE_LENGTH_MAX = 256;
  private static final int LABELS = Label.values().length;

  private final String[] values;
  private final int hash;

  private LabelValues(String[] values) {
    this.values = values;
    this.hash = Arrays.hashCode(values);
  }

  String[] of(Label... labels) {
    String[] selected = new String[labels.length];
    for (int i = 0; i < labels.length; i++) {
      selected[i] = values[labels[i].ordinal()];
    }
    return selected;
  }

  /** The same with {@link #OTHER} wherever a client chose the value and there is one. */
  LabelValues withoutClientsChoice() {
    return copy()
        .other(Label.END_USER)
        .other(Label.CLIENT_IP)
        .other(Label.USER_AGENT)
        .other(Label.REQUESTED_MODEL)
        .build();
  }

  /** The same with {@link #OTHER} for who called, and what a client chose. */
  LabelValues withoutCaller() {
    return copy()
        .other(Label.API_KEY_ALIAS)
        .other(Label.HASHED_API_KEY)
        .other(Label.ORG_ALIAS)
        .other(Label.ORG_ID)
        .other(Label.REQUESTED_MODEL)
        .other(Label.TEAM)
        .other(Label.TEAM_ALIAS)
        .other(Label.USER)
        .build();
  }

  LabelValues withoutEndUser() {
    return copy().set(Label.END_USER, NONE).build();
  }

  /** Nothing but the status is left: the last resort, whose number is bounded by the statuses. */
  LabelValues statusOnly() {
    Builder builder = new Builder();
    for (Label label : Label.values()) {
      builder.set(label, OTHER);
    }
    return builder.set(Label.STATUS_CODE, values[Label.STATUS_CODE.ordinal()]).build();
  }

  private Builder copy() {
    return new Builder(values.clone());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LabelValues that
        && hash == that.hash
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }

  /** Not thread-safe. */
  static final class Builder {
    private final String[] values;

    Builder() {
      this(new String[LABELS]);
      Arrays.fill(values, NONE);
    }

    private Builder(String[] values) {
      this.values = values;
    }

    Builder set(Label label, @Nullable String value) {
      if (value != null) {
        values[label.ordinal()] =
            value.length() > VALUE_LENGTH_MAX ? value.substring(0, VALUE_LENGTH_MAX) : value;
      }
      return this;
    }

    private Builder other(Label label) {
      if (!values[label.ordinal()].equals(NONE)) {
        values[label.ordinal()] = OTHER;
      }
      return this;
    }

    LabelValues build() {
      return new LabelValues(values);
    }
  }
}
