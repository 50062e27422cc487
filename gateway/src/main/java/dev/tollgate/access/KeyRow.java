package dev.tollgate.access;

import dev.tollgate.model.Money;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A key as it is held in memory: packed, since there may be millions, most of which nobody calls
 * with. What many keys have in common they share. A view of a few bytes, in an array of its own or
 * in a page of {@link KeyPages}; immutable, but for the caller that it makes.
 *
 * <p>A record is its length, the place of its common fields, when the key was made, its hash, and
 * the packed fields that are its own: some 120 bytes for a key with a short alias, user and team.
 */
public final class KeyRow implements Versioned {
  /**
   * Fields that are a key's own, in the order in which they are packed: first those that a list
   * asks every key for, since whoever looks for a field has to pass those before it.
   */
  enum Own {
    USER(0),
    TEAM(1),
    ALIAS(2),
    NAME(3),
    VERSION(4),
    /** Null where it is when the key was made. */
    UPDATED_AT(5),
    SETTINGS_UPDATED_AT(6),
    EXPIRES(7),
    BUDGET_RESET_AT(8),
    /** Null for all but an id that is no hash. */
    ID(9);

    private final int place;

    Own(int place) {
      this.place = place;
    }
  }

  /** Fields that many keys have in common, likewise. */
  enum Common {
    EXTRAS(0),
    MODELS(1),
    ALIASES(2),
    ALLOWED_ROUTES(3),
    MAX_BUDGET(4),
    BUDGET_DURATION(5),
    REQUESTS_PER_MINUTE(6),
    TOKENS_PER_MINUTE(7),
    PARALLEL_REQUESTS(8),
    BLOCKED(9),
    KEY_TYPE(10),
    ESTIMATED_OUTPUT_TOKENS(11),
    STRICT(12),
    METADATA(13),
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

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final byte[] NO_EXTRAS = {'{', '}'};

  /** Of more teams than these a key's is looked up, which takes a text to be made of it. */
  private static final int TEAMS_COMPARED_MAX = 4;

  private static final int COMMON_FIELDS = Common.values().length;

  private static final int COMMON = 4;
  private static final int CREATED_AT = 12;
  private static final int HASH = 20;

  /** Where the packed fields begin. */
  static final int FIELDS = 52;

  private final byte[] bytes;
  private final int at;
  private final byte[] common;
  private final int commonAt;

  /** Who calls with the key; made when somebody does. */
  volatile Keys.@Nullable Built built;

  /**
   * A view.
   *
   * @param at where in the bytes the record begins
   * @param commonAt where the one with the common fields does
   */
  KeyRow(byte[] bytes, int at, byte[] common, int commonAt) {
    this.bytes = bytes;
    this.at = at;
    this.common = common;
    this.commonAt = commonAt;
  }

  /**
   * A row of its own.
   *
   * @param record has its packed fields from {@link #FIELDS} on, and room for the rest before them
   * @param common likewise
   */
  static KeyRow of(KeyId id, long createdAt, byte[] record, byte[] common) {
    INT.set(record, 0, record.length);
    LONG.set(record, CREATED_AT, createdAt);
    LONG.set(record, HASH, id.first());
    LONG.set(record, HASH + 8, id.second());
    LONG.set(record, HASH + 16, id.third());
    LONG.set(record, HASH + 24, id.fourth());
    return new KeyRow(record, 0, common, 0);
  }

  public static KeyRow of(VirtualKey key) {
    VirtualKey.Terms terms = key.terms();
    Money maxBudget = terms.maxBudget();
    Instant updated = key.updatedAt();
    KeyId id = KeyId.of(key.hash());
    byte[] own =
        PackedFields.of(
            FIELDS,
            Arrays.asList(
                terms.userId(),
                terms.teamId(),
                terms.alias(),
                key.name(),
                text(key.version()),
                updated.equals(key.createdAt()) ? null : millis(updated),
                millis(key.settingsUpdatedAt()),
                millis(terms.expires()),
                millis(terms.budgetResetAt()),
                id.text()));
    byte[] common =
        PackedFields.of(
            FIELDS,
            Arrays.asList(
                terms.extras(),
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
                key.createdBy(),
                key.updatedBy()));
    return of(id, key.createdAt().toEpochMilli(), own, common);
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

  /** How long the record at a place is, in bytes; negative if it is dead, 0 if none is there. */
  static int length(byte[] bytes, int at) {
    return at + FIELDS > bytes.length ? 0 : (int) INT.get(bytes, at);
  }

  /** Marks a record that lives. */
  static void kill(byte[] bytes, int at) {
    writeDead(bytes, at, length(bytes, at));
  }

  static void writeDead(byte[] bytes, int at, int length) {
    INT.set(bytes, at, -length);
  }

  /** Where a record says that its common fields are. */
  static long common(byte[] bytes, int at) {
    return (long) LONG.get(bytes, at + COMMON);
  }

  static boolean hasId(byte[] bytes, int at, KeyId id) {
    return (long) LONG.get(bytes, at + HASH) == id.first()
        && (long) LONG.get(bytes, at + HASH + 8) == id.second()
        && (long) LONG.get(bytes, at + HASH + 16) == id.third()
        && (long) LONG.get(bytes, at + HASH + 24) == id.fourth()
        && (id.first() != 0
            || Objects.equals(PackedFields.text(bytes, at + FIELDS, Own.ID.place), id.text()));
  }

  int length() {
    return (int) INT.get(bytes, at);
  }

  /** Copies the record, with another place of its common fields. */
  void copy(byte[] into, int to, long commonPlace) {
    System.arraycopy(bytes, at, into, to, length());
    LONG.set(into, to + COMMON, commonPlace);
  }

  /** The common fields, packed. */
  byte[] commons() {
    int from = commonAt + FIELDS;
    return Arrays.copyOfRange(common, from, PackedFields.end(common, from, COMMON_FIELDS));
  }

  private @Nullable String text(Own field) {
    return PackedFields.text(bytes, at + FIELDS, field.place);
  }

  private @Nullable String text(Common field) {
    return PackedFields.text(common, commonAt + FIELDS, field.place);
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

  /** As this class, SQLite and PostgreSQL write it. */
  private static boolean isTrue(String text) {
    return text.equals("1") || text.equals("true");
  }

  private List<String> strings(Common field) {
    String text = must(field);
    return text.equals("[]") ? List.of() : JSON.readValue(text, STRINGS);
  }

  KeyId id() {
    return id(bytes, at);
  }

  static KeyId id(byte[] bytes, int at) {
    long first = (long) LONG.get(bytes, at + HASH);
    return new KeyId(
        first,
        (long) LONG.get(bytes, at + HASH + 8),
        (long) LONG.get(bytes, at + HASH + 16),
        (long) LONG.get(bytes, at + HASH + 24),
        first == 0 ? PackedFields.text(bytes, at + FIELDS, Own.ID.place) : null);
  }

  public String hash() {
    return id().hash();
  }

  @Override
  public long version() {
    return Long.parseLong(must(Own.VERSION));
  }

  /** Milliseconds since 1970. */
  public long createdAt() {
    return (long) LONG.get(bytes, at + CREATED_AT);
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

  /** Rows of one alias. Like the next ones it looks at the bytes, as a list asks all keys. */
  public static Predicate<KeyRow> withAlias(String alias) {
    return with(Own.ALIAS, alias);
  }

  public static Predicate<KeyRow> ofUser(String userId) {
    return with(Own.USER, userId);
  }

  public static Predicate<KeyRow> ofTeam(String teamId) {
    return with(Own.TEAM, teamId);
  }

  /** Rows of any of these teams. */
  public static Predicate<KeyRow> ofTeams(Set<String> teamIds) {
    return teamIds.size() > TEAMS_COMPARED_MAX
        ? row -> contains(teamIds, row.teamId())
        : teamIds.stream().map(KeyRow::ofTeam).reduce(Predicate::or).orElse(_ -> false);
  }

  /** Not every set can be asked for null. */
  private static boolean contains(Set<String> ids, @Nullable String id) {
    return id != null && ids.contains(id);
  }

  private static Predicate<KeyRow> with(Own field, String text) {
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    return row -> PackedFields.is(row.bytes, row.at + FIELDS, field.place, wanted);
  }

  public static Predicate<KeyRow> withHash(String hash) {
    KeyId id = KeyId.of(hash);
    return row -> hasId(row.bytes, row.at, id);
  }

  public String createdBy() {
    return must(Common.CREATED_BY);
  }

  /** Whether {@link #extras} has anything in it. */
  public boolean hasExtras() {
    return !PackedFields.is(common, commonAt + FIELDS, Common.EXTRAS.place, NO_EXTRAS);
  }

  public String extras() {
    return must(Common.EXTRAS);
  }

  /** Where its spend is counted: its hash, or the first one it had if its secret was changed. */
  public String account() {
    String account = hasExtras() ? VirtualKey.account(extras()) : null;
    return account == null ? hash() : account;
  }

  public boolean isBlocked() {
    return Boolean.TRUE.equals(flag(Common.BLOCKED));
  }

  /** The key, with everything that is known about it. */
  public VirtualKey key() {
    Long maxBudget = number(Common.MAX_BUDGET);
    String aliases = must(Common.ALIASES);
    Instant created = Instant.ofEpochMilli(createdAt());
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
