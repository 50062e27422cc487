package dev.tollgate.access;

import dev.tollgate.model.Money;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A key as it is held in memory: packed, since there may be millions, most of which nobody calls
 * with. What many keys have in common they share. Immutable, but for the caller that it makes.
 *
 * <p>A key with a short alias, user and team takes some 220 bytes, its place in the map included.
 */
public final class KeyRow implements Versioned {
  /** Fields that are a key's own, in the order in which they are packed. */
  enum Own {
    NAME(0),
    VERSION(1),
    CREATED_AT(2),
    ALIAS(3),
    USER(4),
    TEAM(5),
    /** Null where it is when the key was made. */
    UPDATED_AT(6),
    SETTINGS_UPDATED_AT(7),
    EXPIRES(8),
    BUDGET_RESET_AT(9);

    private final int place;

    Own(int place) {
      this.place = place;
    }
  }

  /** Fields that many keys have in common, in the order in which they are packed. */
  enum Common {
    MODELS(0),
    ALIASES(1),
    ALLOWED_ROUTES(2),
    MAX_BUDGET(3),
    BUDGET_DURATION(4),
    REQUESTS_PER_MINUTE(5),
    TOKENS_PER_MINUTE(6),
    PARALLEL_REQUESTS(7),
    BLOCKED(8),
    KEY_TYPE(9),
    ESTIMATED_OUTPUT_TOKENS(10),
    STRICT(11),
    METADATA(12),
    EXTRAS(13),
    CREATED_BY(14),
    UPDATED_BY(15);

    private final int place;

    Common(int place) {
      this.place = place;
    }
  }

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<String>> STRINGS = new TypeReference<>() {};
  private static final TypeReference<Map<String, String>> STRING_MAP = new TypeReference<>() {};

  private final KeyId id;
  private final byte[] own;
  private final byte[] common;
  private final long createdAt;

  /** Who calls with the key; made when somebody does. */
  volatile Keys.@Nullable Built built;

  KeyRow(KeyId id, byte[] own, byte[] common) {
    this.id = id;
    this.own = own;
    this.common = common;
    this.createdAt = Long.parseLong(must(Own.CREATED_AT));
  }

  public static KeyRow of(VirtualKey key) {
    VirtualKey.Terms terms = key.terms();
    Money maxBudget = terms.maxBudget();
    Instant updated = key.updatedAt();
    return new KeyRow(
        KeyId.of(key.hash()),
        PackedFields.of(
            Arrays.asList(
                key.name(),
                text(key.version()),
                millis(key.createdAt()),
                terms.alias(),
                terms.userId(),
                terms.teamId(),
                updated.equals(key.createdAt()) ? null : millis(updated),
                millis(key.settingsUpdatedAt()),
                millis(terms.expires()),
                millis(terms.budgetResetAt()))),
        PackedFields.of(
            Arrays.asList(
                JSON.writeValueAsString(terms.models()),
                JSON.writeValueAsString(terms.aliases()),
                JSON.writeValueAsString(terms.allowedRoutes()),
                maxBudget == null ? null : text(maxBudget.nanos()),
                terms.budgetDuration(),
                text(terms.requestsPerMinute()),
                text(terms.tokensPerMinute()),
                text(terms.parallelRequests()),
                flag(terms.blocked()),
                terms.keyType(),
                text(terms.estimatedOutputTokens()),
                flag(terms.strict()),
                terms.metadata(),
                terms.extras(),
                key.createdBy(),
                key.updatedBy())));
  }

  private static @Nullable String text(@Nullable Long number) {
    return number == null ? null : Long.toString(number);
  }

  private static @Nullable String millis(@Nullable Instant moment) {
    return moment == null ? null : Long.toString(moment.toEpochMilli());
  }

  private static @Nullable String flag(@Nullable Boolean flag) {
    return flag == null ? null : flag ? "1" : "0";
  }

  private @Nullable String text(Own field) {
    return PackedFields.text(own, field.place);
  }

  private @Nullable String text(Common field) {
    return PackedFields.text(common, field.place);
  }

  private String must(Own field) {
    return Objects.requireNonNull(text(field));
  }

  private String must(Common field) {
    return Objects.requireNonNull(text(field));
  }

  private @Nullable Instant moment(Own field) {
    String text = text(field);
    return text == null ? null : Instant.ofEpochMilli(Long.parseLong(text));
  }

  private @Nullable Long number(Common field) {
    String text = text(field);
    return text == null ? null : Long.valueOf(text);
  }

  private @Nullable Boolean flag(Common field) {
    String text = text(field);
    return text == null ? null : isTrue(text);
  }

  /** As SQLite and as PostgreSQL write it. */
  private static boolean isTrue(String text) {
    return text.equals("1") || text.equals("t");
  }

  private List<String> strings(Common field) {
    String text = must(field);
    return text.equals("[]") ? List.of() : JSON.readValue(text, STRINGS);
  }

  KeyId id() {
    return id;
  }

  public String hash() {
    return id.hash();
  }

  @Override
  public long version() {
    return Long.parseLong(must(Own.VERSION));
  }

  /** Milliseconds since 1970. */
  public long createdAt() {
    return createdAt;
  }

  public @Nullable String alias() {
    return text(Own.ALIAS);
  }

  public @Nullable String userId() {
    return text(Own.USER);
  }

  public @Nullable String teamId() {
    return text(Own.TEAM);
  }

  public String createdBy() {
    return must(Common.CREATED_BY);
  }

  public String extras() {
    return must(Common.EXTRAS);
  }

  /** Where its spend is counted: its hash, or the first one it had if its secret was changed. */
  public String account() {
    String account = VirtualKey.account(extras());
    return account == null ? hash() : account;
  }

  public boolean isBlocked() {
    return Boolean.TRUE.equals(flag(Common.BLOCKED));
  }

  /** The key, with everything that is known about it. */
  public VirtualKey key() {
    Long maxBudget = number(Common.MAX_BUDGET);
    String aliases = must(Common.ALIASES);
    Instant created = Instant.ofEpochMilli(createdAt);
    Instant updated = moment(Own.UPDATED_AT);
    return new VirtualKey(
        hash(),
        must(Own.NAME),
        version(),
        new VirtualKey.Terms(
            alias(),
            userId(),
            teamId(),
            strings(Common.MODELS),
            aliases.equals("{}") ? Map.of() : JSON.readValue(aliases, STRING_MAP),
            strings(Common.ALLOWED_ROUTES),
            maxBudget == null ? null : Money.ofNanos(maxBudget),
            text(Common.BUDGET_DURATION),
            moment(Own.BUDGET_RESET_AT),
            number(Common.REQUESTS_PER_MINUTE),
            number(Common.TOKENS_PER_MINUTE),
            number(Common.PARALLEL_REQUESTS),
            moment(Own.EXPIRES),
            flag(Common.BLOCKED),
            text(Common.KEY_TYPE),
            number(Common.ESTIMATED_OUTPUT_TOKENS),
            isTrue(must(Common.STRICT)),
            must(Common.METADATA),
            must(Common.EXTRAS)),
        created,
        must(Common.CREATED_BY),
        updated == null ? created : updated,
        must(Common.UPDATED_BY),
        moment(Own.SETTINGS_UPDATED_AT));
  }
}
