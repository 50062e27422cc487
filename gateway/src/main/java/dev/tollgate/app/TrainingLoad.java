package dev.tollgate.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The other side of the build's training run: an application that calls the gateway, and the
 * provider that the gateway calls. Says the provider's port, is told the gateway's, and ends with
 * the load.
 */
final class TrainingLoad {
  static final String COMMAND = "train-load";
  static final String MASTER_KEY = "sk-training-run-of-the-build-only";
  static final String HOST = "127.0.0.1";

  private static final Duration LOAD = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int AT_ONCE = 32;

  private record Sample(HttpMethod method, String path, String body) {
    static Sample chat(String model, String members, int words) {
      return post(
          "/v1/chat/completions",
          """
          {"model":"%s",%s"temperature":0.2,"max_tokens":200,"messages":[
          {"role":"system","content":"You are a helpful assistant."},{"role":"user","content":"%s"}]}"""
              .formatted(model, members, "word after word ".repeat(words)));
    }

    static Sample hello(String path) {
      return post(path, "{\"model\":\"%s\",\"input\":\"hello\"}".formatted(TrainCommand.NATIVE));
    }

    static Sample post(String path, String body) {
      return new Sample(HttpMethod.POST, path, body);
    }
  }

  /**
   * Runs of three words of an application's usual request, and of one with documents in it (256
   * KB).
   */
  private static final int FEW = 40;

  private static final int MANY = 16_000;

  private static final String STREAMED = "\"stream\":true,";
  private static final Sample WHOLE = Sample.chat(TrainCommand.NATIVE, "", FEW);
  private static final Sample STREAM = Sample.chat(TrainCommand.NATIVE, STREAMED, FEW);
  private static final Sample TRANSLATED = Sample.chat(TrainCommand.TRANSLATED, "", FEW);

  /** Of a model that is not there. */
  private static final Sample REFUSED = Sample.chat("nobody", "", FEW);

  private record Answer(int status, Buffer body) {}

  /** About in the proportions of what a gateway spends its time with. */
  private static final List<Sample> SAMPLES =
      List.of(
          WHOLE,
          WHOLE,
          STREAM,
          WHOLE,
          TRANSLATED,
          WHOLE,
          Sample.hello("/v1/embeddings"),
          WHOLE,
          STREAM,
          WHOLE,
          Sample.chat(TrainCommand.TRANSLATED, STREAMED, FEW),
          WHOLE,
          Sample.hello("/v1/responses"),
          WHOLE,
          TRANSLATED,
          WHOLE,
          REFUSED,
          WHOLE,
          Sample.chat(TrainCommand.NATIVE, "", MANY),
          WHOLE,
          STREAM,
          WHOLE,
          TRANSLATED,
          WHOLE,
          Sample.chat(TrainCommand.TRANSLATED, "", MANY),
          WHOLE);

  private static final List<String> PAGES =
      List.of("/v1/models", "/key/list", "/metrics", "/health/readiness", "/spend/logs");

  private TrainingLoad() {}

  static int run(Shell shell) throws IOException, InterruptedException {
    try (TrainingProvider provider = TrainingProvider.start(HOST)) {
      shell.out().println(provider.port());
      shell.out().flush();
      String gatewayPort =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))
              .readLine();
      if (gatewayPort == null) {
        return 1; // there is no gateway to call
      }
      load(Integer.parseInt(gatewayPort));
    }
    return 0;
  }

  private static void load(int port) throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try {
      HttpClient client = vertx.createHttpClient();
      String key =
          new JsonObject(
                  waited(
                          send(
                              client,
                              port,
                              MASTER_KEY,
                              Sample.post(
                                  "/key/generate",
                                  "{\"max_budget\":1000000,\"budget_duration\":\"30d\",\"rpm_limit\":100000000,"
                                      + "\"tpm_limit\":100000000000,\"max_parallel_requests\":1000}")))
                      .body())
              .getString("key");
      for (String page : PAGES) {
        waited(send(client, port, MASTER_KEY, new Sample(HttpMethod.GET, page, "")));
      }
      waited(send(client, port, "sk-nobodys", WHOLE));
      for (Sample sample : SAMPLES) {
        int status = waited(send(client, port, key, sample)).status();
        if ((status == 200) == sample.equals(REFUSED)) {
          throw new IOException("a training call got status " + status + ": " + sample.path());
        }
      }
      long until = System.nanoTime() + LOAD.toNanos();
      CountDownLatch done = new CountDownLatch(AT_ONCE);
      for (int i = 0; i < AT_ONCE; i++) {
        new Caller(client, port, key, until, done, i).next();
      }
      if (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException("the gateway did not answer its training calls");
      }
    } finally {
      vertx.close();
    }
  }

  /** One call after another until the time is over. */
  private static final class Caller {
    private final HttpClient client;
    private final int port;
    private final String key;
    private final long until;
    private final CountDownLatch done;
    private int sample;

    Caller(
        HttpClient client, int port, String key, long until, CountDownLatch done, int firstSample) {
      this.client = client;
      this.port = port;
      this.key = key;
      this.until = until;
      this.done = done;
      this.sample = firstSample;
    }

    void next() {
      if (System.nanoTime() - until > 0) {
        done.countDown();
        return;
      }
      Sample chosen = SAMPLES.get(sample++ % SAMPLES.size());
      send(client, port, key, chosen).onComplete(_ -> next());
    }
  }

  private static Future<Answer> send(HttpClient client, int port, String key, Sample sample) {
    return client
        .request(
            new RequestOptions()
                .setMethod(sample.method())
                .setHost(HOST)
                .setPort(port)
                .setURI(sample.path())
                .putHeader("authorization", "Bearer " + key)
                .putHeader("content-type", "application/json"))
        .compose(request -> request.send(Buffer.buffer(sample.body())))
        .compose(response -> response.body().map(body -> new Answer(response.statusCode(), body)));
  }

  private static Answer waited(Future<Answer> answer) throws IOException, InterruptedException {
    try {
      return answer
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the gateway did not answer its training calls", e);
    }
  }
}
