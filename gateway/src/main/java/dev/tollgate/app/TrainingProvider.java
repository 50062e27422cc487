package dev.tollgate.app;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers a training run's calls as providers with OpenAI's API and with Anthropic's would. Streams
 * go out event by event, so that the gateway reads them one at a time.
 */
final class TrainingProvider implements AutoCloseable {
  private static final int SECONDS = 10;
  private static final int EVENTS = 20;
  private static final int EVENT_MILLIS = 4;
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
  private static final String MESSAGE =
      "{\"id\":\"msg_trained\",\"type\":\"message\",\"role\":\"assistant\",\"model\":\"trained\","
          + "\"content\":[{\"type\":\"text\",\"text\":\""
          + "one word after another ".repeat(8)
          + "\"}],\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":120,"
          + "\"cache_creation_input_tokens\":0,\"cache_read_input_tokens\":0,\"output_tokens\":40,"
          + "\"service_tier\":\"standard\"}}";
  private static final List<String> CHAT_EVENTS = chatEvents();
  private static final List<String> MESSAGE_EVENTS = messageEvents();

  private final Vertx vertx;
  private final HttpServer server;

  private TrainingProvider(Vertx vertx) {
    this.vertx = vertx;
    this.server = vertx.createHttpServer().requestHandler(this::answer);
  }

  static TrainingProvider start(String host) throws IOException, InterruptedException {
    TrainingProvider provider =
        new TrainingProvider(Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1)));
    try {
      provider
          .server
          .listen(0, host)
          .toCompletionStage()
          .toCompletableFuture()
          .get(SECONDS, TimeUnit.SECONDS);
      return provider;
    } catch (ExecutionException | TimeoutException e) {
      provider.close();
      throw new IOException("the training run's provider did not start", e);
    }
  }

  int port() {
    return server.actualPort();
  }

  private void answer(HttpServerRequest request) {
    request
        .body()
        .onSuccess(
            body -> {
              boolean streamed = body.toString().contains("\"stream\":true");
              HttpServerResponse response =
                  request
                      .response()
                      .putHeader(
                          "content-type", streamed ? "text/event-stream" : "application/json");
              boolean messages = "/v1/messages".equals(request.path());
              if (streamed) {
                send(
                    response.setChunked(true),
                    (messages ? MESSAGE_EVENTS : CHAT_EVENTS).iterator());
                return;
              }
              response.end(
                  switch (String.valueOf(request.path())) {
                    case "/v1/embeddings" -> EMBEDDINGS;
                    case "/v1/responses" -> RESPONSE;
                    default -> messages ? MESSAGE : CHAT;
                  });
            });
  }

  /** What is left of a stream, an event every few milliseconds; nothing to one who left. */
  private void send(HttpServerResponse response, Iterator<String> events) {
    if (response.closed()) {
      return;
    }
    response.write(events.next());
    if (events.hasNext()) {
      vertx.setTimer(EVENT_MILLIS, _ -> send(response, events));
    } else {
      response.end();
    }
  }

  private static List<String> chatEvents() {
    String begin =
        "data: {\"id\":\"chatcmpl-trained\",\"object\":\"chat.completion.chunk\",\"created\":1764547200,"
            + "\"model\":\"trained-2026-01-01\",\"choices\":[";
    List<String> events =
        new ArrayList<>(
            Collections.nCopies(
                EVENTS,
                begin
                    + "{\"index\":0,\"delta\":{\"content\":\" another\"},\"logprobs\":null,"
                    + "\"finish_reason\":null}]}\n\n"));
    events.add(begin + "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
    events.add(begin + "],\"usage\":" + USAGE + "}\n\n");
    events.add("data: [DONE]\n\n");
    return List.copyOf(events);
  }

  private static List<String> messageEvents() {
    List<String> events = new ArrayList<>();
    events.add(
        event(
            "message_start",
            "\"message\":{\"id\":\"msg_trained\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
                + "\"trained\",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":"
                + "{\"input_tokens\":120,\"output_tokens\":1}}"));
    events.add(
        event(
            "content_block_start",
            "\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}"));
    events.addAll(
        Collections.nCopies(
            EVENTS,
            event(
                "content_block_delta",
                "\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\" another\"}")));
    events.add(event("content_block_stop", "\"index\":0"));
    events.add(
        event(
            "message_delta",
            "\"delta\":{\"stop_reason\":\"end_turn\",\"stop_sequence\":null},\"usage\":"
                + "{\"output_tokens\":40}"));
    events.add("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
    return List.copyOf(events);
  }

  private static String event(String type, String members) {
    return "event: %1$s\ndata: {\"type\":\"%1$s\",%2$s}\n\n".formatted(type, members);
  }

  @Override
  public void close() {
    vertx.close();
  }
}
