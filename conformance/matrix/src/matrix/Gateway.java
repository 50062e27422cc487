package matrix;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The gateway under test, and the fake providers behind it. Thread-safe. */
final class Gateway {
  /** What a provider saw. */
  record Seen(String path, JsonNode body) {}

  /** {@code seen}: null if nothing reached the provider. */
  record Exchange(Client.Answer answer, Seen seen) {}

  /** A row that has to be in the spend logs. */
  record Spend(Cell cell, String call, BigDecimal price) {}

  private static final Pattern TAG = Pattern.compile("matrix-cell-(\\d+)-(\\d)");

  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10)).build();
  private final Map<String, Cell> running = new ConcurrentHashMap<>();
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  private final List<Spend> spends = new ArrayList<>();
  private final Map<String, Provider> providers = new HashMap<>();
  private final Wire wire;
  private final Path kept;
  private String base;
  private String key;

  Gateway(List<Provider> providers, Path kept) throws IOException {
    this.kept = kept;
    providers.forEach(provider -> this.providers.put(provider.name(), provider));
    wire = new Wire(this::provide);
  }

  /** The gateway's configuration. */
  JsonNode config() {
    ArrayNode models = Json.arr();
    providers.forEach((name, provider) -> {
      ObjectNode params = (ObjectNode) provider.deployment("http://127.0.0.1:" + wire.port() + "/at-" + name);
      if (!name.equals("bedrock")) {
        params.put("api_key", Wire.PROVIDER_KEY);
      }
      params.setAll((ObjectNode) Cell.PRICES);
      models.add(Json.obj("model_name", name, "litellm_params", params, "model_info", Json.obj("id", "id-" + name)));
    });
    return Json.obj("model_list", models, "router_settings", Json.obj("num_retries", 0, "disable_cooldowns", true),
        "litellm_settings", Json.obj("num_retries", 0));
  }

  void at(String address, String virtualKey) {
    base = address;
    key = virtualKey;
  }

  List<String> secrets() {
    return List.of(Wire.PROVIDER_KEY, "127.0.0.1:" + wire.port(), "localhost:" + wire.port(), "AKIAMATRIX");
  }

  /** Sends a body, tagged so that its cell is found at the provider: by a word of its first user text. */
  Exchange send(Cell cell, int number, ObjectNode body, int turn) {
    String tag = "matrix-cell-" + number + "-" + turn;
    running.put(tag, cell);
    try {
      byte[] sent = tagged(body, cell.talk(), tag);
      HttpResponse<byte[]> response = http.send(HttpRequest.newBuilder(URI.create(base + cell.client().path(cell.provider().name(), cell.isStream())))
              .timeout(Duration.ofSeconds(60)).header("authorization", "Bearer " + key).header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(sent)).build(), HttpResponse.BodyHandlers.ofByteArray());
      Client.Answer answer = new Client.Answer(response.statusCode(), response.headers().map(), response.body());
      keep(cell, turn + "-client-request.json", sent);
      keep(cell, turn + "-client-answer-" + answer.status(), answer.body());
      return new Exchange(answer, seen.remove(tag));
    } catch (IOException e) {
      throw new Wrong("no answer: " + e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      running.remove(tag);
    }
  }

  /** The tag stands behind the first user text; the provider takes it out again before it reads. */
  private static byte[] tagged(ObjectNode body, Talk talk, String tag) {
    Talk.Turn user = talk.ask().turns().stream().filter(turn -> turn.role().equals("user")).findFirst().orElseThrow();
    Talk.Text text = (Talk.Text) user.pieces().stream().filter(Talk.Text.class::isInstance).findFirst().orElseThrow();
    String json = body.toString();
    String quoted = Json.MAPPER.valueToTree(text.text()).toString();
    int at = json.indexOf(quoted);
    if (at < 0) {
      throw new IllegalStateException("the client left out " + quoted);
    }
    int end = at + quoted.length() - 1;
    return (json.substring(0, end) + " " + tag + json.substring(end)).getBytes(StandardCharsets.UTF_8);
  }

  private Wire.Response provide(Wire.Request request) {
    String name = request.path().split("/")[1].replaceFirst("^at-", "");
    Provider provider = providers.get(name);
    String text = new String(request.body(), StandardCharsets.UTF_8);
    Matcher tag = TAG.matcher(text);
    if (provider == null || !tag.find() || !running.containsKey(tag.group())) {
      return plain(418, "no cell of the matrix asks that: " + request.path());
    }
    Cell cell = running.get(tag.group());
    String path = request.path().substring(name.length() + 4);
    try {
      seen.put(tag.group(), new Seen(path, Json.read(text.replace(" " + tag.group(), ""))));
    } catch (Wrong e) {
      return plain(418, "no JSON");
    }
    keep(cell, tag.group(2) + "-provider-request.json", request.body());
    int number = Integer.parseInt(tag.group(1));
    Wire.Response response = tag.group(2).equals("1") ? answer(cell, provider, number)
        : said(provider, Talk.Answer.of(Talk.End.STOP, new Talk.Text("Done.")), cell.isStream(), number);
    keep(cell, tag.group(2) + "-provider-answer", response.pieces().stream().reduce(new byte[0], Gateway::joined));
    return response;
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] all = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static Wire.Response answer(Cell cell, Provider provider, int number) {
    Talk.Answer answer = cell.talk().answer();
    Talk.Fault fault = answer.fault();
    if (fault != null && !fault.inStream()) {
      Provider.Trouble trouble = provider.trouble(fault);
      return new Wire.Response(trouble.status(), trouble.type(), trouble.headers(), List.of(trouble.body()), true, false);
    }
    if (cell.isStream() && (fault != null || answer.cut())) {
      List<byte[]> events = provider.stream(answer, number);
      List<byte[]> half = new ArrayList<>(events.subList(0, Math.min(events.size() / 2 + 1, events.size() - 1)));
      if (fault != null) {
        half.add(provider.troubleInStream(fault));
      }
      return new Wire.Response(200, provider.streamType(), List.of(), half, false, answer.cut());
    }
    return said(provider, answer, cell.isStream(), number);
  }

  private static Wire.Response said(Provider provider, Talk.Answer answer, boolean stream, int number) {
    return stream
        ? new Wire.Response(200, provider.streamType(), List.of(), provider.stream(answer, number), false, false)
        : new Wire.Response(200, "application/json", List.of(), List.of(Json.bytes(provider.whole(answer, number))), true, false);
  }

  private static Wire.Response plain(int status, String text) {
    return new Wire.Response(status, "text/plain", List.of(), List.of(text.getBytes(StandardCharsets.UTF_8)), true, false);
  }

  private void keep(Cell cell, String name, byte[] bytes) {
    if (kept != null) {
      try {
        Path folder = Files.createDirectories(kept.resolve(cell.name()));
        Files.write(folder.resolve(name), bytes);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  synchronized void expectSpend(Cell cell, String call, BigDecimal price) {
    spends.add(new Spend(cell, call, price));
  }

  /** Compares all rows of the spend logs with what the answers have to cost; waits for late ones. */
  synchronized void checkSpends(String masterKey) {
    Map<String, BigDecimal> rows = Map.of();
    for (int attempt = 0; attempt < 20; attempt++) {
      rows = rows(masterKey);
      Map<String, BigDecimal> current = rows;
      if (spends.stream().allMatch(spend -> current.containsKey(spend.call()))) {
        break;
      }
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
    for (Spend spend : spends) {
      BigDecimal row = rows.get(spend.call());
      if (row == null || row.compareTo(spend.price()) != 0) {
        spend.cell().complaints.add("/spend/logs: " + row + " instead of " + spend.price());
      }
    }
  }

  private Map<String, BigDecimal> rows(String masterKey) {
    try {
      HttpResponse<byte[]> response = http.send(HttpRequest.newBuilder(URI.create(base + "/spend/logs?limit=10000&api_key=" + key))
          .header("authorization", "Bearer " + masterKey).build(), HttpResponse.BodyHandlers.ofByteArray());
      keepLogs(response.body());
      Map<String, BigDecimal> rows = new HashMap<>();
      for (JsonNode row : Json.read(response.body())) {
        BigDecimal spend = new BigDecimal(row.path("spend").asText());
        rows.put(row.path("litellm_call_id").asText(row.path("request_id").asText()), spend);
        rows.put(row.path("request_id").asText(), spend);
      }
      return rows;
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void keepLogs(byte[] body) throws IOException {
    if (kept != null) {
      Files.createDirectories(kept);
      Files.write(kept.resolve("spend-logs.json"), body);
    }
  }
}
