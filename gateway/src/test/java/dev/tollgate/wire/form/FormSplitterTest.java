package dev.tollgate.wire.form;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FormSplitterTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream form = new ByteArrayOutputStream();

  @RepeatedTest(60)
  void whateverComesInWhateverPiecesIsSentAsItCame(RepetitionInfo repetition) throws IOException {
    Random random = new Random(repetition.getCurrentRepetition());
    int parts = 1 + random.nextInt(4);
    for (int i = 0; i < parts; i++) {
      boolean file = random.nextBoolean();
      part("part" + i, file, content(random, file ? 300_000 : 2_000));
    }
    end();
    try (FormSplitter splitter = new FormSplitter(folder)) {
      byte[] kept = split(splitter, random);
      assertThat(sent(splitter, kept)).isEqualTo(form.toByteArray());
      Request whole = FormReader.read(Operation.TRANSCRIPTION, form.toByteArray());
      Request less = FormReader.read(Operation.TRANSCRIPTION, kept);
      assertThat(names(less)).isEqualTo(names(whole));
      assertThat(kept.length).isLessThan(parts * (FormSplitter.KEPT_BYTES + 200) + 200);
    }
  }

  @Test
  void filesLargeAndSmallAreEditedLikeAnyForm() throws IOException {
    byte[] sound = content(new Random(1), 200_000);
    part("model", false, "mine".getBytes(ISO_8859_1));
    part("file", true, sound);
    part("other", true, "small".getBytes(ISO_8859_1));
    end();
    try (FormSplitter splitter = new FormSplitter(folder)) {
      byte[] kept = split(splitter, new Random(2));
      byte[] edited = new String(kept, ISO_8859_1).replace("mine", "another").getBytes(ISO_8859_1);
      String sent = new String(sent(splitter, edited), ISO_8859_1);
      assertThat(sent)
          .isEqualTo(form.toString(ISO_8859_1).replace("\r\nmine\r\n", "\r\nanother\r\n"));
    }
  }

  @Test
  void textIsKeptHoweverLongItIs() {
    part("prompt", false, new byte[200_000]);
    end();
    try (FormSplitter splitter = new FormSplitter(folder)) {
      assertThat(split(splitter, new Random(3))).isEqualTo(form.toByteArray());
      assertThat(splitter.upload()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "--",
        "{\"model\":\"a form?\"}",
        "--b1",
        "--b1\r\n",
        "--b1\r\nno blank line",
        "--b1--\r\nbehind it",
        "--b1\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\ncut off"
      })
  void whatIsNoFormIsKeptAsItIs(String text) {
    form.writeBytes(text.getBytes(ISO_8859_1));
    form.writeBytes(new byte[text.length() > 40 ? 9_000 : 0]);
    try (FormSplitter splitter = new FormSplitter(folder)) {
      assertThat(split(splitter, new Random(4))).isEqualTo(form.toByteArray());
    }
  }

  @Test
  void onDiskNothingHasAName() throws IOException {
    part("file", true, new byte[200_000]);
    end();
    try (FormSplitter splitter = new FormSplitter(folder)) {
      split(splitter, new Random(5));
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files).isEmpty();
      }
    }
  }

  /** Bytes of few kinds, so that much of them looks like a delimiter. */
  private static byte[] content(Random random, int most) {
    byte[] bytes = new byte[random.nextInt(most)];
    String few = "\r\n--b1\r\n-b";
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) few.charAt(random.nextInt(few.length()));
    }
    String text = new String(bytes, ISO_8859_1).replace("\r\n--b1", "\r\n--b_");
    return text.getBytes(ISO_8859_1);
  }

  private void part(String name, boolean file, byte[] content) {
    String head =
        "--b1\r\nContent-Disposition: form-data; name=\""
            + name
            + (file ? "\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg" : "\"")
            + "\r\n\r\n";
    form.writeBytes(head.getBytes(ISO_8859_1));
    form.writeBytes(content);
    form.writeBytes("\r\n".getBytes(ISO_8859_1));
  }

  private void end() {
    form.writeBytes("--b1--\r\n".getBytes(ISO_8859_1));
  }

  private byte[] split(FormSplitter splitter, Random random) {
    byte[] all = form.toByteArray();
    int most = random.nextBoolean() ? 65_536 : 100;
    for (int at = 0; at < all.length; ) {
      int next = Math.min(all.length, at + 1 + random.nextInt(most));
      splitter.add(Arrays.copyOfRange(all, at, next));
      at = next;
    }
    return splitter.whole();
  }

  private static byte[] sent(FormSplitter splitter, byte[] kept) throws IOException {
    Upload upload = splitter.upload();
    if (upload == null) {
      return kept;
    }
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    for (Upload.Stretch stretch : upload.stretches(kept)) {
      int count = (int) (stretch.to() - stretch.from());
      if (stretch.onDisk()) {
        sent.writeBytes(upload.read(stretch.from(), count));
      } else {
        sent.write(kept, (int) stretch.from(), count);
      }
    }
    return sent.toByteArray();
  }

  private static List<String> names(Request request) {
    return request.members().stream().map(Request.Member::name).toList();
  }
}
