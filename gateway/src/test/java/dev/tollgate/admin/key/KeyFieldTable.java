package dev.tollgate.admin.key;

import dev.tollgate.admin.form.Field;
import java.util.Map;

/** The fields of key requests, for tests of all of them. */
public final class KeyFieldTable {
  private KeyFieldTable() {}

  public static Map<String, Field> all() {
    return KeyFields.ALL;
  }
}
