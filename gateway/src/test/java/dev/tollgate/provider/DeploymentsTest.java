package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.model.Item;
import dev.tollgate.model.Operation;
import dev.tollgate.model.Price;
import dev.tollgate.model.PriceTags;
import dev.tollgate.model.Pricing;
import dev.tollgate.model.Route;
import dev.tollgate.provider.Deployments.AutoModel;
import dev.tollgate.provider.Deployments.Defaults;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentsTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  private final Map<String, String> environment = new HashMap<>();

  /** Knows one model and its price. */
  private static final PricingLookup MODELS =
      new PricingLookup() {
        @Override
        public @Nullable Pricing find(String provider, String model, @Nullable String baseModel) {
          return model.equals("gpt-4o") || "gpt-4o".equals(baseModel)
              ? PriceTags.of(
                  "input_cost_per_token", "0.0000025",
                  "output_cost_per_token", "0.00001",
                  "cache_read_input_token_cost", "0.00000125")
              : null;
        }

        @Override
        public @Nullable Map<String, Object> facts(String provider, String model) {
          return model.equals("gpt-4o") ? Map.of("mode", "chat", "max_tokens", 16_384) : null;
        }

        @Override
        public @Nullable String provider(String bareModel) {
          return bareModel.equals("grok-9") ? "xai" : null;
        }
      };

  private DeploymentSource source(String name, Map<String, ?> params, Map<String, ?> info) {
    return new Deployments(CATALOGUE, environment::get, MODELS, Defaults.NONE)
        .build(name, params, info);
  }

  private Deployment build(Map<String, ?> params) {
    return source("m", params, Map.of()).forModel("m");
  }

  private Deployment build(String model) {
    return build(Map.of("model", model, "api_key", "k", "api_base", "https://up.test/v1"));
  }

  private static Pricing price(Deployment deployment) {
    return Objects.requireNonNull(deployment.pricing());
  }

  private static String chat(Deployment deployment) {
    return uri(deployment, Operation.CHAT);
  }

  private static String uri(Deployment deployment, Operation operation) {
    Route route = deployment.routes().get(operation);
    return route == null ? "none" : route.address().base() + route.address().target();
  }

  private static String header(Deployment deployment, String name) {
    var secret = deployment.headers().get(name);
    return secret == null ? "none" : secret.reveal();
  }

  @ParameterizedTest
  @CsvSource({
    "openai/gpt-4o, openai, gpt-4o",
    "openrouter/openai/gpt-4o, openrouter, openai/gpt-4o",
    "gpt-4o-mini, openai, gpt-4o-mini",
    "o3, openai, o3",
    "ft:gpt-4o:acme::x1, openai, ft:gpt-4o:acme::x1",
    "grok-9, xai, grok-9",
    "hosted_vllm/Qwen/Qwen2.5-7B, hosted_vllm, Qwen/Qwen2.5-7B",
    "fireworks_ai/llama-v3, fireworks_ai, accounts/fireworks/models/llama-v3",
    "fireworks_ai/accounts/me/models/x, fireworks_ai, accounts/me/models/x",
    "azure/responses/dep, azure, dep",
    "nano-gpt/some.model:free, nano-gpt, some.model:free",
    "clarifai/openai.chat.gpt-4o, clarifai, https://clarifai.com/openai/chat/models/gpt-4o",
  })
  void theProviderIsFoundByThePrefixOrTheModel(String model, String provider, String sent) {
    Deployment made = build(model);
    assertThat(made.provider()).isEqualTo(provider);
    assertThat(made.model()).isEqualTo(sent);
    assertThat(made.litellmModel()).isEqualTo(model);
  }

  @Test
  void aProviderThatIsNamedWinsOverThePrefix() {
    Deployment made =
        build(
            Map.of(
                "model", "groq/openai/gpt-oss",
                "custom_llm_provider", "openrouter",
                "api_key", "k"));
    assertThat(made.provider()).isEqualTo("openrouter");
    assertThat(made.model()).isEqualTo("groq/openai/gpt-oss");
    assertThat(build(Map.of("model", "openai/flux", "custom_llm_provider", "openai")).model())
        .isEqualTo("flux");
  }

  @Test
  void aHostThatIsKnownTellsTheProviderAndItsKey() {
    environment.put("GROQ_API_KEY", "gsk-env");
    Deployment made = build(Map.of("model", "llama", "api_base", "https://api.groq.com/openai/v1"));
    assertThat(made.provider()).isEqualTo("groq");
    assertThat(header(made, "authorization")).isEqualTo("Bearer gsk-env");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nobody-knows-it", "nobody/knows-it", "/x", "api.groq.com.evil.test/x"})
  void aModelOfNoProviderIsRefusedWithLitellmsWords(String model) {
    assertThatThrownBy(() -> build(model))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("model: LLM Provider NOT provided.");
  }

  @Test
  void keyAndBaseComeFromTheConfigThenTheEnvironmentThenTheRow() {
    environment.put("OPENAI_API_BASE", "https://second.test/v1/");
    environment.put("OPENAI_API_KEY", "sk-env");
    Deployment byEnvironment = build(Map.of("model", "openai/x"));
    assertThat(chat(byEnvironment)).isEqualTo("https://second.test/v1/chat/completions");
    assertThat(header(byEnvironment, "authorization")).isEqualTo("Bearer sk-env");
    environment.put("OPENAI_BASE_URL", "https://first.test/v1");
    assertThat(build(Map.of("model", "openai/x")).apiBase()).isEqualTo("https://first.test/v1");
    assertThat(chat(build("openai/x"))).isEqualTo("https://up.test/v1/chat/completions");
    environment.clear();
    assertThat(uri(build(Map.of("model", "openai/x")), Operation.RESPONSES))
        .isEqualTo("https://api.openai.com/v1/responses");
  }

  @Test
  void aMissingKeyIsAWarningThatNamesTheVariables() {
    DeploymentSource made = source("m", Map.of("model", "openai/x"), Map.of());
    assertThat(made.warnings())
        .containsExactly("api_key: none is given, and OPENAI_API_KEY is not set");
    assertThat(made.forModel("m").headers()).isEmpty();
    assertThat(
            source("m", Map.of("model", "hosted_vllm/x", "api_base", "http://v:8000/v1"), Map.of())
                .warnings())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://r.test, 2024-10-21, https://r.test/openai/deployments/dep/chat/completions?api-version=2024-10-21",
    "https://r.test/, '', https://r.test/openai/deployments/dep/chat/completions?api-version=2025-02-01-preview",
    "https://r.test, v1, https://r.test/openai/v1/chat/completions",
    "https://r.test/openai/v1, '', https://r.test/openai/v1/chat/completions",
    "https://r.test/openai/deployments/other, 2024-06-01,"
        + " https://r.test/openai/deployments/other/chat/completions?api-version=2024-06-01",
    "https://r.test/openai/deployments/o/chat/completions?api-version=2023-05-15, '',"
        + " https://r.test/openai/deployments/o/chat/completions?api-version=2023-05-15",
  })
  void azureNamesTheDeploymentInThePath(String base, String version, String uri) {
    Deployment made =
        build(
            Map.of(
                "model", "azure/dep", "api_base", base, "api_key", "az", "api_version", version));
    assertThat(chat(made)).isEqualTo(uri);
    assertThat(header(made, "api-key")).isEqualTo("az");
    assertThat(made.headers()).doesNotContainKey("authorization");
  }

  @ParameterizedTest
  @CsvSource({
    "2024-10-21, 2025-02-01-preview",
    "2025-03-01-preview, 2025-03-01-preview",
    "2099-01-01, 2099-01-01",
    "odd, odd"
  })
  void azureTranscribesWithNoOlderVersionThanLiteLlms(String configured, String sent) {
    Deployment made =
        build(
            Map.of(
                "model",
                "azure/dep",
                "api_base",
                "https://r.test",
                "api_key",
                "az",
                "api_version",
                configured));
    assertThat(uri(made, Operation.TRANSCRIPTION)).endsWith("?api-version=" + sent);
    assertThat(chat(made)).endsWith("?api-version=" + configured);
  }

  @Test
  void azureTakesItsVersionFromTheEnvironmentAndATokenInsteadOfAKey() {
    environment.put("AZURE_API_VERSION", "2024-02-01");
    environment.put("AZURE_AD_TOKEN", "tok");
    Deployment made = build(Map.of("model", "azure/dep", "api_base", "https://r.test"));
    assertThat(uri(made, Operation.RESPONSES))
        .isEqualTo("https://r.test/openai/responses?api-version=2024-02-01");
    assertThat(header(made, "authorization")).isEqualTo("Bearer tok");
  }

  @Test
  void anAzureDeploymentCannotLeaveItsSegmentOfThePath() {
    assertThat(chat(build("azure/../../x?y#z")))
        .startsWith("https://up.test/v1/openai/deployments/..%2F..%2Fx%3Fy%23z/chat/completions?");
  }

  @ParameterizedTest
  @CsvSource({
    "azure_ai/m, https://up.test, https://up.test/chat/completions, authorization",
    "azure_ai/m, https://a.services.ai.azure.com,"
        + " https://a.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview, api-key",
    "docker_model_runner/m, http://h:1/e, http://h:1/e/v1/chat/completions, authorization",
    "heroku/m, https://h.test/v1, https://h.test/v1/chat/completions, authorization",
    "sarvam/m, https://h.test/v1, https://h.test/v1/chat/completions, api-subscription-key",
    "ragflow/agent/a1/m, https://h.test, https://h.test/api/v1/agents_openai/a1/chat/completions, authorization",
    "baseten/abcd1234, https://inference.baseten.co/v1,"
        + " https://model-abcd1234.api.baseten.co/environments/production/sync/v1/chat/completions, authorization",
    "openai/m, https://h.test/v1/chat/completions, https://h.test/v1/chat/completions, authorization",
    "openai/m, https://h.test/v1?tenant=a, https://h.test/v1/chat/completions?tenant=a, authorization",
  })
  void eachProviderHasItsPathAndItsHeader(String model, String base, String uri, String header) {
    Deployment made = build(Map.of("model", model, "api_base", base, "api_key", "k"));
    assertThat(chat(made)).isEqualTo(uri);
    assertThat(made.headers()).containsKey(header);
  }

  @Test
  void textCompletionProvidersOfferOnlyThat() {
    assertThat(build("text-completion-openai/x").routes().keySet())
        .containsExactly(Operation.COMPLETION, Operation.PASS_THROUGH);
    assertThat(uri(build("text-completion-codestral/x"), Operation.COMPLETION))
        .isEqualTo("https://up.test/v1/fim/completions");
    assertThat(build("openai/responses/o3-pro").routes().get(Operation.CHAT))
        .extracting(Route::operation)
        .isEqualTo(Operation.RESPONSES);
    assertThat(build("openai/responses/o3-pro").model()).isEqualTo("o3-pro");
  }

  @Test
  void aKeyFromTheEnvironmentStaysWithItsOwnProvider() {
    environment.put("NADIR_API_KEY", "nk");
    assertThat(header(build(Map.of("model", "nadir/x")), "authorization")).isEqualTo("Bearer nk");
    assertThat(build(Map.of("model", "nadir/x", "api_base", "https://else.test")).headers())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest",
        "http://169.254.170.2",
        "http://[fe80::1]/v1",
        "http://[::ffff:169.254.169.254]/",
        "http://metadata.google.internal/v1",
        "http://metadata.google.internal./v1",
        "http://METADATA/v1",
        "http://2852039166/v1",
        "http://0xA9FEA9FE/v1",
        "http://0251.0376.0251.0376/v1",
        "http://169.16689662/v1",
        "http://100.100.100.200/v1",
        "http://[fd00:ec2::254]/v1",
      })
  void addressesWhereCloudsKeepCredentialsAreRefused(String base) {
    assertThatThrownBy(() -> build(Map.of("model", "openai/x", "api_base", base, "api_key", "k")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("api_base: ");
  }

  @Test
  void aLinkLocalAddressCanBeAllowedByName() {
    Map<String, Object> params =
        Map.of(
            "model",
            "openai/x",
            "api_base",
            "http://169.254.1.9:8000/v1",
            "allow_link_local",
            true);
    assertThat(chat(build(params))).isEqualTo("http://169.254.1.9:8000/v1/chat/completions");
    assertThat(build(params).rules().defaults()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:4601/v1",
        "http://10.1.2.3/v1",
        "http://[::1]:8000",
        "http://vllm:8000/v1"
      })
  void privateAddressesAreNormal(String base) {
    assertThat(build(Map.of("model", "openai/x", "api_base", base)).routes()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://x.test",
        "x.test/v1",
        "https://user:pw@x.test",
        "https://x.test/#a",
        "not an address"
      })
  void anAddressThatIsNoneIsRefused(String base) {
    assertThatThrownBy(() -> build(Map.of("model", "openai/x", "api_base", base)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("api_base: ")
        .hasMessageNotContaining("pw@");
  }

  @Test
  void unknownParametersAreDefaultsOfTheRequestAndLitellmsOwnAreNot() {
    Map<String, Object> params = new LinkedHashMap<>();
    params.put("model", "openai/x");
    params.put("temperature", new BigDecimal("0.1"));
    params.put("max_tokens", 33L);
    params.put("top_k", 5);
    params.put("stop", List.of("a", "b\""));
    params.put("rpm", 5);
    params.put("input_cost_per_token", "1e-6");
    params.put("aws_secret_access_key", "aws");
    params.put("some_new_token", "tok");
    params.put("vertex_credentials", "{}");
    params.put("extra_body", Map.of("vendor", Map.of("a", 1)));
    Deployment made = build(params);
    assertThat(made.rules().defaults())
        .containsExactly(
            Map.entry("temperature", "0.1"),
            Map.entry("max_tokens", "33"),
            Map.entry("top_k", "5"),
            Map.entry("stop", "[\"a\",\"b\\\"\"]"));
    assertThat(made.rules().extraBody()).containsExactly(Map.entry("vendor", "{\"a\":1}"));
  }

  @Test
  void rulesOfTheRowAndOfTheEntryComeTogether() {
    var perplexity =
        build(
            Map.of(
                "model",
                "perplexity/sonar",
                "drop_params",
                true,
                "allowed_openai_params",
                List.of("tools"),
                "additional_drop_params",
                List.of("user")));
    assertThat(perplexity.rules().unsupported()).contains("tool_choice").doesNotContain("tools");
    assertThat(perplexity.rules().dropUnsupported()).isTrue();
    assertThat(perplexity.rules().dropped()).containsExactlyInAnyOrder("user", "stream_options");
    assertThat(perplexity.rules().developerAsSystem()).isTrue();
    assertThat(build("openai/gpt-4o").rules().developerAsSystem()).isFalse();
    assertThat(build("azure/gpt-4o").rules().developerAsSystem()).isTrue();
    assertThat(build("xai/grok-3").rules().renames())
        .containsEntry("max_completion_tokens", "max_tokens");
    assertThat(build("deepseek/x").rules().renames()).isEmpty();
    assertThat(build("xai/grok-4").rules().unsupported()).contains("stop", "frequency_penalty");
    assertThat(build("xai/grok-3").rules().unsupported()).isEmpty();
    assertThat(build("groq/x").rules().quirks())
        .contains("json_schema_as_tool", "service_tier_auto");
  }

  @Test
  void limitsAreReadFromNumbersAndTexts() {
    var limits =
        build(
                Map.of(
                    "model", "openai/x",
                    "rpm", "60",
                    "tpm", 1000,
                    "weight", 2,
                    "order", 1,
                    "timeout", new BigDecimal("1.5"),
                    "stream_timeout", 3,
                    "num_retries", 0,
                    "cooldown_time", 0,
                    "max_parallel_requests", 4))
            .limits();
    assertThat(limits.requestsPerMinute()).isEqualTo(60);
    assertThat(limits.weight()).isEqualTo(2.0);
    assertThat(limits.timeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(limits.cooldown()).isEqualTo(Duration.ZERO);
    assertThat(limits.parallelRequests()).isEqualTo(4);
  }

  @ParameterizedTest
  @CsvSource({
    "rpm, x",
    "rpm, 1.5",
    "rpm, -1",
    "timeout, 0",
    "timeout, 1e99",
    "num_retries, 99999999999",
    "input_cost_per_token, -1",
    "input_cost_per_token, 1e-999999999",
    "weight, NaN",
    "drop_params, maybe",
    "tags, x",
    "extra_headers, x",
    "additional_drop_params, x",
    "extra_body, x"
  })
  void aWrongValueIsRefusedByTheNameOfItsKey(String key, String value) {
    assertThatThrownBy(() -> build(Map.of("model", "openai/x", key, value)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(key + ": expected ");
  }

  @ParameterizedTest
  @CsvSource({"host, x", "Content-Length, 1", "'a b', x", "transfer-encoding, chunked"})
  void headersThatFrameTheMessageAreNotTheOperatorsToSet(String name, String value) {
    assertThatThrownBy(
            () -> build(Map.of("model", "openai/x", "extra_headers", Map.of(name, value))))
        .hasMessageStartingWith("extra_headers: '");
  }

  @Test
  void aHeaderCannotCarryASecondOne() {
    assertThatThrownBy(() -> build(Map.of("model", "openai/x", "api_key", "k\r\nx-evil: 1 s3cret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void extraHeadersAndOrganizationAreSent() {
    environment.put("OPENAI_ORGANIZATION", "org-env");
    Deployment made = build(Map.of("model", "openai/x", "extra_headers", Map.of("X-Tenant", "t9")));
    assertThat(header(made, "x-tenant")).isEqualTo("t9");
    assertThat(header(made, "openai-organization")).isEqualTo("org-env");
    assertThat(
            header(
                build(Map.of("model", "openai/x", "organization", "org-1")), "openai-organization"))
        .isEqualTo("org-1");
  }

  private static Price of(Pricing pricing, Item item) {
    return pricing.rates(null, 0).price(item);
  }

  @Test
  void pricesOfOnesOwnReplaceTheKnownOnes() {
    Pricing known = price(build("openai/gpt-4o"));
    assertThat(of(known, Item.CACHE_READ)).isEqualTo(Price.of("0.00000125"));
    Pricing own =
        price(
            build(
                Map.of("model", "openai/gpt-4o", "input_cost_per_token", new BigDecimal("0.001"))));
    assertThat(of(own, Item.INPUT).dollars()).isEqualByComparingTo("0.001");
    assertThat(of(own, Item.OUTPUT).dollars()).isEqualByComparingTo("0.00001");
    assertThat(own.prices()).doesNotContainKey(Pricing.Name.of(Item.CACHE_READ));
    Pricing cheaperCache =
        price(build(Map.of("model", "openai/gpt-4o", "cache_read_input_token_cost", "1e-9")));
    assertThat(of(cheaperCache, Item.CACHE_READ)).isEqualTo(Price.of("1e-9"));
    assertThat(of(cheaperCache, Item.INPUT)).isEqualTo(of(known, Item.INPUT));
    assertThat(build("openai/private").pricing()).isNull();
  }

  @Test
  void longPromptPricesAndBaseModelAreRead() {
    Pricing tiered =
        price(
            build(
                Map.of(
                    "model", "openai/x",
                    "input_cost_per_token", "1e-6",
                    "output_cost_per_token", "2e-6",
                    "input_cost_per_token_above_200k_tokens", "3e-6")));
    assertThat(tiered.rates(null, 200_001).price(Item.INPUT)).isEqualTo(Price.of("3e-6"));
    Deployment azure =
        source(
                "m",
                Map.of("model", "azure/dep", "api_base", "https://r.test", "api_key", "k"),
                Map.of("base_model", "gpt-4o"))
            .forModel("m");
    assertThat(azure.pricing()).isNotNull();
  }

  @Test
  void theIdIsTheOperatorsElseTheSameForTheSameEntry() {
    assertThat(source("m", Map.of("model", "openai/x"), Map.of("id", "mine")).forModel("m").id())
        .isEqualTo("mine");
    Map<String, Object> one = new LinkedHashMap<>();
    one.put("model", "openai/x");
    one.put("api_key", "k1");
    Map<String, Object> turned = new LinkedHashMap<>();
    turned.put("api_key", "k1");
    turned.put("model", "openai/x");
    assertThat(build(one).id()).isEqualTo(build(turned).id()).matches("[0-9a-f]{64}");
    assertThat(build(Map.of("model", "openai/x", "api_key", "k2")).id())
        .isNotEqualTo(build(one).id());
    assertThat(source("other", one, Map.of()).forModel("other").id()).isNotEqualTo(build(one).id());
  }

  @Test
  void infoHasFactsAndTheOperatorsWordsAndNoSecret() {
    Deployment made =
        source(
                "m",
                Map.of("model", "openai/gpt-4o", "api_key", "sk-s3cret"),
                Map.of("max_tokens", 7, "access_groups", List.of("g")))
            .forModel("m");
    assertThat(made.info())
        .containsEntry("mode", "chat")
        .containsEntry("max_tokens", 7)
        .containsEntry("litellm_provider", "openai")
        .containsEntry("id", made.id());
    assertThat(made.info().toString()).doesNotContain("s3cret");
  }

  @ParameterizedTest
  @CsvSource({
    "wild/*, openai/*, wild/gpt-4o, openai, gpt-4o",
    "wild/*, openai/*, wild/a/b:c, openai, a/b:c",
    "openai/*, openai/*, openai/zzz, openai, zzz",
    "*, openai/*, gpt-4o, openai, gpt-4o",
    "*, openai/*, openai/gpt-4o, openai, gpt-4o",
    "*, *, groq/llama, groq, llama",
    "a/gpt-*, openai/gpt-*, a/gpt-4o, openai, gpt-4o",
    "gpt-*, openai/gpt-4o-mini, gpt-5, openai, gpt-4o-mini",
    "x-*-y-*, openai/*/*, x-1-y-2, openai, 1/2",
  })
  void aWildcardPutsWhatItMatchedIntoTheModel(
      String name, String model, String requested, String provider, String sent) {
    DeploymentSource made = source(name, Map.of("model", model, "api_key", "k"), Map.of());
    assertThat(made.wildcard()).isTrue();
    Deployment deployment = made.forModel(requested);
    assertThat(deployment.provider()).isEqualTo(provider);
    assertThat(deployment.model()).isEqualTo(sent);
    assertThat(deployment.group()).isEqualTo(name);
    assertThat(made.forModel(requested).id()).isEqualTo(deployment.id());
  }

  @Test
  void aMistakeInAWildcardShowsWhenItIsLoaded() {
    assertThatThrownBy(() -> source("x/*", Map.of("model", "lm_studio/*"), Map.of()))
        .hasMessageStartingWith("api_base: required");
    assertThatThrownBy(() -> source("x/*", Map.of("model", "watsonx/*"), Map.of()))
        .isInstanceOf(UnsupportedProvider.class);
    assertThatThrownBy(() -> source("plain", Map.of("model", "openai/*"), Map.of()))
        .hasMessageStartingWith("model: ");
    assertThatThrownBy(() -> source("*", Map.of("model", "*"), Map.of()).forModel("nobody/x"))
        .hasMessageContaining("LLM Provider NOT provided");
  }

  @Test
  void aMockNeedsNoProviderThatCanBeCalled() {
    Deployment text = build(Map.of("model", "anthropic/claude", "mock_response", "hi"));
    assertThat(text.mockResponse()).isEqualTo("hi");
    assertThat(text.routes()).containsKeys(Operation.CHAT, Operation.RESPONSES);
    assertThat(
            build(Map.of("model", "openai/e", "mock_response", List.of(0.1, 0.2))).mockResponse())
        .isEqualTo("[0.1,0.2]");
  }

  @Test
  void aTokenOfASubscriptionIsNoKey() {
    assertThat(header(build(Map.of("model", "anthropic/c", "api_key", "sk-ant-k")), "x-api-key"))
        .isEqualTo("sk-ant-k");
    Deployment token = build(Map.of("model", "anthropic/c", "api_key", "sk-ant-oat01-t"));
    assertThat(header(token, "authorization")).isEqualTo("Bearer sk-ant-oat01-t");
    assertThat(header(token, "anthropic-beta")).isEqualTo("oauth-2025-04-20");
    assertThat(token.headers()).doesNotContainKey("x-api-key");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.test",
        "https://a.test/v1",
        "https://a.test/v1/messages",
        "https://a.test/"
      })
  void anthropicsAddressIsCompletedFromWhatThereIs(String base) {
    assertThat(uri(build(Map.of("model", "anthropic/c", "api_base", base)), Operation.MESSAGES))
        .isEqualTo("https://a.test/v1/messages");
  }

  @ParameterizedTest
  @CsvSource({
    "bedrock/anthropic.claude-v2:1, us-west-2, anthropic.claude-v2%3A1",
    "bedrock/converse/us.amazon.nova-lite-v1:0, us-west-2, us.amazon.nova-lite-v1%3A0",
    "bedrock/eu-central-1/amazon.nova-pro-v1:0, eu-central-1, amazon.nova-pro-v1%3A0",
    "bedrock/arn:aws:bedrock:us-east-2:1:inference-profile/x, us-east-2,"
        + " arn%3Aaws%3Abedrock%3Aus-east-2%3A1%3Ainference-profile%2Fx"
  })
  void bedrocksModelsNameTheirRegionInManyWays(String model, String region, String id) {
    Deployment made =
        build(
            Map.of("model", model, "aws_access_key_id", "AKIA", "aws_secret_access_key", "s3cret"));
    String runtime = "https://bedrock-runtime." + region + ".amazonaws.com/model/" + id;
    assertThat(uri(made, Operation.CONVERSE)).isEqualTo(runtime + "/converse");
    assertThat(made.signing()).isNotNull();
    assertThat(made.toString()).doesNotContain("s3cret");
  }

  @Test
  void bedrockTakesAKeyOfItsOwnOrAwsKeysAndSaysWhatIsMissing() {
    Deployment keyed = build(Map.of("model", "bedrock/amazon.nova-pro-v1:0", "api_key", "bk"));
    assertThat(header(keyed, "authorization")).isEqualTo("Bearer bk");
    assertThat(keyed.signing()).isNull();
    assertThatThrownBy(() -> build(Map.of("model", "bedrock/x", "aws_access_key_id", "AKIA")))
        .hasMessageStartingWith("aws_secret_access_key: required");
  }

  @Test
  void messagesGoToClaudeByInvokeAndToOthersByConverse() {
    Map<String, String> keys = Map.of("aws_access_key_id", "a", "aws_secret_access_key", "s");
    Map<String, Object> claude = new HashMap<>(keys);
    claude.put("model", "bedrock/anthropic.claude-v2");
    Map<String, Object> nova = new HashMap<>(keys);
    nova.put("model", "bedrock/amazon.nova-pro-v1:0");
    assertThat(build(claude).routes().get(Operation.MESSAGES))
        .extracting(Route::operation)
        .isEqualTo(Operation.INVOKE);
    assertThat(build(nova).routes().get(Operation.MESSAGES))
        .extracting(Route::operation)
        .isEqualTo(Operation.CONVERSE);
    assertThat(build(nova).routes().get(Operation.CHAT))
        .extracting(Route::operation)
        .isEqualTo(Operation.CONVERSE);
  }

  @Test
  void keysInTheEnvironmentBecomeModels() {
    Deployments deployments = new Deployments(CATALOGUE, environment::get, MODELS, Defaults.NONE);
    assertThat(deployments.fromEnvironment())
        .containsExactly(new AutoModel("echo", Map.of("model", "echo/echo")));
    Deployment echo = build(Map.of("model", "echo/echo"));
    assertThat(echo.provider()).isEqualTo("echo");
    environment.put("GROQ_API_KEY", "g");
    environment.put("AZURE_API_KEY", "needs a base too");
    environment.put("REPLICATE_API_KEY", "not yet");
    environment.put("XAI_API_KEY", " ");
    assertThat(deployments.fromEnvironment())
        .containsExactly(new AutoModel("groq/*", Map.of("model", "groq/*")));
    environment.put("OPENAI_API_KEY", "o");
    assertThat(deployments.fromEnvironment())
        .extracting(AutoModel::modelName)
        .containsExactly("groq/*", "openai/*", "*");
  }

  @Test
  void defaultsOfTheRouterFillWhatAnEntryLeavesOut() {
    var defaults = new Defaults(true, Map.of("timeout", 9, "api_key", "shared"));
    Deployment made =
        new Deployments(CATALOGUE, environment::get, MODELS, defaults)
            .build("m", Map.of("model", "openai/x", "timeout", 3), Map.of())
            .forModel("m");
    assertThat(made.limits().timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(header(made, "authorization")).isEqualTo("Bearer shared");
    assertThat(made.rules().dropUnsupported()).isTrue();
  }
}
