package dev.tollgate.access;

import static dev.tollgate.access.KeyTerms.terms;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.tollgate.model.BudgetDay;
import dev.tollgate.model.Caller;
import dev.tollgate.model.Failure;
import dev.tollgate.model.FailureException;
import dev.tollgate.model.Money;
import dev.tollgate.model.Scope;
import dev.tollgate.model.Secret;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final Secret MASTER = Secret.of("sk-master-0123456789");
  private static final Instant START = Instant.parse("2026-11-22T12:12:19.894Z");

  private Instant now = START;
  private final InstantSource clock = () -> now;
  private final MemoryKeyStore store = new MemoryKeyStore();
  private final MemoryTenantStore tenants = new MemoryTenantStore(store);
  private final Access access = access(MASTER);

  private Access access(@Nullable Secret master) {
    Access made = new Access(master, store, tenants, clock, AccessSettings.DEFAULT);
    made.readKeys();
    return made;
  }

  private Secret key(VirtualKey.Terms terms) {
    Secret secret = access.keys().newSecret();
    access.keys().generate(secret, terms, Caller.DEFAULT_USER);
    return secret;
  }

  private static String hash(Secret secret) {
    return Keys.hashOf(secret.reveal());
  }

  private Failure.Unauthenticated refusal(@Nullable String presented) {
    FailureException thrown =
        org.assertj.core.api.Assertions.catchThrowableOfType(
            FailureException.class,
            () -> access.identify(presented == null ? null : Secret.of(presented)));
    assertThat(thrown).as("%s is refused", presented).isNotNull();
    assertThat(thrown.failure()).isInstanceOf(Failure.Unauthenticated.class);
    return (Failure.Unauthenticated) thrown.failure();
  }

  @Test
  void theMasterKeyIsTheAdministrator() {
    Caller caller = access.identify(MASTER);
    assertThat(caller.admin()).isTrue();
    assertThat(caller.keyHash()).isEqualTo("litellm_proxy_master_key");
    assertThat(caller.userId()).isEqualTo("default_user_id");
    assertThat(caller.toString()).doesNotContain("0123456789");
  }

  @Test
  void aVirtualKeyIsItsRow() {
    Secret secret =
        key(
            terms()
                .alias("ci")
                .user("u1")
                .models("up")
                .budget(Money.ofNanos(10), "30d", Instant.parse("2026-12-01T00:00:00Z"))
                .requestsPerMinute(7)
                .build());
    Caller caller = access.identify(secret);
    assertThat(caller.admin()).isFalse();
    assertThat(caller.keyHash()).isEqualTo(hash(secret)).matches("[0-9a-f]{64}");
    assertThat(caller.keyName())
        .isEqualTo("sk-..." + secret.reveal().substring(secret.reveal().length() - 4));
    assertThat(caller.keyAlias()).isEqualTo("ci");
    assertThat(caller.models()).containsExactly("up");
    assertThat(caller.scopes())
        .containsExactly(
            new Scope(
                Scope.Kind.KEY,
                hash(secret),
                caller.keyName(),
                Money.ofNanos(10),
                "30d",
                Instant.parse("2026-12-01T00:00:00Z"),
                new Scope.Rates(7L, null, null),
                false));
  }

  @Test
  void generatedKeysHaveLiteLlmsForm() {
    assertThat(access.keys().newSecret().reveal()).matches("sk-[A-Za-z0-9_-]{22}");
    access.apply(new AccessSettings(null, null, false, BudgetDay.UTC, 32));
    assertThat(access.keys().newSecret().reveal()).matches("sk-[A-Za-z0-9_-]{43}");
    assertThatThrownBy(() -> new AccessSettings(null, null, false, BudgetDay.UTC, 4))
        .hasMessageContaining("LENGTH_OF_LITELLM_GENERATED_KEY");
  }

  @Test
  void noKeyIsNamedAsSuch() {
    for (String nothing : new String[] {null, ""}) {
      assertThat(refusal(nothing))
          .isEqualTo(
              new Failure.Unauthenticated(
                  "Authentication Error, No api key passed in.", "auth_error", "None"));
    }
  }

  @Test
  void whatIsNoKeyIsNotRepeated() {
    assertThat(refusal("notakey"))
        .isEqualTo(
            new Failure.Unauthenticated(
                "LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'.",
                "auth_error",
                "None"));
  }

  @Test
  void anUnknownKeyIsNamedByItsHash() {
    assertThat(refusal("sk-bad"))
        .isEqualTo(
            new Failure.Unauthenticated(
                "Authentication Error, Invalid proxy server token passed. Received API Key ="
                    + " sk-..., Key Hash (Token)"
                    + " =3f23a3100c3183021be4f433982d93c1f20ea652ad60ef8cbe04abfe8a5a0dcf. Unable"
                    + " to find token in cache or `LiteLLM_VerificationTokenTable`",
                "token_not_found_in_db",
                "key"));
  }

  @Test
  void theHashOfAKeyIsNoKey() {
    Secret secret = key(VirtualKey.Terms.OPEN);
    assertThat(refusal(hash(secret)).type()).isEqualTo("auth_error");
  }

  @Test
  void aBlockedKeyIsRefusedFromTheNextCallOn() {
    Secret secret = key(VirtualKey.Terms.OPEN);
    access.keys().block(hash(secret), true, "admin");
    assertThat(refusal(secret.reveal()))
        .isEqualTo(
            new Failure.Unauthenticated(
                "Authentication Error, Key is blocked. Update via `/key/unblock` if you're an"
                    + " admin.",
                "auth_error",
                "None"));
    access.keys().block(hash(secret), false, "admin");
    assertThat(access.identify(secret).admin()).isFalse();
  }

  @Test
  void aKeyEndsAtItsExpiry() {
    Secret secret = Secret.of("sk-TUdavdFSLb_Ulg5c-2NmwQ");
    access.keys().generate(secret, terms().expires(START.plusMillis(1)).build(), "admin");
    assertThat(access.identify(secret)).isNotNull();
    now = START.plusMillis(1);
    assertThat(refusal(secret.reveal()).type()).isEqualTo("expired_key");
    now = Instant.parse("2026-11-22T12:12:21.015626Z");
    assertThat(refusal(secret.reveal()))
        .isEqualTo(
            new Failure.Unauthenticated(
                "Authentication Error - Expired Key. Key Expiry time 2026-11-22"
                    + " 12:12:19.895000+00:00 and current time 2026-11-22 12:12:21.015626+00:00",
                "expired_key",
                "sk-...eed8"));
    now = Instant.parse("2026-11-22T12:12:22Z");
    assertThat(refusal(secret.reveal()).message())
        .endsWith("current time 2026-11-22 12:12:22+00:00");
  }

  @Test
  void withoutAMasterKeyNobodyIsAdministrator() {
    Access open = access(null);
    assertThatThrownBy(() -> open.identify(MASTER)).isInstanceOf(FailureException.class);
    Secret secret = open.keys().newSecret();
    open.keys().generate(secret, VirtualKey.Terms.OPEN, "x");
    assertThat(open.identify(secret).admin()).isFalse();
  }

  @Test
  void nobodyCanMakeTheMasterKeyAVirtualKey() {
    assertThatThrownBy(() -> access.keys().generate(MASTER, VirtualKey.Terms.OPEN, "x"))
        .isInstanceOf(TakenException.class);
    assertThat(access.identify(MASTER).admin()).isTrue();
  }

  @Test
  void theProxysBudgetIsAScopeOfEveryCaller() {
    Secret secret = key(VirtualKey.Terms.OPEN);
    access.apply(new AccessSettings(Money.ofNanos(5), "1d", true, BudgetDay.UTC, 16));
    for (Secret each : List.of(MASTER, secret)) {
      Scope proxy = access.identify(each).scopes().getLast();
      assertThat(proxy.kind()).isEqualTo(Scope.Kind.PROXY);
      assertThat(proxy.budgetMax()).isEqualTo(Money.ofNanos(5));
      assertThat(proxy.budgetResetAt()).isEqualTo("2026-11-23T00:00:00Z");
    }
    assertThat(access.identify(secret).scopes()).hasSize(2).allMatch(Scope::strict);
    access.apply(AccessSettings.DEFAULT);
    assertThat(access.identify(secret).scopes()).hasSize(1);
  }

  @Test
  void keysAreThereAgainAfterARestart() {
    Secret secret = key(terms().models("up").build());
    Access restarted = access(MASTER);
    assertThat(restarted.identify(secret)).isEqualTo(access.identify(secret));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                          | anything        | true",
        "up                        | up              | true",
        "up                        | upper           | false",
        "up;down                   | down            | true",
        "openai/*                  | openai/gpt-4o   | true",
        "openai/*                  | openai/         | true",
        "openai/*                  | openai          | false",
        "openai/*                  | azure/gpt-4o    | false",
        "openai/*                  | x/openai/gpt-4o | false",
        "*                         | what/ever       | true",
        "gpt-4*-mini               | gpt-4o-mini     | true",
        "gpt-4*-mini               | gpt-4o          | false",
        "a.c                       | abc             | false",
        "all-proxy-models          | anything        | true",
        "all-team-models           | anything        | true",
        "all-team-models;up        | down            | false",
        "no-default-models         | anything        | false",
        "no-default-models;up      | up              | true",
        "grp-a                     | mock-gpt        | true",
        "grp-b                     | mock-gpt        | false",
        "grp-*                     | mock-gpt        | false",
      })
  void modelsAreGrantedByNameWildcardOrGroup(
      @Nullable String granted, String model, boolean allowed) {
    Set<String> groups = model.equals("mock-gpt") ? Set.of("grp-a") : Set.of();
    String[] models = granted == null ? new String[0] : granted.split(";", -1);
    Caller caller = access.identify(key(terms().models(models).build()));
    assertThat(access.sees(caller, model, groups)).isEqualTo(allowed);
    if (allowed) {
      assertThatCode(() -> access.mayUse(caller, model, groups, List.of()))
          .doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> access.mayUse(caller, model, groups, List.of()))
          .asInstanceOf(type(FailureException.class))
          .extracting(FailureException::failure)
          .isEqualTo(
              new Failure.ModelDenied(
                  "The requested model '"
                      + model
                      + "' is not available for this API key, or the model name is invalid. Check"
                      + " the models available to you and try again.",
                  "key_model_access_denied"));
    }
    Caller admin = access.identify(MASTER);
    access.mayUse(admin, model, groups, List.of());
    assertThat(access.sees(admin, model, groups)).isTrue();
  }

  @Test
  void anAliasIsGrantedByItsTarget() {
    Caller caller = access.identify(key(terms().models("up").modelAlias("mine", "up").build()));
    access.mayUse(caller, "mine", Set.of(), List.of());
    access.mayUse(caller, "routers-alias", Set.of(), List.of("up"));
    assertThatThrownBy(() -> access.mayUse(caller, "other", Set.of(), List.of("down")))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void aKeyOfATeamDoesNotGetAllModelsForTheTeams() {
    Caller caller = access.identify(key(terms().team("t").models("all-team-models").build()));
    assertThatThrownBy(() -> access.mayUse(caller, "up", Set.of(), List.of()))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void aPatternOfManyStarsIsMatchedFast() {
    String pattern = "*a".repeat(120) + "b";
    Caller caller = access.identify(key(terms().models(pattern).build()));
    org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(2),
        () -> assertThat(access.sees(caller, "a".repeat(20_000), Set.of())).isFalse());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                   | /v1/chat/completions | llm_api_routes        | true",
        "/v1/models         | /v1/models           | llm_api_routes        | true",
        "/v1/models         | /v1/chat/completions | llm_api_routes        | false",
        "/v1/models         | /v1/models/x         | llm_api_routes        | false",
        "/v1/*              | /v1/chat/completions | llm_api_routes        | true",
        "/v1/*              | /v11/models          | llm_api_routes        | false",
        "llm_api_routes     | /v1/chat/completions | llm_api_routes        | true",
        "llm_api_routes     | /v1/messages         | anthropic_routes      | true",
        "llm_api_routes     | /key/info            | info_routes           | false",
        "openai_routes      | /v1/chat/completions | llm_api_routes        | true",
        "openai_routes      | /v1/messages         | anthropic_routes      | false",
        "info_routes        | /key/info            | info_routes           | true",
        "info_routes        | /v1/chat/completions | llm_api_routes        | false",
        "management_routes  | /key/info            | info_routes           | true",
        "management_routes  | /model/info          | info_routes           | false",
        "spend_tracking_routes | /spend/logs       | spend_tracking_routes | true",
      })
  void routesAreGrantedByPathPrefixOrGroup(
      @Nullable String granted, String path, String group, boolean allowed) {
    String[] routes = granted == null ? new String[0] : new String[] {granted};
    Caller caller = access.identify(key(terms().routes(routes).build()));
    if (allowed) {
      assertThatCode(() -> access.mayCall(caller, path, group)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> access.mayCall(caller, path, group))
          .asInstanceOf(type(FailureException.class))
          .extracting(FailureException::failure)
          .isInstanceOf(Failure.RouteDenied.class);
    }
    access.mayCall(access.identify(MASTER), path, group);
  }

  @Test
  void aDeniedRouteIsAnsweredWithPythonsList() {
    Caller caller = access.identify(key(terms().routes("/v1/models", "it's").build()));
    assertThatThrownBy(() -> access.mayCall(caller, "/v1/chat/completions", "llm_api_routes"))
        .hasMessage(
            "Virtual key is not allowed to call this route. Only allowed to call routes:"
                + " ['/v1/models', \"it's\"]. Tried to call route: /v1/chat/completions");
  }

  @Test
  void anAdministratorsRouteIsRefusedWithRoleAndMaskedUser() {
    Caller nobody = access.identify(key(VirtualKey.Terms.OPEN));
    assertThat(Access.adminOnly(nobody, "/key/generate"))
        .isEqualTo(
            new Failure.Unauthenticated(
                "Authentication Error, Only proxy admin can be used to generate, delete, update"
                    + " info for new keys/users/teams. Route=/key/generate. Your role=unknown."
                    + " Your user_id=*******",
                "auth_error",
                "None"));
    Caller user =
        access.identify(key(terms().user("f74a6500-c4cd-41ce-880b-db50ecfd773c").build()));
    assertThat(Access.adminOnly(user, "/team/new").message())
        .endsWith(
            "Route=/team/new. Your role=internal_user. Your"
                + " user_id=f74a65****************************3c");
  }
}
