package dev.tollgate.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.model.Deployment;
import dev.tollgate.provider.Deployments.Defaults;
import dev.tollgate.wire.openai.Quirk;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.load();

  private final Deployments deployments =
      new Deployments(CATALOGUE, _ -> null, ProvidersOnly.NONE, Defaults.NONE);

  private Deployment build(Map<String, Object> params) {
    return deployments.build("m", params, Map.of()).forModel("m");
  }

  private static String modelOf(ProviderRow row) {
    return switch (row.style()) {
      case RAGFLOW -> row.prefix() + "/chat/id/m";
      case BEDROCK -> row.prefix() + "/anthropic.claude-m";
      default -> row.prefix() + "/m";
    };
  }

  @TestFactory
  List<DynamicTest> everyProviderThatCanBeCalledHasAnAddressAndSendsItsKey() {
    return CATALOGUE.rows().stream()
        .filter(ProviderRow::callable)
        .filter(row -> row.style() != ProviderRow.Style.VERTEX) // no key, and a place by its model
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.prefix(),
                    () -> {
                      Deployment made =
                          build(
                              Map.of(
                                  "model", modelOf(row),
                                  "api_key", "k-secret",
                                  "api_base", "https://up.test/v1"));
                      assertThat(made.routes().keySet()).containsAll(row.operations()).isNotEmpty();
                      assertThat(made.headers().values())
                          .anyMatch(header -> header.reveal().contains("k-secret"));
                      assertThat(made.provider()).isEqualTo(row.prefix());
                      assertThat(made.toString()).doesNotContain("k-secret");
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> aProviderWithoutDefaultAddressSaysThatApiBaseIsRequired() {
    return CATALOGUE.rows().stream()
        .filter(ProviderRow::callable)
        .filter(row -> row.style() != ProviderRow.Style.BEDROCK) // an address for each region
        .filter(row -> row.style() != ProviderRow.Style.VERTEX) // one for each project
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.prefix(),
                    () -> {
                      Map<String, Object> params = Map.of("model", modelOf(row), "api_key", "k");
                      if (row.base() == null || row.base().contains("{")) {
                        assertThatThrownBy(() -> build(params))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageStartingWith(
                                "api_base: required for '" + row.prefix() + "'");
                      } else {
                        assertThat(build(params).apiBase()).isEqualTo(row.base());
                      }
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> aProviderOfAnotherDialectSaysThatItIsNotSupportedYet() {
    return CATALOGUE.rows().stream()
        .filter(row -> !row.callable())
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.prefix(),
                    () ->
                        assertThatThrownBy(() -> build(Map.of("model", row.prefix() + "/m")))
                            .isInstanceOf(UnsupportedProvider.class)
                            .hasMessageContaining("not supported yet")))
        .toList();
  }

  @Test
  void theCatalogueHasEveryCompatibleProvider() {
    assertThat(CATALOGUE.rows().stream().filter(ProviderRow::callable)).hasSizeGreaterThan(105);
  }

  @Test
  void aMisspelledMemberOfARowIsRefused() {
    String row = "[{\"prefix\":\"x\",\"bass\":\"https://x.test\"}]";
    assertThatThrownBy(
            () -> Catalogue.read(new ByteArrayInputStream(row.getBytes(StandardCharsets.UTF_8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bass");
  }

  @Test
  void twoRowsOfOnePrefixAreRefused() {
    String rows = "[{\"prefix\":\"x\"},{\"prefix\":\"x\"}]";
    assertThatThrownBy(
            () -> Catalogue.read(new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8))))
        .hasMessageContaining("stands twice");
  }

  @Test
  void mistralIsToldOfAToolByItsNameWhereTheOperatorAllowsIt() {
    Map<String, Object> params = Map.of("model", "mistral/m", "api_key", "k");
    assertThat(build(params).rules().quirks()).contains(Quirk.TOOL_CHOICE_UNNAMED);
    Map<String, Object> allowing = new HashMap<>(params);
    allowing.put("allowed_openai_params", List.of("tool_choice"));
    assertThat(build(allowing).rules().quirks())
        .contains(Quirk.TOOL_CHOICE_ANY)
        .doesNotContain(Quirk.TOOL_CHOICE_UNNAMED);
  }
}
