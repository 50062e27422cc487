package dev.tollgate.store;

import dev.tollgate.ledger.SpendRow;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;

/**
 * A partition of PostgreSQL's {@code spend_log} for each day (UTC). Whoever writes the first row of
 * a day makes the partition of the next one, so that it is there when the day begins. Thread-safe.
 *
 * <p>One lock in the database is for all nodes: partitions are made and dropped by one at a time,
 * and none waits for long, since nothing else happens under it.
 */
final class DayPartitions implements SpendLayout {
  /** An arbitrary number that nobody else locks on in this database. */
  private static final long LOCK = 0x746f_6c6c_6461_7973L;

  private static final String DAY = "spend_log_";
  private static final String BEFORE = "spend_log_before_";
  private static final DateTimeFormatter NAME = DateTimeFormatter.BASIC_ISO_DATE;
  private static final long DAY_MILLIS = 86_400_000;

  private final Database database;
  private volatile Partitions known = Partitions.NONE;

  /**
   * Those that there are.
   *
   * @param days days with a partition of their own
   * @param before first day behind the partition of what was there before there were partitions
   */
  private record Partitions(Set<LocalDate> days, LocalDate before) {
    static final Partitions NONE = new Partitions(Set.of(), LocalDate.MIN);

    boolean cover(LocalDate day) {
      return day.isBefore(before) || days.contains(day);
    }
  }

  DayPartitions(Database database) {
    this.database = database;
  }

  private static LocalDate day(Instant moment) {
    return LocalDate.ofInstant(moment, ZoneOffset.UTC);
  }

  @Override
  public void cover(List<SpendRow> rows) {
    Set<LocalDate> days = new TreeSet<>();
    LocalDate latest = LocalDate.MIN;
    for (SpendRow row : rows) {
      LocalDate day = day(row.started());
      if (!day.equals(latest)) {
        days.add(day);
        latest = day;
      }
    }
    if (!days.isEmpty()) {
      days.add(latest.plusDays(1));
    }
    days.removeIf(known::cover);
    if (!days.isEmpty()) {
      known = database.write(handle -> made(handle, days));
    }
  }

  private static Partitions made(Handle handle, Set<LocalDate> days) {
    lock(handle);
    Partitions there = read(handle);
    Set<LocalDate> all = new HashSet<>(there.days());
    for (LocalDate day : days) {
      if (!there.cover(day)) {
        // Made beside the table and then attached, it does not wait for those who read.
        String name = DAY + NAME.format(day);
        handle.execute(
            "create table " + name + " (like spend_log including defaults including constraints)");
        handle.execute(
            "alter table spend_log attach partition %s for values from (%d) to (%d)"
                .formatted(
                    name, day.toEpochDay() * DAY_MILLIS, (day.toEpochDay() + 1) * DAY_MILLIS));
        all.add(day);
      }
    }
    return new Partitions(Set.copyOf(all), there.before());
  }

  private static void lock(Handle handle) {
    handle
        .createQuery("select 1 from (select pg_advisory_xact_lock(:lock)) as held")
        .bind("lock", LOCK)
        .mapTo(Integer.class)
        .one();
  }

  private static Partitions read(Handle handle) {
    List<String> names =
        handle
            .createQuery(
                """
                select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
                where i.inhparent = 'spend_log'::regclass
                """)
            .mapTo(String.class)
            .list();
    Set<LocalDate> days = new HashSet<>();
    LocalDate before = LocalDate.MIN;
    for (String name : names) {
      if (name.startsWith(BEFORE)) {
        before = LocalDate.parse(name.substring(BEFORE.length()), NAME);
      } else {
        days.add(LocalDate.parse(name.substring(DAY.length()), NAME));
      }
    }
    return new Partitions(Set.copyOf(days), before);
  }

  @Override
  public void forget() {
    known = Partitions.NONE;
  }

  @Override
  public String byRequest() {
    return " and request_ref = :requestRef";
  }

  /** Drops the partitions of days that have ended before; a day goes when all of it is past. */
  @Override
  public int deleteBefore(Instant end) {
    LocalDate kept = day(end);
    return database.write(
        handle -> {
          // A drop waits for those who read, and all who come later wait for the drop.
          handle.execute("set local lock_timeout = '3s'");
          lock(handle);
          Partitions there = read(handle);
          String name =
              there.days().stream()
                  .filter(day -> day.isBefore(kept))
                  .min(LocalDate::compareTo)
                  .map(day -> DAY + NAME.format(day))
                  .orElse(null);
          if (name == null
              && !there.before().equals(LocalDate.MIN)
              && !there.before().isAfter(kept)) {
            name = BEFORE + NAME.format(there.before());
          }
          if (name == null) {
            return 0;
          }
          handle.execute("drop table " + name);
          known = Partitions.NONE;
          return 1;
        });
  }
}
