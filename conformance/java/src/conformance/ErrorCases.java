package conformance;

import static conformance.Check.raises;
import static conformance.Check.same;
import static conformance.Check.that;
import static conformance.World.ABORT_SECONDS_MAX;
import static conformance.World.CLIENT;
import static conformance.World.chat;
import static conformance.World.chunks;
import static conformance.World.echo;
import static conformance.World.limitedKey;
import static conformance.World.once;
import static conformance.World.recorded;
import static conformance.World.said;
import static conformance.World.tag;

import com.openai.client.OpenAIClient;
import com.openai.core.JsonMissing;
import com.openai.core.RequestOptions;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIException;
import com.openai.errors.OpenAIIoException;
import com.openai.errors.OpenAIServiceException;
import com.openai.errors.PermissionDeniedException;
import com.openai.errors.RateLimitException;
import com.openai.errors.SseException;
import com.openai.errors.UnauthorizedException;
import com.openai.errors.UnprocessableEntityException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.ResponseCreateParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/** Errors as the SDK's own classes; retries, timeouts, and leaving. */
final class ErrorCases {
  static final Map<String, Case> TABLE = new LinkedHashMap<>();

  static {
    TABLE.put("error-400-body", ErrorCases::body);
    TABLE.put("error-400-model", ErrorCases::model);
    TABLE.put("error-400-provider", () -> provider(BadRequestException.class, 400));
    TABLE.put("error-401-key", ErrorCases::key);
    TABLE.put("error-403-model", ErrorCases::modelNotAllowed);
    TABLE.put("error-404-provider", () -> provider(NotFoundException.class, 404));
    TABLE.put("error-422-budget", ErrorCases::budget);
    TABLE.put("error-429-provider", () -> provider(RateLimitException.class, 429));
    TABLE.put("error-429-rpm", ErrorCases::rpm);
    TABLE.put("error-500-provider", () -> provider(InternalServerException.class, 500));
    TABLE.put("error-in-stream", ErrorCases::errorInStream);
    TABLE.put("stream-cut", ErrorCases::streamCut);
    TABLE.put("sdk-retries", () -> same(said(CLIENT, "flaky", "retries"), echo("retries")));
    TABLE.put("sdk-timeout", ErrorCases::timeout);
    TABLE.put("client-leaves", ErrorCases::leaves);
  }

  private ErrorCases() {}

  /** The refusal: the SDK's class, the status, OpenAI's envelope. */
  private static <E extends OpenAIServiceException> E refused(Class<E> expected, int status, Case call) {
    var error = raises(expected, call);
    same(error.statusCode(), status);
    that(error.code().isPresent() || error.type().isPresent(), "no envelope: " + error.body());
    return error;
  }

  /** Refused whole and streamed; the last of both errors. */
  private static <E extends OpenAIServiceException> E refusedTwice(
      Class<E> expected, int status, OpenAIClient client, String model) {
    refused(expected, status, () -> said(client, model, "refused"));
    return refused(expected, status, () -> chunks(client, chat(model, "refused").build()));
  }

  private static <E extends OpenAIServiceException> void provider(Class<E> expected, int status) {
    var error = refusedTwice(expected, status, once(), "status-" + status);
    that(error.getMessage().contains("the provider says " + status), "message: " + error.getMessage());
  }

  private static void body() {
    var params = ChatCompletionCreateParams.builder().model("chat").messages(JsonMissing.of()).build();
    var error = refused(BadRequestException.class, 400, () -> once().chat().completions().create(params));
    same(error.type().orElseThrow() + " " + error.param().orElseThrow(), "invalid_request_error messages");
  }

  private static void model() {
    refusedTwice(BadRequestException.class, 400, once(), "no-such-model");
  }

  private static void key() {
    String wrong = "sk-wrong-0123456789abcdefghij";
    var error = refusedTwice(UnauthorizedException.class, 401, once(wrong), "chat");
    that(!error.getMessage().contains(wrong), "the key is in the message");
    refused(UnauthorizedException.class, 401, () -> once(wrong).models().list());
  }

  private static void modelNotAllowed() {
    var limited = once(limitedKey("GATEWAY_KEY_ONE_MODEL"));
    same(said(limited, "chat", "allowed"), echo("allowed"));
    var error = refusedTwice(PermissionDeniedException.class, 403, limited, "not-for-you");
    same(error.type().orElseThrow() + " " + error.param().orElseThrow(), "key_model_access_denied model");
    var responses = ResponseCreateParams.builder().model("not-for-you").input("x").build();
    refused(PermissionDeniedException.class, 403, () -> limited.responses().create(responses));
    var completions = CompletionCreateParams.builder().model("instruct").prompt("x").build();
    refused(PermissionDeniedException.class, 403, () -> limited.completions().create(completions));
    refused(PermissionDeniedException.class, 403, () -> OperationCases.vectors(limited, "x", null));
  }

  private static void budget() {
    var limited = once(limitedKey("GATEWAY_KEY_BUDGET"));
    same(said(limited, "chat", "budget"), echo("budget"));
    var error = refusedTwice(UnprocessableEntityException.class, 422, limited, "chat");
    same(error.type().orElseThrow(), "budget_exceeded");
  }

  private static void rpm() {
    var limited = once(limitedKey("GATEWAY_KEY_RPM"));
    same(said(limited, "chat", "rpm"), echo("rpm"));
    var error = refusedTwice(RateLimitException.class, 429, limited, "chat");
    int seconds = Integer.parseInt(error.headers().values("retry-after").getFirst());
    that(seconds >= 1 && seconds <= 60, "retry-after " + seconds);
  }

  private static <E extends Exception> E broken(Class<E> expected, String model) {
    var got = new ArrayList<ChatCompletionChunk>();
    var error =
        raises(
            expected,
            () -> {
              try (var stream = once().chat().completions().createStreaming(chat(model, "broken").build())) {
                stream.stream().forEach(got::add);
              }
            });
    that(World.text(got).startsWith("Echo:"), "lost what came before the error: " + got);
    return error;
  }

  private static void errorInStream() {
    var error = broken(SseException.class, "error-inside");
    that(error.getMessage().contains("the provider broke"), "message: " + error.getMessage());
  }

  private static void streamCut() {
    broken(OpenAIException.class, "cut-inside");
  }

  private static void timeout() throws Exception {
    var options = RequestOptions.builder().timeout(Duration.ofMillis(500)).build();
    var params = chat("slow", "timeout").build();
    raises(OpenAIIoException.class, () -> once().chat().completions().create(params, options));
    recorded("timeout", "aborted", ABORT_SECONDS_MAX);
  }

  private static void leaves() throws Exception {
    try (var stream = CLIENT.chat().completions().createStreaming(chat("slow", "leaves").build())) {
      stream.stream().findFirst();
    }
    recorded("leaves", "aborted", ABORT_SECONDS_MAX);
    var params = ResponseCreateParams.builder().model("slow").input(tag("leaves-responses")).build();
    try (var stream = CLIENT.responses().createStreaming(params)) {
      stream.stream().findFirst();
    }
    recorded("leaves-responses", "aborted", ABORT_SECONDS_MAX);
  }
}
