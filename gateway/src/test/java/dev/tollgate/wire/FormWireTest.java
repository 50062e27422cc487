package dev.tollgate.wire;

import static dev.tollgate.wire.Samples.bytes;
import static dev.tollgate.wire.Samples.failureOf;
import static dev.tollgate.wire.Samples.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Deployment.BodyRules;
import dev.tollgate.model.Endpoint;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import dev.tollgate.model.PassThrough;
import dev.tollgate.model.Quantity;
import dev.tollgate.model.Quantity.Unit;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FormWireTest {
  private static final Deployment AZURE = Samples.deployment("azure", BodyRules.NONE);
  private static final String FORM =
      """
      --b1
      Content-Disposition: form-data; name="model"

      asked
      --b1
      Content-Disposition: form-data; name="metadata"

      {"tags":["x"]}
      --b1
      Content-Disposition: form-data; name="file"; filename="a.wav"
      Content-Type: audio/wav

      RIFF --b1 \r -- fake
      --b1--
      """
          .replace("\n", "\r\n");

  private static Request read(Operation operation, String form) {
    return Codecs.of(operation).readRequest(Samples.at(operation), bytes(form));
  }

  private static String sent(Operation operation, String form, Deployment deployment) {
    return text(Codecs.of(operation).requestFor(read(operation, form), deployment, null));
  }

  @Test
  void theModelIsReplacedAndWhatIsOursTakenOut() {
    String body = sent(Operation.TRANSCRIPTION, FORM, AZURE);

    assertThat(body)
        .isEqualTo(
            FORM.replace("asked", "gpt-4o-mini")
                .replace(
                    """
                    --b1
                    Content-Disposition: form-data; name="metadata"

                    {"tags":["x"]}
                    """
                        .replace("\n", "\r\n"),
                    ""));
    assertThat(read(Operation.TRANSCRIPTION, FORM).model()).isEqualTo("asked");
  }

  @Test
  void aFormWithoutAModelGetsOne() {
    String form = FORM.replace("name=\"model\"", "name=\"prompt\"");

    assertThat(sent(Operation.TRANSCRIPTION, form, AZURE))
        .startsWith(
            "--b1\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o-mini\r\n--b1\r\n");
  }

  @Test
  void whatIsNoFormIsRefused() {
    for (String form :
        List.of(
            "",
            "{}",
            "--",
            "--b1",
            "--b1\r\n\r\nx\r\n--b1--",
            "--b 1\r\n\r\n",
            FORM.substring(0, FORM.length() - 8),
            FORM.replace("metadata", "model"),
            FORM.replace("name=\"file\"", "name=\"sound\""))) {
      assertThat(failureOf(() -> read(Operation.TRANSCRIPTION, form)))
          .as(form)
          .isInstanceOf(Failure.BadRequest.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void filesOfAProvidersOwnApiNeedNotBeInMemoryUnlessTheyAreSigned(Mount mount) {
    assertThat(passed(mount, Operation.PASS_THROUGH, true).hasFiles())
        .isEqualTo(mount != Mount.BEDROCK);
    assertThat(passed(mount, Operation.PASS_THROUGH_FREE, true).hasFiles())
        .isEqualTo(mount != Mount.BEDROCK);
    assertThat(passed(mount, Operation.PASS_THROUGH, false).hasFiles()).isFalse();
    assertThat(passed(mount, Operation.CHAT, true).hasFiles()).isFalse();
  }

  private static Codec passed(Mount mount, Operation asked, boolean form) {
    PassThrough call =
        new PassThrough(
            mount.path(), "POST", mount.dialect(), asked, "/x", "", null, "", false, form);
    return Codecs.of(new Endpoint("", "", "", Operation.PASS_THROUGH, null, null, false, call));
  }

  @Test
  void noBodyMakesTheReaderFail() {
    for (long seed = 0; seed < 3000; seed++) {
      Random random = new Random(seed);
      StringBuilder form = new StringBuilder(FORM);
      for (int i = random.nextInt(4); i >= 0; i--) {
        int from = random.nextInt(form.length());
        form.delete(from, Math.min(form.length(), from + random.nextInt(30)));
        form.insert(random.nextInt(form.length() + 1), random.nextBoolean() ? "\r\n--b1" : "\r\n");
      }
      try {
        sent(Operation.TRANSCRIPTION, form.toString(), AZURE);
      } catch (FailureException refused) {
        assertThat(refused.failure().status()).as("seed %d", seed).isEqualTo(400);
      }
    }
  }

  @Test
  void subtitlesTellHowLongTheSoundIs() {
    WholeReply reply =
        Codecs.of(Operation.TRANSCRIPTION)
            .readReply(
                read(Operation.TRANSCRIPTION, FORM),
                AZURE,
                Samples.shown(null),
                bytes("1\n00:00:00,000 --> 00:01:01,500\nHello\n"));

    assertThat(text(reply.body()))
        .isEqualTo("{\"text\":\"1\\n00:00:00,000 --> 00:01:01,500\\nHello\\n\"}");
    assertThat(reply.usage()).isEqualTo(Usage.NONE.with(new Quantity(Unit.SECOND, 61_500)));
  }

  @Test
  void repliesAreMetered() {
    assertThat(metered(Operation.TRANSCRIPTION, "{\"text\":\"x\",\"duration\":1.25}"))
        .isEqualTo(Usage.NONE.with(new Quantity(Unit.SECOND, 1250)));
    assertThat(
            metered(
                Operation.TRANSCRIPTION,
                "{\"text\":\"x\",\"usage\":{\"input_tokens\":14,\"output_tokens\":45,"
                    + "\"input_token_details\":{\"audio_tokens\":14}}}"))
        .isEqualTo(new Usage(14, 45, 0, 0, 14, 0, 0, false));
    assertThat(
            metered(
                Operation.RERANK,
                "{\"results\":[],\"meta\":{\"billed_units\":{\"search_units\":3}}}"))
        .isEqualTo(Usage.NONE.with(new Quantity(Unit.QUERY, 3)));
    assertThat(metered(Operation.IMAGE_GENERATION, "{\"data\":[{\"url\":\"u\"},{\"url\":\"v\"}]}"))
        .isEqualTo(Usage.NONE.with(new Quantity(Unit.IMAGE, 2)));
    assertThat(
            metered(
                Operation.IMAGE_GENERATION,
                "{\"data\":[{}],\"usage\":{\"input_tokens\":10,\"output_tokens\":20,"
                    + "\"input_tokens_details\":{\"image_tokens\":4}}}"))
        .isEqualTo(
            new Usage(10, 20, 0, 0, 0, 0, 0, false, 4, 20, 0).with(new Quantity(Unit.IMAGE, 1)));
  }

  private static Usage metered(Operation operation, String reply) {
    String asked =
        switch (operation) {
          case TRANSCRIPTION -> FORM;
          case RERANK -> "{\"query\":\"q\",\"documents\":[]}";
          default -> "{\"prompt\":\"p\"}";
        };
    Usage usage =
        Codecs.of(operation)
            .readReply(read(operation, asked), AZURE, Samples.shown(null), bytes(reply))
            .usage();
    return Objects.requireNonNull(usage);
  }
}
