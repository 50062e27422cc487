package dev.tollgate.wire.openai;

import dev.tollgate.model.Dialect;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Request;
import dev.tollgate.model.Request.Member;
import dev.tollgate.model.Request.Span;
import dev.tollgate.wire.json.JsonScan;
import dev.tollgate.wire.json.WholeNumber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;

/**
 * One scan of a request's body. For one body and one thread.
 *
 * <p>Only the top level and the roles and nulls of messages are looked at; whatever else stands in
 * the body is checked for being JSON and left alone.
 */
public final class RequestReader {
  /** More top-level members than any client has reason to send. */
  private static final int MEMBERS_MAX = 1000;

  private static final byte[] DEVELOPER = {'"', 'd', 'e', 'v', 'e', 'l', 'o', 'p', 'e', 'r', '"'};
  private static final byte[] EMPTY_OBJECT = {'{', '}'};

  private final Operation operation;
  private final byte[] body;
  private final JsonScan scan;
  private final List<Member> members = new ArrayList<>(12);
  private final boolean[] seen = new boolean[Parameter.COUNT];
  private final boolean[] present = new boolean[Parameter.COUNT];
  private final ControlsReader controls;
  private final List<Span> nullSpans = new ArrayList<>(0);
  private final List<Span> developerRoles = new ArrayList<>(0);
  private @Nullable String model;
  private boolean stream;
  private boolean usageWanted;
  private @Nullable Long outputTokensMax;
  private boolean endless;
  private int choices = 1;
  private int prompts = 1;
  private boolean toolCallsNamed;

  private RequestReader(Operation operation, byte[] body, JsonScan scan) {
    this.operation = operation;
    this.body = body;
    this.scan = scan;
    this.controls = new ControlsReader(scan);
  }

  /**
   * Scans a body; an empty one counts as an empty object.
   *
   * @throws FailureException with a {@code BadRequest}
   */
  public static Request read(Operation operation, byte[] bytes) {
    byte[] body = bytes.length == 0 ? EMPTY_OBJECT : bytes;
    try (JsonScan scan = JsonScan.of(body, 0, body.length)) {
      return new RequestReader(operation, body, scan).read();
    } catch (JacksonException notJson) {
      throw badJson(notJson, body);
    }
  }

  private Request read() {
    if (scan.next() != JsonToken.START_OBJECT) {
      throw bad("Invalid JSON payload: expected a JSON object", "request_body");
    }
    readMembers();
    if (scan.next() != null) {
      throw bad("Invalid JSON payload: unexpected content after the JSON object", "request_body");
    }
    requireInput();
    return new Request(
        operation,
        body,
        members,
        model,
        stream,
        usageWanted,
        endless ? null : outputTokensMax,
        WholeNumber.choices((long) choices * prompts),
        controls.endUser(),
        controls.controls(),
        nullSpans,
        operation != Operation.CHAT || toolCallsNamed,
        developerRoles,
        null);
  }

  private void readMembers() {
    String name = scan.nextName();
    int keyFrom = scan.start();
    while (name != null) {
      if (members.size() == MEMBERS_MAX) {
        throw bad("The request has more than " + MEMBERS_MAX + " parameters.", "request_body");
      }
      JsonToken value = scan.next();
      int valueFrom = scan.start();
      readValue(name, value);
      String nextName = scan.nextName();
      int next = scan.start();
      members.add(
          new Member(
              name,
              new Span(keyFrom, scan.stringEnd(keyFrom)),
              new Span(valueFrom, scan.valueEndBefore(next)),
              value == JsonToken.VALUE_NULL));
      name = nextName;
      keyFrom = next;
    }
  }

  private void readValue(String name, JsonToken value) {
    Parameter parameter = Parameter.of(name);
    if (parameter == null) {
      scan.skip();
      return;
    }
    if (seen[parameter.index()]) {
      throw bad("Duplicate parameter: '" + name + "'. Send it once.", name);
    }
    seen[parameter.index()] = true;
    if (parameter.kind() == Parameter.Kind.REFUSED) {
      throw bad(
          "Mock testing request params are disabled on this proxy: "
              + name
              + ". An admin can enable them by setting"
              + " `general_settings.dangerously_allow_mock_testing_request_params: true` in"
              + " config.yaml. This setting cannot be changed from the Admin UI or the API.",
          null);
    }
    if (value == JsonToken.VALUE_NULL) {
      // LiteLLM takes a null parameter for one that is not there.
      return;
    }
    present[parameter.index()] = true;
    switch (parameter) {
      case MODEL -> model = readModel(value);
      case STREAM -> stream = readStream(value);
      case STREAM_OPTIONS -> readStreamOptions(value);
      case MESSAGES -> readMessages(value);
      case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS -> readCap(parameter, value);
      case N, BEST_OF -> readChoices(name, value);
      case PROMPT -> readPrompt(value);
      default -> controls.read(parameter, value);
    }
  }

  private String readModel(JsonToken value) {
    if (value != JsonToken.VALUE_STRING) {
      throw bad("'model' must be a string.", "model");
    }
    return scan.text();
  }

  private boolean readStream(JsonToken value) {
    // Anything else a provider might take for true, and stream to a client that expects one body.
    if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
      throw bad("'stream' must be a boolean.", "stream");
    }
    return value == JsonToken.VALUE_TRUE;
  }

  private void readStreamOptions(JsonToken value) {
    if (value != JsonToken.START_OBJECT) {
      throw bad("'stream_options' must be an object.", "stream_options");
    }
    boolean found = false;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      JsonToken option = scan.next();
      if (name.equals("include_usage")) {
        if (found) {
          throw bad("Duplicate parameter: 'stream_options.include_usage'.", "stream_options");
        }
        found = true;
        usageWanted = option == JsonToken.VALUE_TRUE;
      }
      scan.skip();
    }
  }

  private void readCap(Parameter parameter, JsonToken value) {
    if (isCap(parameter)) {
      Long cap = WholeNumber.cap(scan, value);
      if (cap == null) {
        // Whatever another one says: which of the two the provider obeys is not known.
        endless = true;
      } else if (outputTokensMax == null || cap > outputTokensMax) {
        outputTokensMax = cap;
      }
    }
    scan.skip();
  }

  /** Whether providers obey it in this dialect: one that they overlook bounds nothing. */
  private boolean isCap(Parameter parameter) {
    if (!operation.writesText()) {
      return true;
    }
    if (operation.dialect() == Dialect.RESPONSES) {
      return parameter == Parameter.MAX_OUTPUT_TOKENS;
    }
    return parameter == Parameter.MAX_TOKENS
        || (operation == Operation.CHAT && parameter == Parameter.MAX_COMPLETION_TOKENS);
  }

  private void readChoices(String name, JsonToken value) {
    Long count = WholeNumber.count(scan, value);
    if (count != null) {
      choices = Math.max(choices, WholeNumber.choices(count));
    } else if (isCounted()) {
      throw bad("Invalid value for '" + name + "': expected a whole number.", name);
    }
    scan.skip();
  }

  /** Whether there is an {@code n}; what else has this name is the provider's. */
  private boolean isCounted() {
    return operation == Operation.CHAT
        || operation == Operation.COMPLETION
        || operation == Operation.IMAGE_GENERATION;
  }

  /** Completions answer each of several prompts; a list of numbers is one, in tokens. */
  private void readPrompt(JsonToken value) {
    if (operation != Operation.COMPLETION || value != JsonToken.START_ARRAY) {
      scan.skip();
      return;
    }
    int found = 0;
    for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
      if (item == JsonToken.VALUE_STRING || item == JsonToken.START_ARRAY) {
        found++;
      }
      scan.skip();
    }
    prompts = Math.max(1, found);
  }

  private void readMessages(JsonToken value) {
    if (operation != Operation.CHAT) {
      scan.skip();
      return;
    }
    if (value != JsonToken.START_ARRAY) {
      throw bad("Invalid request format: 'messages' must be a list of objects.", null);
    }
    for (JsonToken item = scan.next(); item != JsonToken.END_ARRAY; item = scan.next()) {
      if (item != JsonToken.START_OBJECT) {
        throw bad("Invalid request format: each of 'messages' must be an object.", null);
      }
      readMessage();
    }
  }

  /**
   * Notes a message's null members, with the comma that goes with each, its role, and whether ids
   * of tool calls may be in it: as the one it answers, or in what is no text.
   */
  private void readMessage() {
    boolean kept = false;
    int leadingFrom = -1;
    int leadingTo = -1;
    for (String name = scan.nextName(); name != null; name = scan.nextName()) {
      int keyFrom = scan.start();
      JsonToken value = scan.next();
      if (value == JsonToken.VALUE_NULL) {
        int end = scan.start() + "null".length();
        if (kept) {
          nullSpans.add(new Span(scan.valueEndBefore(keyFrom), end));
        } else {
          leadingFrom = leadingFrom < 0 ? keyFrom : leadingFrom;
          leadingTo = end;
        }
        continue;
      }
      if (!kept && leadingFrom >= 0) {
        nullSpans.add(new Span(leadingFrom, keyFrom));
      }
      kept = true;
      toolCallsNamed |= value != JsonToken.VALUE_STRING || name.equals("tool_call_id");
      if (value == JsonToken.VALUE_STRING && name.equals("role")) {
        int from = scan.start();
        if (scan.isAt(from, DEVELOPER)) {
          developerRoles.add(new Span(from, from + DEVELOPER.length));
        }
      }
      scan.skip();
    }
    if (!kept && leadingFrom >= 0) {
      nullSpans.add(new Span(leadingFrom, leadingTo));
    }
  }

  private void requireInput() {
    switch (operation) {
      case CHAT -> require(Parameter.MESSAGES, has(Parameter.MESSAGES));
      case COMPLETION -> require(Parameter.PROMPT, has(Parameter.PROMPT));
      case EMBEDDING -> require(Parameter.INPUT, has(Parameter.INPUT));
      case RESPONSES ->
          // A stored prompt may bring its own input.
          require(Parameter.INPUT, has(Parameter.INPUT) || has(Parameter.PROMPT));
      case RESPONSE_COMPACT, RESPONSE_INPUT_TOKENS ->
          require(Parameter.INPUT, has(Parameter.INPUT) || has(Parameter.PREVIOUS_RESPONSE_ID));
      case MESSAGES -> {
        requireOf("anthropic_messages", Parameter.MESSAGES);
        requireOf("anthropic_messages", Parameter.MAX_TOKENS);
      }
      case COUNT_TOKENS -> requireOf("count_tokens", Parameter.MESSAGES);
      case MODERATION, SPEECH -> require(Parameter.INPUT, has(Parameter.INPUT));
      case IMAGE_GENERATION -> require(Parameter.PROMPT, has(Parameter.PROMPT));
      case RERANK -> {
        require(Parameter.QUERY, has(Parameter.QUERY));
        require(Parameter.DOCUMENTS, has(Parameter.DOCUMENTS));
      }
      case PASS_THROUGH,
          PASS_THROUGH_FREE,
          PASS_THROUGH_SOCKET,
          GENERATE_CONTENT,
          CONVERSE,
          INVOKE,
          COHERE_CHAT,
          OLLAMA_CHAT,
          OLLAMA_GENERATE,
          COHERE_EMBED,
          OLLAMA_EMBED,
          GEMINI_EMBED,
          GEMINI_EMBED_ONE,
          GEMINI_COUNT,
          BEDROCK_EMBED,
          RESPONSE_READ,
          RESPONSE_DELETE,
          RESPONSE_CANCEL,
          RESPONSE_INPUT_ITEMS,
          IMAGE_EDIT,
          IMAGE_VARIATION,
          TRANSCRIPTION,
          TRANSLATION -> {
        // their own codecs say what they need
      }
    }
  }

  private boolean has(Parameter parameter) {
    return present[parameter.index()];
  }

  private void require(Parameter parameter, boolean given) {
    if (!given) {
      throw missing(operation.path(), parameter);
    }
  }

  private void requireOf(String caller, Parameter parameter) {
    if (!has(parameter)) {
      throw missing(caller, parameter);
    }
  }

  private static FailureException missing(String caller, Parameter parameter) {
    String name = parameter.word();
    return bad(caller + ": Missing required parameter: '" + name + "'.", name);
  }

  private static FailureException bad(String message, @Nullable String param) {
    return new FailureException(new Failure.BadRequest(message, param));
  }

  private static FailureException badJson(JacksonException notJson, byte[] body) {
    TokenStreamLocation at = notJson.getLocation();
    if (at == null || notJson instanceof StreamConstraintsException) {
      return bad(
          "Invalid JSON payload: nested deeper than "
              + JsonScan.DEPTH_MAX
              + " levels, or an overlong name or number",
          "request_body");
    }
    // Jackson points behind the character it did not expect.
    boolean ended = at.getByteOffset() >= body.length;
    int back = ended ? 0 : 1;
    return bad(
        "Invalid JSON payload: %s: line %d column %d (char %d)"
            .formatted(
                ended ? "unexpected end of data" : "unexpected character",
                at.getLineNr(),
                at.getColumnNr() - back,
                at.getByteOffset() - back),
        "request_body");
  }
}
