package dev.tollgate.app;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Answers a training run's calls as a provider with OpenAI's API would. */
final class TrainingProvider implements AutoCloseable {
  private static final int SECONDS = 10;
  private static final int EVENTS = 20;
  private static final String USAGE =
      "{\"prompt_tokens\":120,\"completion_tokens\":40,\"total_tokens\":160,"
          + "\"prompt_tokens_details\":{\"cached_tokens\":0,\"audio_tokens\":0},"
          + "\"completion_tokens_details\":{\"reasoning_tokens\":0,\"audio_tokens\":0,"
          + "\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}";
  private static final String CHAT =
      "{\"id\":\"chatcmpl-trained\",\"object\":\"chat.completion\",\"created\":1764547200,"
          + "\"model\":\"trained-2026-01-01\",\"choices\":[{\"index\":0,\"message\":{\"role\":"
          + "\"assistant\",\"content\":\""
          + "one word after another ".repeat(8)
          + "\",\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":"
          + USAGE
          + ",\"service_tier\":\"default\",\"system_fingerprint\":\"fp_trained\"}";
  private static final String EMBEDDINGS =
      "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.1,0.2]}],"
          + "\"model\":\"trained\",\"usage\":{\"prompt_tokens\":4,\"total_tokens\":4}}";
  private static final String RESPONSE =
      "{\"id\":\"resp_trained\",\"object\":\"response\",\"created_at\":1764547200,\"status\":"
          + "\"completed\",\"model\":\"trained\",\"output\":[{\"type\":\"message\",\"id\":\"msg_1\","
          + "\"role\":\"assistant\",\"status\":\"completed\",\"content\":[{\"type\":\"output_text\","
          + "\"text\":\"hello\",\"annotations\":[]}]}],\"usage\":{\"input_tokens\":4,\"output_tokens\":2,"
          + "\"total_tokens\":6,\"input_tokens_details\":{\"cached_tokens\":0},"
          + "\"output_tokens_details\":{\"reasoning_tokens\":0}}}";
  private static final String STREAM = stream();

  private final Vertx vertx;
  private final HttpServer server;

  private TrainingProvider(Vertx vertx, HttpServer server) {
    this.vertx = vertx;
    this.server = server;
  }

  static TrainingProvider start(String host) throws IOException, InterruptedException {
    Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    try {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(TrainingProvider::answer)
              .listen(0, host)
              .toCompletionStage()
              .toCompletableFuture()
              .get(SECONDS, TimeUnit.SECONDS);
      return new TrainingProvider(vertx, server);
    } catch (ExecutionException | TimeoutException e) {
      vertx.close();
      throw new IOException("the training run's provider did not start", e);
    }
  }

  int port() {
    return server.actualPort();
  }

  private static void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              HttpServerResponse response = request.response();
              boolean streamed = body.toString().contains("\"stream\":true");
              response.putHeader(
                  "content-type", streamed ? "text/event-stream" : "application/json");
              response.end(
                  streamed
                      ? STREAM
                      : switch (String.valueOf(request.path())) {
                        case "/v1/embeddings" -> EMBEDDINGS;
                        case "/v1/responses" -> RESPONSE;
                        default -> CHAT;
                      });
            });
  }

  private static String stream() {
    String begin =
        "data: {\"id\":\"chatcmpl-trained\",\"object\":\"chat.completion.chunk\",\"created\":1764547200,"
            + "\"model\":\"trained-2026-01-01\",\"choices\":[";
    return (begin
                + "{\"index\":0,\"delta\":{\"content\":\" another\"},\"logprobs\":null,"
                + "\"finish_reason\":null}]}\n\n")
            .repeat(EVENTS)
        + begin
        + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        + begin
        + "],\"usage\":"
        + USAGE
        + "}\n\ndata: [DONE]\n\n";
  }

  @Override
  public void close() {
    vertx.close();
  }
}
