package dev.tollgate.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Outcome;
import dev.tollgate.model.Scope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final JournalSettings SETTINGS =
      new JournalSettings(64 << 10, 512 << 10, Duration.ofMillis(20));

  @TempDir private Path folder;
  private final MovableClock clock = new MovableClock("2026-11-22T12:00:00Z");

  private Journal open(Path dataFolder) {
    return Journal.open(dataFolder, SETTINGS, clock);
  }

  private static long append(Journal journal, String text) {
    while (!journal.reserve()) {
      Thread.onSpinWait(); // the journal's thread is making a file
    }
    return journal.appendReserved(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<String> read(Journal journal, long from) {
    JournalCursor cursor = journal.from(from);
    List<String> texts = new ArrayList<>();
    for (byte[] bytes = cursor.read(); bytes != null; bytes = cursor.read()) {
      texts.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return texts;
  }

  private static List<Path> segments(Path dataFolder) throws IOException {
    try (Stream<Path> files = Files.list(dataFolder.resolve("journal"))) {
      return files.filter(path -> path.toString().endsWith(".segment")).sorted().toList();
    }
  }

  /** What kill -9 leaves: the pages as they are, with nothing closed. */
  private static Path copyOf(Path dataFolder, Path target) throws IOException {
    Files.createDirectories(target.resolve("journal"));
    for (Path file : segments(dataFolder)) {
      Files.copy(file, target.resolve("journal").resolve(String.valueOf(file.getFileName())));
    }
    return target;
  }

  private static void overwrite(Path file, long at, byte... bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }

  private static int find(Path file, String text) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void runsWithoutACallLeaveNothingToReadAndEndTheReading() {
    for (int run = 0; run < 3; run++) {
      try (Journal journal = open(folder)) {
        assertThat(read(journal, 0)).isEmpty();
      }
    }
    try (Journal journal = open(folder)) {
      append(journal, "after empty runs");
      assertThat(read(journal, 0)).containsExactly("after empty runs");
    }
  }

  @Test
  void whatWasAppendedIsReadInOrder() {
    try (Journal journal = open(folder)) {
      JournalCursor cursor = journal.from(0);
      assertThat(cursor.read()).isNull();
      long first = append(journal, "one");
      long second = append(journal, "two");
      assertThat(second).isEqualTo(first + 1);
      assertThat(cursor.read()).asString(StandardCharsets.UTF_8).isEqualTo("one");
      assertThat(cursor.sequence()).isEqualTo(first);
      assertThat(cursor.read()).asString(StandardCharsets.UTF_8).isEqualTo("two");
      assertThat(cursor.read()).isNull();
      append(journal, "three");
      assertThat(cursor.read()).asString(StandardCharsets.UTF_8).isEqualTo("three");
      assertThat(read(journal, second)).containsExactly("two", "three");
    }
  }

  @Test
  void aKilledProcessLosesNothing() throws IOException {
    try (Journal journal = open(folder)) {
      append(journal, "one");
      append(journal, "two");
      try (Journal after = open(copyOf(folder, folder.resolve("copy")))) {
        assertThat(after.id()).isEqualTo(journal.id());
        assertThat(after.openedAt()).isGreaterThanOrEqualTo(journal.next());
        append(after, "three");
        assertThat(read(after, 0)).containsExactly("one", "two", "three");
      }
    }
  }

  @Test
  void anUnfinishedLastRecordIsLeftOut() throws IOException {
    try (Journal journal = open(folder)) {
      append(journal, "one");
      append(journal, "two-is-torn");
    }
    Path file = segments(folder).getFirst();
    overwrite(file, find(file, "is-torn"), (byte) 0, (byte) 0);
    try (Journal journal = open(folder)) {
      append(journal, "three");
      assertThat(read(journal, 0)).containsExactly("one", "three");
    }
  }

  @Test
  void aDamagedRecordTakesNoOtherWithIt() throws IOException {
    try (Journal journal = open(folder)) {
      append(journal, "one");
      append(journal, "two-is-damaged");
      append(journal, "three");
    }
    Path file = segments(folder).getFirst();
    overwrite(file, find(file, "is-damaged"), (byte) 'X');
    try (Journal journal = open(folder)) {
      assertThat(read(journal, 0)).containsExactly("one", "three");
    }
  }

  @Test
  void aDamagedLengthTakesNoOtherWithIt() throws IOException {
    try (Journal journal = open(folder)) {
      append(journal, "one");
      append(journal, "two");
      append(journal, "three");
    }
    Path file = segments(folder).getFirst();
    overwrite(file, find(file, "two") - Segment.FRAME_BYTES, (byte) 0xff, (byte) 0xff, (byte) 0xff);
    try (Journal journal = open(folder)) {
      assertThat(read(journal, 0)).containsExactly("one", "three");
    }
  }

  @Test
  void recordsGoOnInTheNextFile() throws IOException {
    List<String> texts = new ArrayList<>();
    try (Journal journal = open(folder)) {
      for (int i = 0; i < 300; i++) {
        String text = "record " + i + " " + "x".repeat(1_000);
        texts.add(text);
        append(journal, text);
      }
      assertThat(read(journal, 0)).isEqualTo(texts);
      assertThat(segments(folder)).hasSizeGreaterThan(4);
    }
    try (Journal journal = open(folder)) {
      assertThat(read(journal, 0)).isEqualTo(texts);
    }
  }

  @Test
  void aReaderFollowsTheWriterAcrossFilesThatGo() {
    try (Journal journal = open(folder)) {
      JournalCursor cursor = journal.from(0);
      int seen = 0;
      for (int i = 0; i < 2_000; i++) {
        append(journal, "record " + i + " " + "x".repeat(1_000));
        if (i % 7 == 0) {
          for (byte[] bytes = cursor.read(); bytes != null; bytes = cursor.read()) {
            assertThat(new String(bytes, StandardCharsets.UTF_8)).startsWith("record " + seen++);
          }
          journal.deleteBefore(cursor.sequence() + 1);
        }
      }
      assertThat(seen).isGreaterThan(1_990);
    }
  }

  @Test
  void fullMeansNoMoreReservationsAndEachOneGivenIsKept() {
    try (Journal journal = open(folder)) {
      byte[] entry = new byte[Journal.ENTRY_BYTES_MAX];
      Arrays.fill(entry, (byte) 1);
      long written = 0;
      long refusedSince = System.nanoTime();
      // Full for good once the journal's thread has had a second to make another file and did not.
      while (System.nanoTime() - refusedSince < Duration.ofSeconds(1).toNanos()) {
        if (journal.reserve()) {
          journal.appendReserved(entry);
          written++;
          refusedSince = System.nanoTime();
        } else {
          Thread.onSpinWait();
        }
      }
      // 8 files of 64 KiB with 10 such records each; one slot of each is held back.
      assertThat(written).isBetween(8L * 8, 8L * 10);
      assertThat(journal.reserve()).isFalse();
      journal.deleteBefore(journal.next());
      while (!journal.reserve()) {
        Thread.onSpinWait();
      }
      journal.appendReserved(entry);
    }
  }

  @Test
  void allReservationsThatWereGivenCanBeWritten() {
    try (Journal journal = open(folder)) {
      int reserved = 0;
      long until = System.nanoTime() + Duration.ofMillis(500).toNanos();
      while (System.nanoTime() < until) {
        reserved += journal.reserve() ? 1 : 0;
      }
      assertThat(reserved).isBetween(50, 120);
      for (int i = 0; i < reserved; i++) {
        byte[] entry = new byte[Journal.ENTRY_BYTES_MAX - i % 2 * 3_000];
        Arrays.fill(entry, (byte) 1);
        journal.appendReserved(entry);
      }
      assertThat(read(journal, 0)).hasSize(reserved);
    }
  }

  @Test
  void aSecondGatewayOnTheSameFolderIsToldSo() {
    Journal journal = open(folder);
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another gateway is running on the data folder")
        .hasMessageContaining("--data");
    journal.close();
    open(folder).close();
  }

  @Test
  void sequencesGoOnlyUpEvenIfTheClockGoesBack() {
    long last;
    try (Journal journal = open(folder)) {
      last = append(journal, "one");
    }
    clock.set("2020-01-01T00:00:00Z");
    try (Journal journal = open(folder)) {
      assertThat(append(journal, "two")).isEqualTo(last + 1);
    }
  }

  @Test
  void replayAfterACrashIsExactWhicheverStepItHit() throws IOException {
    MemorySpendStore store = new MemorySpendStore();
    Path before = folder.resolve("before");
    try (Journal journal = open(folder);
        Ledger ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT)) {
      ledger.start();
      for (int i = 0; i < 400; i++) {
        Hold hold = held(ledger);
        hold.close(Calls.cost("client-chose-this-id", 1));
      }
      // The store has none, some or all of it at this moment; the files are still there.
      copyOf(folder, before);
      ledger.flush();
    }
    assertThat(store.rows()).hasSize(400);
    for (int run = 0; run < 2; run++) {
      clock.move(Duration.ofSeconds(1));
      Path copy = copyOf(before, folder.resolve("run" + run));
      try (Journal journal = open(copy);
          Ledger ledger = new Ledger(journal, store, clock, LedgerSettings.DEFAULT)) {
        ledger.start();
        assertThat(ledger.spent(Calls.HASH).nanos()).isEqualTo(400 + run);
        held(ledger).close(Calls.cost(1));
        ledger.flush();
      }
      assertThat(store.rows()).hasSize(401 + run);
    }
    assertThat(store.balances().getFirst().settled().nanos()).isEqualTo(402);
  }

  private static Hold held(Ledger ledger) {
    while (true) {
      try {
        return ledger.hold(Calls.caller(Calls.key(1_000_000L)), Calls.NANO, 1, 1L, 1);
      } catch (FailureException _) {
        Thread.onSpinWait(); // the journal's thread is making a file
      }
    }
  }

  @Test
  void textsOfAnyLengthAndKindFitIntoARecord() {
    String long4 = "\uD83D\uDE00".repeat(100_000);
    List<String> tags = Collections.nCopies(1_000, long4);
    Outcome base = Calls.cost(long4, 5);
    Outcome huge =
        new Outcome(
            long4,
            base.ending(),
            base.operation(),
            long4,
            base.caller(),
            long4,
            null,
            false,
            200,
            null,
            base.usage(),
            base.cost(),
            true,
            Integer.MAX_VALUE,
            1,
            base.started(),
            base.duration(),
            base.upstream(),
            null,
            long4,
            "nul\u0000l",
            tags,
            long4,
            long4,
            long4);
    Account account = new Account(Scope.Kind.KEY, Calls.HASH);
    byte[] bytes = Entries.call(huge, new Shares(new Share(Calls.key(null), account)));
    assertThat(bytes.length).isLessThanOrEqualTo(Journal.ENTRY_BYTES_MAX);
    Entries.Entry.Call read = (Entries.Entry.Call) Entries.read(bytes, 1, 2);
    assertThat(read.row().callId()).isEqualTo("\uD83D\uDE00".repeat(40));
    assertThat(read.row().endUser()).isEqualTo("nul l");
    assertThat(read.row().attempts()).isEqualTo(Integer.MAX_VALUE);
    assertThat(read.charges())
        .containsExactly(new Entries.Charge(new Entries.Charged(Scope.Kind.KEY, Calls.HASH), null));
  }
}
