package dev.tollgate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.app.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of providers' own APIs and of the operator's endpoints, their files small and large. */
class PassThroughFormTest {
  private static final FakeProvider PROVIDER = new FakeProvider();
  private static final String TYPE = "multipart/form-data; boundary=b1";
  private static final String SOUND = letters(9_000_000);
  private static final String TRANSCRIPTIONS = "/openai/v1/audio/transcriptions";

  @RegisterExtension static final RunningGateway gateway = start();

  private static final String open = gateway.key(Terms.open());

  @RegisterExtension static final Said SAID = new Said(gateway);

  private static RunningGateway start() {
    String endpoints =
        """
        general_settings:
          pass_through_endpoints:
            - path: /parse
              target: %s/parse
              headers: {Authorization: "Bearer %s"}
        """
            .formatted(PROVIDER.base(), RunningGateway.PROVIDER_KEY);
    return new RunningGateway(
        TestGateway.Setup.of(RunningGateway.config(PROVIDER) + endpoints)
            .with(
                Map.of(
                    "OPENAI_API_KEY",
                    RunningGateway.PROVIDER_KEY,
                    "OPENAI_BASE_URL",
                    PROVIDER.base(),
                    "AWS_ACCESS_KEY_ID",
                    "AKIDEXAMPLE",
                    "AWS_SECRET_ACCESS_KEY",
                    RunningGateway.PROVIDER_KEY,
                    "AWS_REGION_NAME",
                    "us-east-1",
                    "AWS_BEDROCK_RUNTIME_ENDPOINT",
                    PROVIDER.base().replace("/v1", ""))),
        PROVIDER);
  }

  private static String letters(int count) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }

  /** A key that may use one model only, and the routes all the same. */
  private static String limited() {
    return gateway.key(
        Terms.with(
            "{\"allowed_passthrough_routes\":[\"/openai/v1/audio*\",\"/parse\"]}",
            Terms.models("gpt-test")));
  }

  private static String field(String head, String value) {
    return "--b1\r\nContent-Disposition: form-data; " + head + "\r\n\r\n" + value + "\r\n";
  }

  private static String file(String name, String content) {
    return field("name=\"" + name + "\"; filename=\"a.mp3\"\r\nContent-Type: audio/mpeg", content);
  }

  private static RawClient.Answer post(String path, String key, String type, String body)
      throws IOException {
    byte[] request = RawClient.post(path, key, body.getBytes(ISO_8859_1));
    String head = new String(request, ISO_8859_1).replaceFirst("application/json", type);
    try (RawClient client = gateway.client()) {
      return SAID.note(client.send(head).answer());
    }
  }

  private static FakeProvider.Seen seen() {
    assertThat(PROVIDER.seen()).hasSize(1);
    return PROVIDER.seen().getFirst();
  }

  @Test
  void aFormComesAsItWasButForTheNameOfItsModel() throws IOException {
    String form =
        file("file", SOUND) + field("name=\"model\"", "gpt-test") + file("file", "two") + "--b1--";
    RawClient.Answer answer = post(TRANSCRIPTIONS, open, TYPE, form);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    String sent = form.replace("gpt-test", "real-model");
    assertThat(seen().body().equals(sent)).isTrue();
    assertThat(seen().headers())
        .containsEntry("content-type", TYPE)
        .containsEntry("content-length", "" + sent.length())
        .containsEntry("authorization", "Bearer " + RunningGateway.PROVIDER_KEY);
  }

  @Test
  void aFileThatIsOnlyKeptComesAsItWas() throws IOException {
    String odd = "--b1\r\nx: y\r\n\r\nnameless\r\n" + file("file", SOUND) + "--b1--\r\nand more";
    assertThat(post("/openai/v1/files", open, TYPE, odd).status()).isEqualTo(200);
    assertThat(seen().body().equals(odd)).isTrue();
    assertThat(seen().headers()).containsEntry("content-type", TYPE);
  }

  @Test
  void anEndpointOfTheOperatorsGetsWhatItsClientSent() throws IOException {
    String form = file("a", SOUND) + file("b", SOUND) + field("name=\"model\"", "any") + "--b1--";
    assertThat(post("/parse", open, TYPE, form).status()).isEqualTo(200);
    assertThat(seen().body().equals(form)).isTrue();
  }

  @Test
  void whatIsSignedIsSentAsItIsSigned() throws IOException {
    String form = file("file", SOUND.substring(0, 200_000)) + "--b1--";
    assertThat(post("/bedrock/any", open, TYPE, form).status()).isEqualTo(200);
    assertThat(seen().body().equals(form)).isTrue();
    assertThat(seen().headers().get("authorization")).startsWith("AWS4-HMAC-SHA256 ");
  }

  @Test
  void whatFailedIsNotDoneTwice() throws IOException {
    PROVIDER.answers(FakeProvider.whole(500, "{\"error\":{\"message\":\"broken\"}}"));
    String form = file("file", SOUND) + field("name=\"model\"", "gpt-test") + "--b1--";
    assertThat(post(TRANSCRIPTIONS, open, TYPE, form).status()).isEqualTo(500);
    assertThat(seen().body().equals(form.replace("gpt-test", "real-model"))).isTrue();
  }

  @Test
  void theModelOfAFormHasToBeAllowed() throws IOException {
    String key = limited();
    for (String path : List.of(TRANSCRIPTIONS, "/parse")) {
      String form = file("file", "x") + field("name=\"model\"", "MODEL") + "--b1--\r\n";
      RawClient.Answer refused = post(path, key, TYPE, form.replace("MODEL", "gpt-4o"));
      assertThat(refused.status()).as(refused.body()).isEqualTo(403);
      assertThat(refused.body()).contains("gpt-4o");
      assertThat(PROVIDER.seen()).isEmpty();
      assertThat(post(path, key, TYPE, form.replace("MODEL", "gpt-test")).status()).isEqualTo(200);
      PROVIDER.forget();
    }
  }

  @Test
  void aModelInAFormOpensNothingThatIsStored() throws IOException {
    String form = file("file", "x") + field("name=\"model\"", "gpt-test") + "--b1--";
    String key = gateway.key(Terms.models("gpt-test"));
    for (String path : List.of("/openai/v1/files", TRANSCRIPTIONS, "/parse")) {
      assertThat(post(path, key, TYPE, form).status()).isEqualTo(403);
    }
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=\"model\"",
        "name=\"Model\"",
        "name=\"model\"; x=\"; name=y\"",
        "name=\"y\"; name=\"model\"",
        "name=\"y\"; name*=utf-8''model",
        "name*0=\"mod\"; name*1=\"el\"",
        "x=y\r\n name=\"model\"",
        "x=y\nContent-Disposition: form-data; name=\"model\"",
        "name=\"y\"\r\nContent-Disposition: form-data; name=\"model\"",
        "name=\"y\"\r\nContent-Disposition : form-data; name=\"model\"",
        "name=\"y\"\n\nContent-Disposition: form-data; name=\"model\"",
        "name=\"mod\\el\""
      })
  void aSecondModelHidesBehindNoHead(String head) throws IOException {
    String form = field("name=\"model\"", "gpt-test") + field(head, "gpt-4o") + "--b1--\r\n";
    RawClient.Answer answer = post(TRANSCRIPTIONS, limited(), TYPE, form);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "preamble\r\n--b1\r\n",
        "{\"model\":\"gpt-4o\"}",
        "--b1--\r\n--b2\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b2--",
        "--b1\r\nContent-Disposition: form-data; name=\"y\"\r\n\r\nx"
      })
  void whatIsNoClearFormIsRefused(String body) throws IOException {
    assertThat(post(TRANSCRIPTIONS, limited(), TYPE, body).status()).isEqualTo(400);
    assertThat(PROVIDER.seen()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Multipart/Form-Data; boundary=b2",
        "multipart/form-data",
        "multipart/form-data; boundary=b2; boundary=b1",
        "multipart/form-data; boundary=b1; boundary=b2",
        "multipart/form-data; boundary=\"b2\"\r\nx-pass-content-type: text/plain"
      })
  void theProviderReadsByTheBoundaryThatWasReadBy(String type) throws IOException {
    String hidden =
        "--b2\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\ngpt-4o\r\n--b2--";
    String form = field("name=\"model\"", "gpt-test") + file("file", hidden) + "--b1--";
    assertThat(post(TRANSCRIPTIONS, limited(), type, form).status()).isEqualTo(200);
    assertThat(seen().headers())
        .containsEntry("content-type", "multipart/form-data; boundary=\"b1\"");
  }

  @Test
  void aTypeThatIsOnlyMarkedIsNotTheBodys() throws IOException {
    String marked = "text/plain\r\nx-pass-content-type: " + TYPE;
    String form = field("name=\"model\"", "gpt-4o") + "--b1--";
    assertThat(post(TRANSCRIPTIONS, open, marked, form).status()).isEqualTo(200);
    assertThat(seen().headers()).containsEntry("content-type", "text/plain");
  }
}
