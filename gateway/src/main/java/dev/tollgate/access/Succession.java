package dev.tollgate.access;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a key keeps of the secrets that it had before. */
final class Succession {
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A secret that is changed all the time leaves no longer a trail. */
  private static final int FORMER_MAX = 8;

  private Succession() {}

  static String extras(String extras, VirtualKey old, @Nullable Instant graceEnds, Instant now) {
    ObjectNode next = (ObjectNode) JSON.readTree(extras);
    next.put(FinePrint.ACCOUNT, old.account());
    ObjectNode former = JSON.createObjectNode();
    FinePrint.of("{}", extras)
        .formerHashes()
        .forEach(
            (hash, end) -> {
              if (end.isAfter(now) && former.size() < FORMER_MAX - 1) {
                former.put(hash, end.toEpochMilli());
              }
            });
    if (graceEnds != null) {
      former.put(old.hash(), graceEnds.toEpochMilli());
    }
    next.set(FinePrint.FORMER_HASHES, former);
    next.put("rotation_count", next.path("rotation_count").asInt(0) + 1);
    next.put("last_rotation_at", now.toString());
    Rotation.plan(next, now);
    return JSON.writeValueAsString(next);
  }
}
