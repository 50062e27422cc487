package dev.tollgate.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private record Ran(int status, String out, String err) {}

  private static Ran run(Map<String, String> variables, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Shell shell =
        new Shell(
            new Environment(variables),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    int status = Main.run(List.of(words), shell);
    return new Ran(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static Ran run(String words) {
    return run(Map.of(), words.split(" "));
  }

  private static ServeOptions serving(Map<String, String> variables, String... words) {
    return ServeFlags.options(ServeFlags.GRAMMAR.read(List.of(words), new Environment(variables)));
  }

  private static void assertWrongUse(Ran ran, String message) {
    assertThat(ran.err()).isEqualTo("tollgate: " + message + System.lineSeparator());
    assertThat(ran.status()).isEqualTo(2);
    assertThat(ran.out()).isEmpty();
  }

  @Test
  void withNothingGivenTheDefaultsHold() {
    ServeOptions options = serving(Map.of());
    assertThat(options.port).isEqualTo(4000);
    assertThat(options.host).isEqualTo("0.0.0.0");
    assertThat(options.data).isEqualTo(Path.of("./tollgate-data"));
    assertThat(options.keepAliveSeconds).isEqualTo(120);
    assertThat(options.callsMax).isEqualTo(50_000);
    assertThat(options.config).isNull();
    assertThat(options.workers).isNull();
    assertThat(options.requestTimeout).isNull();
    assertThat(options.certificate).isNull();
    assertThat(options.dropParams).isFalse();
    assertThat(options.debug).isFalse();
  }

  @Test
  void theEnvironmentGivesWhatNoFlagGives() {
    ServeOptions options =
        serving(
            Map.ofEntries(
                Map.entry("CONFIG_FILE_PATH", "a/config.yaml"),
                Map.entry("PORT", "8080"),
                Map.entry("HOST", "::1"),
                Map.entry("TOLLGATE_DATA", "b"),
                Map.entry("NUM_WORKERS", "3"),
                Map.entry("SSL_CERTFILE_PATH", "c.pem"),
                Map.entry("SSL_KEYFILE_PATH", "k.pem"),
                Map.entry("KEEPALIVE_TIMEOUT", "7"),
                Map.entry("LIMIT_CONCURRENCY", "9")));
    assertThat(options.config).isEqualTo(Path.of("a/config.yaml"));
    assertThat(options.port).isEqualTo(8080);
    assertThat(options.host).isEqualTo("::1");
    assertThat(options.data).isEqualTo(Path.of("b"));
    assertThat(options.workers).isEqualTo(3);
    assertThat(options.certificate).isEqualTo(Path.of("c.pem"));
    assertThat(options.certificateKey).isEqualTo(Path.of("k.pem"));
    assertThat(options.keepAliveSeconds).isEqualTo(7);
    assertThat(options.callsMax).isEqualTo(9);
  }

  @Test
  void aFlagWinsOverItsVariable() {
    ServeOptions options =
        serving(
            Map.of("PORT", "not even a number", "CONFIG_FILE_PATH", "of-the-environment.yaml"),
            "--port",
            "81",
            "-c",
            "of-the-flag.yaml");
    assertThat(options.port).isEqualTo(81);
    assertThat(options.config).isEqualTo(Path.of("of-the-flag.yaml"));
  }

  @Test
  void everyFlagReachesItsOption() {
    ServeOptions options =
        serving(
            Map.of(),
            ("--config=c.yaml --port=1 --host=h --data=d --num_workers=2 --model=openai/m --alias=a"
                    + " --api_base=http://b --api_version=v --request_timeout=3 --drop_params"
                    + " --max_budget=4.5 --ssl_certfile_path=s --ssl_keyfile_path=k"
                    + " --keepalive_timeout=5 --limit_concurrency=6 --detailed_debug")
                .split(" "));
    assertThat(options)
        .usingRecursiveComparison()
        .isEqualTo(
            serving(
                Map.of(),
                ("-c c.yaml --port 1 --host h --data d --num_workers 2 -m openai/m --alias a"
                        + " --api_base http://b --api_version v --request_timeout 3 --drop_params"
                        + " --max_budget 4.5 --ssl_certfile_path s --ssl_keyfile_path k"
                        + " --keepalive_timeout 5 --limit_concurrency 6 --debug")
                    .split(" ")));
    assertThat(options).hasNoNullFieldsOrProperties();
    assertThat(options.host).isEqualTo("h");
    assertThat(options.alias).isEqualTo("a");
    assertThat(options.apiBase).isEqualTo("http://b");
    assertThat(options.apiVersion).isEqualTo("v");
    assertThat(options.requestTimeout).isEqualTo(3);
    assertThat(options.maxBudget).isEqualTo("4.5");
    assertThat(options.certificate).isEqualTo(Path.of("s"));
    assertThat(options.certificateKey).isEqualTo(Path.of("k"));
    assertThat(options.dropParams).isTrue();
    assertThat(options.debug).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "65536", "-1", "4000.0", "99999999999999999999"})
  void aBadPortIsNamedWithWhatWasExpected(String port) {
    String expected = ": expected a number from 0 to 65535, got '" + port + "'";
    assertWrongUse(run("--port " + port), "--port" + expected);
    assertWrongUse(run("serve --port=" + port), "--port" + expected);
    assertWrongUse(run(Map.of("PORT", port)), "PORT" + expected);
  }

  @Test
  void anEmptyVariableIsAsGoodAsNone() {
    assertThat(serving(Map.of("PORT", "", "NUM_WORKERS", "")).port).isEqualTo(4000);
  }

  @Test
  void anUnknownFlagIsRefusedWithTheNearestKnownOne() {
    assertWrongUse(
        run("--prot 80"), "--prot: unknown flag; did you mean --port? Else see tollgate --help");
    assertWrongUse(
        run("--num-workers=2"),
        "--num-workers: unknown flag; did you mean --num_workers? Else see tollgate --help");
    assertWrongUse(run("--frobnicate"), "--frobnicate: unknown flag; see tollgate --help");
    assertWrongUse(run("-x"), "-x: unknown flag; see tollgate --help");
    assertWrongUse(
        run("keys create --max-budgte 3"),
        "--max-budgte: unknown flag; did you mean --max-budget? Else see tollgate keys create --help");
  }

  @Test
  void aFlagIsNotToBeShortened() {
    assertThat(run("--por 80").status()).isEqualTo(2);
  }

  @Test
  void aFlagWithoutItsValueOrWithOneTooManyIsRefused() {
    assertWrongUse(run("--port"), "--port: expected N");
    assertWrongUse(run("-c --port 1"), "--config: expected FILE");
    assertWrongUse(run("--debug=yes"), "--debug: takes no value, got 'yes'");
    assertWrongUse(run("--port 1 --port 2"), "--port: given twice, '1' and '2'");
  }

  @Test
  void litellmsOwnFlagsAreTakenAndIgnored() {
    ServeOptions options =
        serving(
            Map.of(),
            "--run_gunicorn",
            "--local",
            "--granian_threads",
            "4",
            "--max_requests_before_restart=100",
            "--add_key",
            "a",
            "--add_key",
            "b",
            "--port",
            "5");
    assertThat(options).usingRecursiveComparison().isEqualTo(serving(Map.of(), "--port", "5"));
    assertThat(run("--help").out()).doesNotContain("gunicorn").doesNotContain("granian");
  }

  @Test
  void quotesInAValueStay() {
    assertThat(serving(Map.of(), "--alias", "\"a\"").alias).isEqualTo("\"a\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "-h",
        "serve --help",
        "--port 1 -h",
        "check --help",
        "version -h",
        "keys --help",
        "keys list --help",
        "keys create -h",
        "keys --url http://nowhere info --help",
        "keys delete --help"
      })
  void helpIsPrintedInLinesThatFit(String words) {
    Ran ran = run(words);
    assertThat(ran.status()).isZero();
    assertThat(ran.err()).isEmpty();
    assertThat(ran.out()).contains("Usage: tollgate");
    assertThat(ran.out().lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(100));
  }

  @Test
  void helpShowsFlagsInTheirOrderWithTheirDefaults() {
    String help = run("--help").out();
    assertThat(help)
        .containsSubsequence("serve", "check", "keys", "version", "--config FILE", "--port N")
        .contains("[$PORT, default 4000]")
        .contains("[$KEEPALIVE_TIMEOUT, default 120]")
        .contains("[$TOLLGATE_DATA, default ./tollgate-data]")
        .doesNotContain("train");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-v", "version"})
  void theVersionIsPrinted(String words) {
    Ran ran = run(words);
    assertThat(ran.status()).isZero();
    assertThat(ran.out()).startsWith("tollgate " + Version.current());
  }

  @Test
  void anUnknownCommandIsRefusedWithTheNearestKnownOne() {
    assertWrongUse(
        run("chekc config.yaml"),
        "unknown command 'chekc'; did you mean check? Else see tollgate --help");
    assertWrongUse(
        run("--port 1 check"), "unexpected 'check'; a command goes first, as in: tollgate check");
  }

  @Test
  void keysUsedInTheWrongWaySaysWhatIsExpected() {
    assertWrongUse(
        run("keys"), "keys: expected list, create, info or delete; see tollgate keys --help");
    assertWrongUse(
        run("keys lsit"),
        "unknown command 'lsit'; did you mean list? Else see tollgate keys --help");
    assertWrongUse(run("keys --bogus list"), "--bogus: unknown flag; see tollgate keys --help");
    assertWrongUse(run("keys info"), "keys info: expected KEY; see tollgate keys info --help");
    assertWrongUse(
        run("keys info a b"), "keys info: unexpected argument 'b'; see tollgate keys info --help");
    assertWrongUse(
        run("keys delete"), "keys delete: expected KEY...; see tollgate keys delete --help");
    assertWrongUse(run("keys list --page x"), "--page: expected a number of at least 1, got 'x'");
    assertWrongUse(
        run("keys create --max-budget much"),
        "--max-budget: expected an amount of dollars, got 'much'");
  }

  @Test
  void keysTakesTheAddressBeforeAndAfterItsCommand() {
    Map<String, String> key = Map.of("LITELLM_MASTER_KEY", "sk-1234");
    String expected = "--url: expected an address such as http://127.0.0.1:4000, got 'nonsense'";
    assertWrongUse(run(key, "keys", "--url", "nonsense", "list"), expected);
    assertWrongUse(run(key, "keys", "delete", "a", "--url=nonsense", "b"), expected);
  }

  @Test
  void aGatewayThatIsNotThereIsAFailureNotWrongUse() {
    Ran ran =
        run(
            Map.of("LITELLM_MASTER_KEY", "sk-1234", "PROXY_BASE_URL", "http://127.0.0.1:1"),
            "keys",
            "list");
    assertThat(ran.status()).isEqualTo(1);
    assertThat(ran.err()).startsWith("tollgate: no gateway answers at http://127.0.0.1:1");
  }

  @Test
  void checkAsksForAFile() {
    assertWrongUse(run("check"), "check: which file? Give it as in: tollgate check config.yaml");
    assertWrongUse(run("check a b"), "check: unexpected argument 'b'; see tollgate check --help");
  }
}
