package dev.tollgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.access.Keys;
import dev.tollgate.access.VirtualKey;
import dev.tollgate.app.TestGateway;
import dev.tollgate.ledger.SpendRow;
import dev.tollgate.model.Money;
import dev.tollgate.pipeline.Bounds;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The assembled gateway in front of a fake provider, with what tests ask of both.
 *
 * <p>As an extension of a test class it starts with the class, or in a field of the instance with
 * each test; its providers forget between tests; and in the end it has to be at rest.
 */
final class RunningGateway
    implements AutoCloseable,
        BeforeAllCallback,
        BeforeEachCallback,
        AfterEachCallback,
        AfterAllCallback {
  private static final JsonMapper JSON = JsonMapper.shared();

  static final String MASTER = TestGateway.MASTER_KEY;
  static final String PROVIDER_KEY = "sk-provider-e2e-fedcba9876543210";
  static final String HELLO = "[{\"role\":\"user\",\"content\":\"hello\"}]";

  private final TestGateway gateway;
  private final FakeProvider provider;
  private final List<FakeProvider> providers = new ArrayList<>();
  private final long bodyRoom;
  private boolean shared;

  RunningGateway(TestGateway.Setup setup, FakeProvider provider) {
    this.provider = provider;
    this.providers.add(provider);
    this.gateway = TestGateway.start(setup);
    this.bodyRoom = gateway.bodyRoom();
  }

  /** One model, {@code gpt-test}, at the provider. */
  static RunningGateway start() {
    FakeProvider provider = new FakeProvider();
    return new RunningGateway(TestGateway.Setup.of(config(provider)), provider);
  }

  /** The same, which waits 300 ms for a client that does not read; events may be large. */
  static RunningGateway impatient(FakeProvider provider) {
    Bounds defaults = Bounds.DEFAULTS;
    Bounds impatient =
        new Bounds(
            defaults.bodyBytesMax(),
            defaults.replyBytesMax(),
            defaults.errorBytesMax(),
            defaults.replyBytesMax(),
            defaults.attemptsMax(),
            defaults.callsMax(),
            defaults.bodyTimeout(),
            Duration.ofMillis(300),
            defaults.drainTimeout());
    return new RunningGateway(TestGateway.Setup.of(config(provider)).with(impatient), provider);
  }

  /** A config with one priced model at the provider, without retries and cooldowns. */
  static String config(FakeProvider provider) {
    return """
    model_list:
      - model_name: gpt-test
        litellm_params:
          model: openai/real-model
          api_base: %s
          api_key: %s
          max_parallel_requests: 8
          input_cost_per_token: 0.00000015
          output_cost_per_token: 0.0000006
    litellm_settings:
      num_retries: 0
    router_settings:
      num_retries: 0
      disable_cooldowns: true
    """
        .formatted(provider.base(), PROVIDER_KEY);
  }

  /** A provider more that forgets between tests and is closed in the end. */
  RunningGateway and(FakeProvider other) {
    providers.add(other);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    shared = true;
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    providers.forEach(FakeProvider::forget);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (!shared) {
      afterAll(context);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    try (this) {
      isAtRest();
    }
  }

  FakeProvider provider() {
    return provider;
  }

  TestGateway gateway() {
    return gateway;
  }

  int port() {
    return gateway.port();
  }

  String key(VirtualKey.Terms terms) {
    return gateway.key(terms);
  }

  RawClient client() throws IOException {
    return new RawClient(port());
  }

  /** Sends one POST on a connection of its own. */
  RawClient.Answer post(String path, String key, String body, String... headers)
      throws IOException {
    try (RawClient client = client()) {
      return client.post(path, key, body, headers).answer();
    }
  }

  /** Sends one chat completion that is answered as a whole. */
  RawClient.Answer chat(String key, String... headers) throws IOException {
    return post("/v1/chat/completions", key, chatBody(false), headers);
  }

  /** The same with more members, each with a comma before it. */
  RawClient.Answer chatWith(String key, String more) throws IOException {
    return post("/v1/chat/completions", key, chatBody(false).replaceFirst("}$", more + "}"));
  }

  /** Asks the management API for something, as the master; what it answers. */
  JsonNode admin(String path, String body) throws IOException {
    return JSON.readTree(post(path, MASTER, body).ok().body());
  }

  /** Makes a key over the API. */
  String madeKey(String terms) throws IOException {
    return admin("/key/generate", terms).path("key").asString();
  }

  static String chatBody(boolean stream) {
    return "{\"model\":\"gpt-test\",\"messages\":" + HELLO + (stream ? ",\"stream\":true}" : "}");
  }

  RawClient.Answer get(String path, String key, String... headers) throws IOException {
    try (RawClient client = client()) {
      StringBuilder request = new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: gateway\r\n");
      request.append("Authorization: Bearer ").append(key).append("\r\n");
      for (String header : headers) {
        request.append(header).append("\r\n");
      }
      return client.send(request.append("\r\n").toString()).answer();
    }
  }

  List<SpendRow> rows(String key) {
    return gateway.rows(Keys.hashOf(key));
  }

  /** Value of a metric without labels. */
  double metric(String name) {
    for (String line : gateway.metrics().split("\n", -1)) {
      if (line.startsWith(name + " ")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    throw new AssertionError("no metric " + name);
  }

  /** Waits until no call is under way, and checks that whatever was taken is given back, once. */
  void hasNothingLeft() {
    Eventually.so("no call is under way", () -> gateway.underWay() == 0);
    assertThat(gateway.permits()).as("permits").isZero();
    assertThat(gateway.held()).as("held").isEqualTo(Money.ZERO);
    assertThat(gateway.secondCloses()).as("second closes").isZero();
    Eventually.so("bodies have given their room back", () -> gateway.bodyRoom() == bodyRoom);
  }

  /** The same, and checks that the metrics say so, too. */
  void isAtRest() {
    hasNothingLeft();
    Eventually.so("no call is in flight", () -> metric("litellm_in_flight_requests") == 0);
    assertThat(metric("tollgate_permits")).as("permits").isZero();
    assertThat(metric("tollgate_held_dollars")).as("held").isZero();
    assertThat(metric("tollgate_second_closes_total")).as("second closes").isZero();
    assertThat(metric("tollgate_telemetry_failures_total")).as("telemetry failures").isZero();
  }

  /** Checks that a key's balance is the sum of its rows, to the nano-dollar. */
  Money sumOfRows(String key) {
    long sum = 0;
    for (SpendRow row : rows(key)) {
      sum = Math.addExact(sum, row.spend().nanos());
    }
    assertThat(gateway.spent(Keys.hashOf(key))).isEqualTo(Money.ofNanos(sum));
    return Money.ofNanos(sum);
  }

  @Override
  public void close() {
    gateway.close();
    providers.forEach(FakeProvider::close);
  }
}
