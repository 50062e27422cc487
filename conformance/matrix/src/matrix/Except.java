package matrix;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What is not as the matrix would have it, and why that is right: each row names cells, the complaint
 * that is expected there, and the reason. A row that matches nothing fails the run.
 */
record Except(Pattern cell, Pattern complaint, String why) {

  static final List<Except> ALL = List.of(
      row("/(ollama|gemini|responses)/result-parts/", "^lost or out of order: tool result .* degreesand sunny",
          "the result of a tool is one text there; LiteLLM joins the texts of a result without a separator"),
      row("/responses/result-parts/", "^(made up|lost or out of order): assistant call ",
          "LiteLLM sends the calls of a turn before its words (recorded), and Responses take both orders"),
      row("/ollama/several-texts/", "First part\\.Second part\\.", "a message is one text there; LiteLLM joins texts without a separator"),
      row("/no-tool/", "^lost: tool ", "tools that may not be called are not sent, which is how LiteLLM says so where there is no word for none"),
      row("^gemini/.*/forced-tool/", "^lost: tool get_weather", "allowedFunctionNames: tools that may not be called are not sent"),
      row("/cohere/forced-tool/", "^lost: tool get_weather", "Cohere cannot name a tool: only the one that has to be called is sent, with REQUIRED"),
      row("/bedrock/error-500/", "^status 503", "LiteLLM takes a 500 of Bedrock as one that may be tried again: 503"),
      row("^chat/gemini/seed/", "^refused: .*'seed'", "not among the parameters that LiteLLM takes for Google AI Studio"),
      row("^chat/gemini/penalties/", "^refused: .*'presence_penalty'", "not among the parameters that LiteLLM takes for Google AI Studio"));

  static Except row(String cell, String complaint, String why) {
    return new Except(Pattern.compile(cell), Pattern.compile(complaint), why);
  }

  boolean covers(String cellName, String text) {
    return cell.matcher(cellName).find() && complaint.matcher(text).find();
  }
}
