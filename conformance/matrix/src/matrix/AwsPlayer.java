package matrix;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.core.retry.RetryPolicy;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeAsyncClient;
import software.amazon.awssdk.services.bedrockruntime.BedrockRuntimeClient;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/** Plays recorded answers to the AWS SDK's clients, and tells what they made of it. One at a time. */
final class AwsPlayer {
  private static final StaticCredentialsProvider NOBODY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("nobody", "nothing"));
  private static final BedrockRuntimeClient WHOLE = BedrockRuntimeClient.builder()
      .region(Region.US_EAST_1).credentialsProvider(NOBODY).endpointOverride(URI.create("http://played.invalid"))
      .overrideConfiguration(o -> o.retryPolicy(RetryPolicy.none())).httpClient(new Whole()).build();
  private static final BedrockRuntimeAsyncClient STREAMED = BedrockRuntimeAsyncClient.builder()
      .region(Region.US_EAST_1).credentialsProvider(NOBODY).endpointOverride(URI.create("http://played.invalid"))
      .overrideConfiguration(o -> o.retryPolicy(RetryPolicy.none())).httpClient(new Streamed()).build();

  private static volatile Client.Answer played;

  private AwsPlayer() {}

  static synchronized ConverseResponse whole(Client.Answer answer) {
    played = answer;
    return WHOLE.converse(request -> request.modelId("played"));
  }

  static AwsServiceException trouble(Client.Answer answer) {
    try {
      whole(answer);
    } catch (AwsServiceException e) {
      if (e.statusCode() != answer.status()) {
        throw new Wrong("status " + e.statusCode());
      }
      return e;
    }
    throw new Wrong("the AWS SDK saw no error in " + answer.status());
  }

  static List<ConverseStreamOutput> stream(Client.Answer answer) {
    List<ConverseStreamOutput> events = new ArrayList<>();
    Throwable thrown = play(answer, events);
    if (thrown != null) {
      throw new Wrong("AWS SDK: " + thrown);
    }
    return events;
  }

  /** The exception of a stream; null if it has none. */
  static String troubleInStream(Client.Answer answer) {
    Throwable thrown = play(answer, new ArrayList<>());
    if (thrown == null) {
      return null;
    }
    if (thrown instanceof AwsServiceException e && !e.getClass().getSimpleName().equals("BedrockRuntimeException")) {
      return e.awsErrorDetails().errorMessage();
    }
    throw new Wrong("AWS SDK: " + thrown);
  }

  private static synchronized Throwable play(Client.Answer answer, List<ConverseStreamOutput> events) {
    played = answer;
    CompletableFuture<Void> done = STREAMED.converseStream(request -> request.modelId("played"),
        ConverseStreamResponseHandler.builder().subscriber(events::add).build());
    try {
      done.get(20, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    } catch (InterruptedException | TimeoutException e) {
      throw new Wrong("the AWS SDK does not come to an end: " + e);
    }
  }

  private static SdkHttpFullResponse.Builder head() {
    SdkHttpFullResponse.Builder head = SdkHttpFullResponse.builder().statusCode(played.status());
    played.headers().forEach((name, values) -> {
      if (!name.startsWith(":") && !name.equalsIgnoreCase("transfer-encoding")) {
        head.putHeader(name, values);
      }
    });
    return head;
  }

  private record Whole() implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() {
          return HttpExecuteResponse.builder().response(head().build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(played.body()))).build();
        }

        @Override
        public void abort() {}
      };
    }

    @Override
    public void close() {}
  }

  private record Streamed() implements SdkAsyncHttpClient {
    @Override
    public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
      request.responseHandler().onHeaders(head().build());
      request.responseHandler().onStream(SdkPublisher.fromIterable(List.of(ByteBuffer.wrap(played.body()))));
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {}
  }
}
