package dev.tollgate.wire;

import static dev.tollgate.wire.GeminiSamples.CLIENT;
import static dev.tollgate.wire.GeminiSamples.GEMINI;
import static dev.tollgate.wire.GeminiSamples.PROVIDER;
import static dev.tollgate.wire.GeminiSamples.answered;
import static dev.tollgate.wire.GeminiSamples.anyChat;
import static dev.tollgate.wire.GeminiSamples.asked;
import static dev.tollgate.wire.GeminiSamples.json;
import static dev.tollgate.wire.GeminiSamples.model;
import static dev.tollgate.wire.GeminiSamples.sent;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.FailureException;
import dev.tollgate.model.Request;
import dev.tollgate.model.Usage;
import dev.tollgate.model.chat.Chat;
import dev.tollgate.model.chat.Finish;
import dev.tollgate.model.chat.Message;
import dev.tollgate.model.chat.Part;
import dev.tollgate.model.chat.Reply;
import dev.tollgate.model.chat.Tool;
import dev.tollgate.wire.json.Texts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Gemini's content from and to what other dialects can say. */
class GeminiTranslationTest {
  private static final long SEED = 20_260_722;

  @Test
  void aConversationKeepsItsTurnsAndResultsFindTheirFunctions() {
    JsonNode body =
        sent(
            """
            {"model":"m","messages":[{"role":"system","content":"S"},{"role":"user","content":"a"},
            {"role":"user","content":"b"},{"role":"assistant","content":null,"tool_calls":[
            {"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
            {"id":"c2","type":"function","function":{"name":"g","arguments":"broken"}}]},
            {"role":"tool","tool_call_id":"c2","content":"[1]"},
            {"role":"tool","tool_call_id":"c1","content":"{\\"y\\":2}"},
            {"role":"user","content":"c"}]}
            """);
    assertThat(body.path("systemInstruction")).isEqualTo(json("{\"parts\":[{\"text\":\"S\"}]}"));
    assertThat(body.path("contents"))
        .isEqualTo(
            json(
                """
                [{"role":"user","parts":[{"text":"a"},{"text":"b"}]},
                {"role":"model","parts":[{"functionCall":{"name":"f","args":{"x":1}}},
                {"functionCall":{"name":"g","args":{"arguments":"broken"}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"g","response":{"content":"[1]"}}},
                {"functionResponse":{"name":"f","response":{"y":2}}}]},
                {"role":"user","parts":[{"text":"c"}]}]
                """));
  }

  @Test
  void aResultWithoutItsCallIsRefusedByName() {
    assertThatThrownBy(
            () ->
                sent(
                    """
                    {"model":"m","messages":[{"role":"tool","tool_call_id":"c9","content":"x"}]}
                    """))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("c9");
  }

  @Test
  void theThirdGenerationGetsASignatureForAForeignCallAndLevelsOfThought() {
    String chat =
        """
        {"model":"m","reasoning_effort":"minimal","messages":[{"role":"user","content":"a"},
        {"role":"assistant","tool_calls":[
        {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},
        {"id":"c2__thought__U0lH","type":"function","function":{"name":"g","arguments":"{}"}}]}]}
        """;
    JsonNode body = sent(chat, model("gemini-3-pro-preview"));
    JsonNode calls = body.path("contents").get(1).path("parts");
    assertThat(calls.get(0).path("thoughtSignature").isString()).isTrue();
    assertThat(calls.get(1).path("thoughtSignature").stringValue()).isEqualTo("U0lH");
    assertThat(body.path("generationConfig").path("thinkingConfig"))
        .isEqualTo(json("{\"thinkingLevel\":\"low\",\"includeThoughts\":true}"));
    assertThat(sent(chat).path("contents").get(1).path("parts").get(0).has("thoughtSignature"))
        .isFalse();
  }

  @Test
  void schemasBecomeTheSubsetThatGeminiHas() {
    JsonNode body =
        sent(
            """
            {"model":"m","messages":[{"role":"user","content":"a"}],"tools":[{"type":"function",
            "function":{"name":"f","parameters":{"$schema":"s","type":"object","$defs":{
            "N":{"type":"object","properties":{"next":{"$ref":"#/$defs/N"},"v":{"type":["integer","null"]}}}},
            "properties":{"n":{"$ref":"#/$defs/N","description":"d"},
            "o":{"anyOf":[{"type":"string","format":"uuid"},{"type":"null"}]},
            "e":{"type":"string","enum":["a","",  "b"]},"i":{"type":"integer","enum":[1,2],"format":"int32"},
            "c":{"const":"k"},"l":{"type":"array","items":{}}},
            "required":["n","gone"],"additionalProperties":false}}}]}
            """);
    assertThat(body.path("tools").get(0).path("functionDeclarations").get(0).path("parameters"))
        .isEqualTo(
            json(
                """
                {"type":"object","properties":{
                "n":{"type":"object","properties":{"next":{"type":"object"},
                "v":{"nullable":true,"type":"integer"}},"description":"d"},
                "o":{"anyOf":[{"type":"string","nullable":true}]},
                "e":{"type":"string","enum":["a","b"]},"i":{"type":"integer","format":"int32"},
                "c":{"enum":["k"]},"l":{"type":"array","items":{"type":"object"}}},
                "required":["n"]}
                """));
  }

  @Test
  void aSchemaThatGrowsWithoutEndIsRefused() {
    StringBuilder defs = new StringBuilder("\"d0\":{\"type\":\"string\"}");
    for (int i = 1; i < 40; i++) {
      String below = "{\"$ref\":\"#/$defs/d" + (i - 1) + "\"}";
      defs.append(",\"d").append(i).append("\":{\"properties\":{\"a\":").append(below);
      defs.append(",\"b\":").append(below).append("}}");
    }
    String chat =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"tools\":[{"
            + "\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"$defs\":{"
            + defs
            + "},\"properties\":{\"x\":{\"$ref\":\"#/$defs/d39\"}}}}}]}";
    assertThatThrownBy(() -> sent(chat)).isInstanceOf(FailureException.class);
  }

  @Test
  void anAddressGoogleFetchesPassesAndAPlainOneIsRefused() {
    String chat =
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\","
            + "\"image_url\":{\"url\":\"%s\"}}]}]}";
    assertThat(sent(chat.formatted("https://example.com/a.PNG?x=1")).path("contents"))
        .isEqualTo(
            json(
                """
                [{"role":"user","parts":[{"fileData":{"mimeType":"image/png",
                "fileUri":"https://example.com/a.PNG?x=1"}}]}]
                """));
    assertThatThrownBy(() -> sent(chat.formatted("http://10.0.0.1/a.png")))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("Unable to fetch image");
  }

  @Test
  void figuresOfThoughtToolsAndModalitiesAreInTheirTotals() {
    Reply reply =
        answered(
            """
            {"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],
            "usageMetadata":{"promptTokenCount":100,"toolUsePromptTokenCount":10,
            "candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":160,
            "cachedContentTokenCount":40,
            "promptTokensDetails":[{"modality":"AUDIO","tokenCount":7},{"modality":"IMAGE","tokenCount":8}],
            "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":9}]}}
            """);
    assertThat(reply.usage()).isEqualTo(new Usage(110, 50, 40, 0, 7, 30, 9, false, 8, 0, 0));
    Reply inclusive =
        answered(
            """
            {"candidates":[{"content":{"parts":[{"text":"x"}]},"finishReason":"STOP"}],
            "usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":20,"thoughtsTokenCount":15,
            "totalTokenCount":30}}
            """);
    assertThat(inclusive.usage()).isEqualTo(new Usage(10, 20, 0, 0, 0, 15, 0, false));
  }

  @Test
  void anAnswerThatWasWithheldHasNoContentAndABlockedPromptNoCandidate() {
    Reply.Choice withheld =
        answered(
                """
                {"candidates":[{"content":{"parts":[{"text":"half"}]},"finishReason":"SAFETY"}],
                "responseId":"r"}
                """)
            .choices()
            .getFirst();
    assertThat(withheld.parts()).isEmpty();
    assertThat(withheld.finish())
        .isEqualTo(new Finish(Finish.Reason.CONTENT_FILTER, null, "SAFETY"));
    Reply blocked = answered("{\"promptFeedback\":{\"blockReason\":\"OTHER\"}}");
    assertThat(blocked.choices().getFirst().finish())
        .isEqualTo(new Finish(Finish.Reason.CONTENT_FILTER, null, "OTHER"));
    assertThatThrownBy(() -> answered("{\"usageMetadata\":{}}"))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("candidates");
  }

  @Test
  void groundingIsToldInCharactersThoughGoogleCountsBytes() {
    Reply reply =
        answered(
            """
            {"candidates":[{"content":{"parts":[{"text":"é😀 so"}]},"finishReason":"STOP",
            "groundingMetadata":{"webSearchQueries":["q","r"],"groundingChunks":[{"web":{"uri":"u","title":"t"}}],
            "groundingSupports":[{"segment":{"startIndex":7,"endIndex":9},"groundingChunkIndices":[0]}]}}],
            "usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2}}
            """);
    Part.Text text = (Part.Text) reply.choices().getFirst().parts().getFirst();
    assertThat(text.citations().getFirst().from()).isEqualTo(3);
    assertThat(text.citations().getFirst().to()).isEqualTo(5);
    assertThat(reply.usage()).extracting(Usage::webSearches).isEqualTo(2L);
  }

  @Test
  void callsWithoutIdsGetTheSameOnesWholeAndStreamedAndOthersInAnotherReply() {
    List<String> ids = new ArrayList<>();
    for (String reply : List.of("r1", "r1", "r2")) {
      answered(
              """
              {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f"}},
              {"functionCall":{"name":"f"},"thoughtSignature":"s"}]},"finishReason":"STOP"}],
              "responseId":"%s"}
              """
                  .formatted(reply))
          .choices()
          .getFirst()
          .parts()
          .forEach(part -> ids.add(((Part.ToolCall) part).id()));
    }
    assertThat(ids.subList(0, 2)).isEqualTo(ids.subList(2, 4)).doesNotHaveDuplicates();
    assertThat(ids.subList(4, 6)).doesNotContainAnyElementsOf(ids.subList(0, 2));
    assertThat(ids).allMatch(id -> id.matches("call_[0-9a-f]{28}"));
  }

  /** A reply in pieces, however the bytes are cut, is the whole reply. */
  @Test
  void aFoldedStreamEqualsTheWholeReply() {
    Random random = new Random(SEED);
    for (int round = 0; round < 300; round++) {
      Reply made = Replies.random(random, true);
      Request request = asked("{\"contents\":[]}", true);
      byte[] whole = CLIENT.writeReply(request, made, Samples.shown("m"));
      ByteArrayOutputStream stream = new ByteArrayOutputStream();
      EventWriter writer = CLIENT.events(request, Samples.shown("m"));
      Replies.events(made, event -> writer.write(event, stream));
      EventFold fold = new EventFold();
      Replies.feed(
          PROVIDER.framing(1 << 20),
          PROVIDER.events(anyChat(), GEMINI),
          stream.toByteArray(),
          random,
          fold);
      Reply read = PROVIDER.readReply(anyChat(), GEMINI, whole);
      assertThat(comparable(fold.reply()))
          .as("round %d of %d", round, SEED)
          .isEqualTo(comparable(read));
      assertThat(comparable(read).get(0)).isEqualTo(comparable(made).get(0));
    }
  }

  /** Without ids of calls, which Gemini's clients do not get; unsigned is unsigned. */
  private static List<Object> comparable(Reply reply) {
    Reply.Choice choice = reply.choices().getFirst();
    List<Object> parts = new ArrayList<>();
    for (Part part : choice.parts()) {
      parts.add(
          switch (part) {
            case Part.ToolCall call -> Part.ToolCall.of("", call.name(), call.arguments());
            case Part.Thinking thought -> new Part.Thinking(thought.text(), null);
            default -> part;
          });
    }
    return List.of(parts, Objects.requireNonNull(reply.usage()));
  }

  @Test
  void aRequestReadBackFromWhatWasWrittenIsTheSame() {
    Chat chat =
        CLIENT.readChat(
            asked(
                """
                {"contents":[{"role":"user","parts":[{"text":"q"},
                {"inlineData":{"mimeType":"image/png","data":"aGk="}},
                {"fileData":{"mimeType":"application/pdf","fileUri":"gs://b/a.pdf"}}]},
                {"role":"model","parts":[{"text":"hm","thought":true},
                {"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"t"},
                {"functionCall":{"name":"f","args":{"a":2}}}]},
                {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"content":"one"}}},
                {"functionResponse":{"name":"f","response":{"error":"no"}}}]}],
                "system_instruction":{"parts":[{"text":"S"}]},
                "tools":[{"function_declarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT",
                "properties":{"a":{"type":"INTEGER","nullable":true}}}}]},{"google_search":{}}],
                "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
                "generation_config":{"max_output_tokens":5,"temperature":0.5,"top_k":3,"stop_sequences":["x"],
                "seed":7,"response_mime_type":"application/json","response_json_schema":{"type":"object"},
                "thinking_config":{"thinking_budget":64}}}
                """,
                false),
            GEMINI,
            new Texts());
    byte[] written =
        PROVIDER.writeChat(chat, asked("{\"contents\":[]}", false), GEMINI, new Texts());
    Chat again =
        CLIENT.readChat(
            asked(new String(written, StandardCharsets.UTF_8), false), GEMINI, new Texts());
    assertThat(again.messages()).isEqualTo(chat.messages());
    assertThat(again.sampling()).isEqualTo(chat.sampling());
    assertThat(again.format()).isEqualTo(chat.format());
    assertThat(again.toolChoice()).isEqualTo(chat.toolChoice());
    assertThat(again.tools()).hasSize(2).first().isInstanceOf(Tool.Function.class);
    Message results = chat.messages().get(3);
    assertThat(results.role()).isEqualTo(Message.Role.TOOL);
    Message calls = chat.messages().get(2);
    assertThat(((Part.ToolResult) results.parts().get(1)).callId())
        .isEqualTo(((Part.ToolCall) calls.parts().get(2)).id());
    assertThat(((Part.ToolResult) results.parts().get(1)).failed()).isTrue();
  }
}
