package dev.tollgate.store;

import dev.tollgate.access.Tenant;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A notice as the payload of a NOTIFY: who says it, what, and about what; a list of texts. Pure.
 */
final class NoticeText {
  /** PostgreSQL takes less than 8,000 bytes. */
  private static final int BYTES_MAX = 7_900;

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};

  private NoticeText() {}

  static String write(String origin, Notice notice) {
    List<String> words =
        switch (notice) {
          case Notice.KeyChanged(String hash) -> List.of(origin, "key", hash);
          case Notice.TenantChanged(Tenant.Ref ref) ->
              List.of(origin, "tenant", ref.kind().word(), ref.id());
          case Notice.SpendSet set -> List.of(origin, "spend", set.kind().word(), set.id());
          case Notice.Demanded demand ->
              List.of(
                  origin,
                  "demand",
                  demand.kind().word(),
                  demand.id(),
                  Long.toString(demand.nanos()));
          case Notice.Freed freed -> List.of(origin, "freed", freed.kind().word(), freed.id());
          case Notice.EndpointsChanged _ -> List.of(origin, "endpoints");
          case Notice.Missed _ -> List.of(origin, "missed");
        };
    String text = JSON.writeValueAsString(words);
    return text.getBytes(StandardCharsets.UTF_8).length <= BYTES_MAX
        ? text
        : write(origin, new Notice.Missed());
  }

  /**
   * Reads a payload.
   *
   * @return null for what this node said itself; {@link Notice.Missed} for what another version
   *     says that this one does not know
   */
  static @Nullable Notice read(String origin, String text) {
    List<String> words = JSON.readValue(text, STRINGS);
    if (words.size() < 2 || words.getFirst().equals(origin)) {
      return null;
    }
    return switch (words.get(1)) {
      case "key" -> new Notice.KeyChanged(words.get(2));
      case "tenant" ->
          new Notice.TenantChanged(new Tenant.Ref(SqlTenantStore.kind(words.get(2)), words.get(3)));
      case "spend" -> new Notice.SpendSet(SqlSpendStore.kind(words.get(2)), words.get(3));
      case "demand" ->
          new Notice.Demanded(
              SqlSpendStore.kind(words.get(2)), words.get(3), Long.parseLong(words.get(4)));
      case "freed" -> new Notice.Freed(SqlSpendStore.kind(words.get(2)), words.get(3));
      case "endpoints" -> new Notice.EndpointsChanged();
      default -> new Notice.Missed();
    };
  }
}
