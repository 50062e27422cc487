package dev.tollgate.model;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client's request as one scan of its bytes found it. The body is never copied into a tree: edits
 * are spliced in by the spans of {@code members}.
 *
 * @param operation what is asked, and so the dialect of the body
 * @param body the JSON document as it came
 * @param members top-level members in their order
 * @param model the body's model, null if absent
 * @param stream {@code "stream": true}
 * @param usageWanted {@code stream_options.include_usage} is true
 * @param outputTokensMax the client's cap on output tokens, null if none
 * @param choices {@code n}
 * @param endUser {@code user}
 * @param controls LiteLLM's own parameters, which no provider sees
 * @param nullSpans members inside messages whose value is null and that a provider would refuse, as
 *     (from, to) offsets
 * @param mayNameToolCalls whether an id of a tool call may be in it; false only if none is there
 * @param developerRoles offsets of the values {@code "developer"} of messages' roles, as (from, to)
 * @param stored what a provider keeps and the path names; null where a body says all
 */
@SuppressWarnings("ArrayRecordComponent") // identity is enough: a request is never compared
public record Request(
    Operation operation,
    byte[] body,
    List<Member> members,
    @Nullable String model,
    boolean stream,
    boolean usageWanted,
    @Nullable Long outputTokensMax,
    int choices,
    @Nullable String endUser,
    Controls controls,
    List<Span> nullSpans,
    boolean mayNameToolCalls,
    List<Span> developerRoles,
    @Nullable Stored stored) {

  /**
   * Something that a provider keeps.
   *
   * @param id its name at the provider
   * @param query further parameters, as they stand in the request line
   */
  public record Stored(String id, String query) {}

  /** Bytes {@code from} (inclusive) to {@code to} (exclusive) of the body. */
  public record Span(int from, int to) {}

  /**
   * A top-level member.
   *
   * @param name its decoded name
   * @param key where the name stands, quotes included
   * @param value where the value stands
   * @param isNull whether the value is null
   */
  public record Member(String name, Span key, Span value, boolean isNull) {}

  /**
   * LiteLLM's request parameters that steer the gateway.
   *
   * @param retries {@code num_retries}
   * @param timeoutSeconds {@code timeout}
   * @param fallbacks {@code fallbacks}, model names; null if not given
   * @param fallbacksDisabled {@code disable_fallbacks}
   * @param dropParams {@code drop_params}
   * @param allowedParams {@code allowed_openai_params}
   * @param tags {@code metadata.tags} and {@code tags}
   * @param sessionId {@code litellm_session_id}
   * @param traceId {@code litellm_trace_id}
   * @param deployment the only one that can answer, by its id: it has what the request builds on;
   *     null for any
   */
  public record Controls(
      @Nullable Integer retries,
      @Nullable Double timeoutSeconds,
      @Nullable List<String> fallbacks,
      boolean fallbacksDisabled,
      @Nullable Boolean dropParams,
      List<String> allowedParams,
      List<String> tags,
      @Nullable String sessionId,
      @Nullable String traceId,
      @Nullable String deployment) {
    public static final Controls NONE =
        new Controls(null, null, null, false, null, List.of(), List.of(), null, null, null);

    /** The same, to be answered by one deployment and no other. */
    public Controls only(String deploymentId) {
      return new Controls(
          retries,
          timeoutSeconds,
          fallbacks,
          true,
          dropParams,
          allowedParams,
          tags,
          sessionId,
          traceId,
          deploymentId);
    }

    /** The same, with parameters left out that a provider has not. */
    public Controls droppingParams() {
      return new Controls(
          retries,
          timeoutSeconds,
          fallbacks,
          fallbacksDisabled,
          true,
          allowedParams,
          tags,
          sessionId,
          traceId,
          deployment);
    }
  }

  /** The same, steered otherwise. */
  public Request withControls(Controls other) {
    return copy(operation, body, members, stream, outputTokensMax, other, stored);
  }

  /** The same, about something that a provider keeps. */
  public Request about(Stored kept) {
    return copy(operation, body, members, stream, outputTokensMax, controls, kept);
  }

  /** The same, asking something else. */
  public Request asking(Operation other) {
    return copy(other, body, members, stream, outputTokensMax, controls, stored);
  }

  /** The same for an operation that is never streamed, whatever the client says. */
  public Request asWhole() {
    return stream ? withStream(false, outputTokensMax) : this;
  }

  /** The same, for a dialect that says in its path or its depths what others say in the body. */
  public Request withStream(boolean streamed, @Nullable Long outputMax) {
    return copy(operation, body, members, streamed, outputMax, controls, stored);
  }

  /**
   * The same with one more member at the end of its JSON; there must be none of this name but null.
   *
   * @param value as JSON
   */
  public Request withMember(String name, String value) {
    int brace = body.length - 1;
    while (body[brace] != '}') {
      brace--;
    }
    String key = "\"" + name + "\"";
    byte[] added = ((members.isEmpty() ? "" : ",") + key + ":" + value + "}").getBytes(UTF_8);
    byte[] all = Arrays.copyOf(body, brace + added.length);
    System.arraycopy(added, 0, all, brace, added.length);
    int from = all.length - 1 - value.length();
    int keyFrom = from - 1 - key.length();
    List<Member> more = new ArrayList<>(members);
    more.add(new Member(name, new Span(keyFrom, from - 1), new Span(from, all.length - 1), false));
    return copy(operation, all, more, stream, outputTokensMax, controls, stored);
  }

  /** With all else as it is. */
  private Request copy(
      Operation asked,
      byte[] bytes,
      List<Member> found,
      boolean streamed,
      @Nullable Long outputMax,
      Controls steering,
      @Nullable Stored kept) {
    return new Request(
        asked,
        bytes,
        found,
        model,
        streamed,
        usageWanted,
        outputMax,
        choices,
        endUser,
        steering,
        nullSpans,
        mayNameToolCalls,
        developerRoles,
        kept);
  }

  /** The dialect of the body. */
  public Dialect dialect() {
    return operation.dialect();
  }

  public @Nullable Member member(String name) {
    for (Member member : members) {
      if (member.name().equals(name)) {
        return member;
      }
    }
    return null;
  }
}
