import dev.tollgate.platform.blocks.GenerationOptions;
import dev.tollgate.platform.blocks.LlmBlock;
import dev.tollgate.platform.blocks.LlmModels;
import dev.tollgate.platform.blocks.OutputFormat;
import dev.tollgate.platform.blocks.PromptText;
import dev.tollgate.platform.blocks.StructuredResponseGenerator;
import dev.tollgate.platform.client.Clients;
import dev.tollgate.platform.client.Embeddings;
import dev.tollgate.platform.client.SearchVector;
import dev.tollgate.platform.codex.CodexBlock;
import dev.tollgate.platform.settings.Settings;
import java.util.Map;

/** Asks, embeds and has code written, all through the gateway that the environment or .env names. */
class Example {
  public static void main(String[] args) {
    var settings = Settings.load();
    System.out.print(settings.describe());
    var clients = new Clients(settings);

    var answers = new StructuredResponseGenerator(new LlmBlock(clients.requireBlockClient()));
    var answer =
        answers.generate(
            GenerationOptions.of(LlmModels.named("gpt-4o-mini")),
            PromptText.of("Name a city in Italy."),
            new OutputFormat(Map.of("city", "its name"), false, true));
    System.out.println(answer.response().path("city").stringValue() + ", " + answer.stats());

    switch (new Embeddings(clients).embedQuery("cities in Italy")) {
      case SearchVector.Found(var vector) -> System.out.println(vector);
      case SearchVector.LexicalOnly(var reason) -> System.out.println("words only: " + reason);
    }

    System.out.println(new CodexBlock(clients.requireBlockClient()).callCodex("sort").response());
  }
}
