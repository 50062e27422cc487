package dev.tollgate.http;

import static dev.tollgate.model.Operation.CHAT;
import static dev.tollgate.model.Operation.COHERE_CHAT;
import static dev.tollgate.model.Operation.COHERE_EMBED;
import static dev.tollgate.model.Operation.COMPLETION;
import static dev.tollgate.model.Operation.CONVERSE;
import static dev.tollgate.model.Operation.COUNT_TOKENS;
import static dev.tollgate.model.Operation.EMBEDDING;
import static dev.tollgate.model.Operation.GENERATE_CONTENT;
import static dev.tollgate.model.Operation.IMAGE_GENERATION;
import static dev.tollgate.model.Operation.INVOKE;
import static dev.tollgate.model.Operation.MESSAGES;
import static dev.tollgate.model.Operation.MODERATION;
import static dev.tollgate.model.Operation.PASS_THROUGH;
import static dev.tollgate.model.Operation.PASS_THROUGH_FREE;
import static dev.tollgate.model.Operation.RERANK;
import static dev.tollgate.model.Operation.RESPONSES;
import static dev.tollgate.model.Operation.SPEECH;

import dev.tollgate.model.Mount;
import dev.tollgate.model.Operation;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the paths of providers' own APIs ask, as far as it is known: a new one is one row. Only POST
 * asks a model; reads and deletions are free, and whatever else is not here is {@link
 * Operation#PASS_THROUGH}.
 */
final class ProviderPaths {
  /** Where OpenAI's paths stand at those who have the same. */
  private static final String OPENAI = "/(?:openai/|api/)?(?:v1/|v1beta/openai/)?";

  private static final String MODEL = "(?<model>[^/]+)";
  private static final String DEPLOYMENT = "/openai/deployments/" + MODEL + "/";
  private static final String GOOGLE =
      "/(?:v1|v1alpha|v1beta|v1beta1)/(?:projects/[^/]+/locations/[^/]+/publishers/google/)?models/"
          + "(?<model>[^/:]+)";
  private static final String CLAUDE =
      "/(?:v1|v1beta1)/projects/[^/]+/locations/[^/]+/publishers/anthropic/models/(?<model>[^/:]+)";

  /**
   * @param stream whether the path itself asks for a stream
   */
  private record Row(Pattern path, Operation asked, boolean stream) {}

  /**
   * A path that was recognised.
   *
   * @param modelFrom where the model begins in the path; -1 if it names none
   * @param modelTo where it ends
   */
  record Known(Operation asked, boolean stream, int modelFrom, int modelTo) {}

  private static final List<Row> ROWS =
      List.of(
          row(OPENAI + "chat/completions", CHAT),
          row(OPENAI + "completions", COMPLETION),
          row(OPENAI + "fim/completions", COMPLETION),
          row(OPENAI + "embeddings", EMBEDDING),
          row(OPENAI + "responses", RESPONSES),
          row(OPENAI + "moderations", MODERATION),
          row(OPENAI + "images/generations", IMAGE_GENERATION),
          row(OPENAI + "audio/speech", SPEECH),
          row(DEPLOYMENT + "chat/completions", CHAT),
          row(DEPLOYMENT + "completions", COMPLETION),
          row(DEPLOYMENT + "embeddings", EMBEDDING),
          row(DEPLOYMENT + "images/generations", IMAGE_GENERATION),
          row(DEPLOYMENT + "audio/speech", SPEECH),
          row(OPENAI + "files", PASS_THROUGH_FREE),
          row(OPENAI + "uploads(?:/[^/]+/(?:parts|complete|cancel))?", PASS_THROUGH_FREE),
          row(OPENAI + "(?:batches|responses|fine_tuning/jobs)/[^/]+/cancel", PASS_THROUGH_FREE),
          row("/(?:de)?tokenize", PASS_THROUGH_FREE),
          row("/v1/(?:de)?tokenize", PASS_THROUGH_FREE),
          row("/v1/check-api-key", PASS_THROUGH_FREE),
          row("/(?:anthropic/|api/)?v1/messages", MESSAGES),
          row("/(?:anthropic/|api/)?v1/messages/count_tokens", COUNT_TOKENS),
          row("/v1/messages/batches/[^/]+/cancel", PASS_THROUGH_FREE),
          row(GOOGLE + ":generateContent", GENERATE_CONTENT),
          new Row(Pattern.compile(GOOGLE + ":streamGenerateContent"), GENERATE_CONTENT, true),
          row(GOOGLE + ":countTokens", PASS_THROUGH_FREE),
          row("/upload/(?:v1|v1beta)/files", PASS_THROUGH_FREE),
          row(CLAUDE + ":(?:rawPredict|streamRawPredict)", MESSAGES),
          row("/model/" + MODEL + "/converse", CONVERSE),
          new Row(Pattern.compile("/model/" + MODEL + "/converse-stream"), CONVERSE, true),
          row("/model/" + MODEL + "/invoke", INVOKE),
          new Row(
              Pattern.compile("/model/" + MODEL + "/invoke-with-response-stream"), INVOKE, true),
          row("/model/" + MODEL + "/count-tokens", PASS_THROUGH_FREE),
          row("/v2/chat", COHERE_CHAT),
          row("/v2/embed", COHERE_EMBED),
          row("/(?:v1|v2)/rerank", RERANK),
          row("/rerank", RERANK));

  private ProviderPaths() {}

  private static Row row(String path, Operation asked) {
    return new Row(Pattern.compile(path), asked, false);
  }

  /**
   * What a call asks.
   *
   * @param rest the path below the mount, raw
   */
  static Known find(@Nullable Mount mount, String method, String rest) {
    if (method.equals("GET") || method.equals("DELETE")) {
      return new Known(PASS_THROUGH_FREE, false, -1, -1);
    }
    if (mount != null && method.equals("POST")) {
      for (Row row : ROWS) {
        Matcher path = row.path().matcher(rest);
        if (path.matches()) {
          boolean named = path.namedGroups().containsKey("model");
          return new Known(
              known(mount, row.asked(), named ? path.group("model") : null),
              row.stream(),
              named ? path.start("model") : -1,
              named ? path.end("model") : -1);
        }
      }
    }
    return new Known(PASS_THROUGH, false, -1, -1);
  }

  /** Of Bedrock's Invoke only Claude's words are read, and its rerank is in words of its own. */
  private static Operation known(Mount mount, Operation asked, @Nullable String model) {
    boolean claude = model != null && model.contains("anthropic.claude");
    boolean bedrock = mount == Mount.BEDROCK;
    return (asked == INVOKE && !claude)
            || (asked == RERANK && bedrock)
            || (asked.dialect() == CONVERSE.dialect() && !bedrock)
        ? PASS_THROUGH
        : asked;
  }
}
