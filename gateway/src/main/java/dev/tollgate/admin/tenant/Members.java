package dev.tollgate.admin.tenant;

import dev.tollgate.access.BudgetAction;
import dev.tollgate.access.Draft;
import dev.tollgate.access.Tenant;
import dev.tollgate.access.Tenant.Kind;
import dev.tollgate.access.Tenant.Ref;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.Field;
import dev.tollgate.admin.form.Field.Place;
import dev.tollgate.admin.form.Form;
import dev.tollgate.admin.form.Json;
import dev.tollgate.admin.form.RefusedException;
import dev.tollgate.admin.form.Rights;
import dev.tollgate.model.Role;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Who is in a team or an organisation, as requests say it. Thread-safe. */
final class Members {
  private static final int AT_ONCE_MAX = 500;

  private static final Map<String, Field> LIMITS =
      Field.table(
          Field.terms(Field.Kind.NUMBER, "max_budget_in_team", "max_budget_in_organization"),
          Field.terms(Field.Kind.TEXT, "budget_duration", "role", "user_id", "user_email"),
          Field.terms(Field.Kind.INTEGER, "tpm_limit", "rpm_limit"),
          Field.choice("budget_action", Place.TERMS, BudgetAction.words()),
          Field.terms(Field.Kind.TEXTS, "allowed_models"));

  private static final List<String> TEAM_ROLES = List.of("admin", "user");
  private static final List<String> ORGANIZATION_ROLES =
      List.of(Role.ORG_ADMIN.word(), Role.INTERNAL_USER.word(), Role.INTERNAL_USER_VIEWER.word());

  private final Desk desk;

  Members(Desk desk) {
    this.desk = desk;
  }

  /** Somebody named in a request. */
  record Named(@Nullable String userId, @Nullable String email, @Nullable String role) {}

  static Form limits(ObjectNode document) {
    return Form.of(document, LIMITS);
  }

  /** The members that a request names: one, or a list of them. */
  static List<Named> named(@Nullable JsonNode member, Kind kind) {
    if (member == null || member.isNull()) {
      throw Form.missing("member");
    }
    List<Named> all = new ArrayList<>();
    if (member.isArray()) {
      if (member.size() > AT_ONCE_MAX) {
        throw RefusedException.python(
            400, "error", "Maximum " + AT_ONCE_MAX + " members can be added at once.");
      }
      member.forEach(each -> all.add(one(each, kind)));
    } else {
      all.add(one(member, kind));
    }
    return all;
  }

  private static Named one(JsonNode member, Kind kind) {
    Map<String, Field> fields =
        Field.table(
            Field.terms(Field.Kind.TEXT, "user_id", "user_email"),
            Field.choice(
                "role", Place.TERMS, kind == Kind.TEAM_MEMBER ? TEAM_ROLES : ORGANIZATION_ROLES));
    if (!(member instanceof ObjectNode object)) {
      throw RefusedException.invalid(
          List.of(
              new RefusedException.Problem(
                  "model_attributes_type",
                  List.of("body", "member"),
                  "Input should be a valid dictionary or object to extract fields from")));
    }
    Form form = Form.of(object, fields);
    if (form.text("user_id") == null && form.text("user_email") == null) {
      throw RefusedException.invalid(
          List.of(
              new RefusedException.Problem(
                  "value_error",
                  List.of("body", "member"),
                  "Value error, Either user_id or user_email must be provided")));
    }
    return new Named(form.text("user_id"), form.text("user_email"), form.text("role"));
  }

  /** Adds somebody to a group, made a user if there is no such one yet. */
  Tenant add(Draft draft, Kind kind, Tenant group, Named who, Form limits) {
    String userId = userOf(draft, who).orElseGet(() -> newUser(draft, who));
    String role =
        who.role() != null
            ? who.role()
            : kind == Kind.TEAM_MEMBER ? "user" : Role.INTERNAL_USER.word();
    Ref ref = Ref.member(kind, group.id(), userId);
    Tenant there = draft.find(ref).orElse(null);
    if (there != null) {
      throw RefusedException.python(
          400, "error", "User " + userId + " is already a member of " + group.id());
    }
    return draft.make(ref, limited(draft, kind, limits, Terms.member(group.id(), userId, role)));
  }

  /** Changes what somebody in a group has. */
  Tenant change(Draft draft, Kind kind, Tenant member, Form limits) {
    Terms terms = member.terms();
    String role = limits.text("role");
    if (role != null) {
      List<String> roles = kind == Kind.TEAM_MEMBER ? TEAM_ROLES : ORGANIZATION_ROLES;
      if (!roles.contains(role)) {
        throw RefusedException.invalid(
            List.of(
                new RefusedException.Problem(
                    "literal_error",
                    List.of("body", "role"),
                    "Input should be '" + String.join("' or '", roles) + "'")));
      }
      terms = terms.withRole(role);
    }
    return draft.change(member, limited(draft, kind, limits, terms));
  }

  private Terms limited(Draft draft, Kind kind, Form limits, Terms terms) {
    String amount = kind == Kind.TEAM_MEMBER ? "max_budget_in_team" : "max_budget_in_organization";
    Map<String, JsonNode> renamed = new LinkedHashMap<>();
    copy(limits, amount, "max_budget", renamed);
    for (String name : List.of("budget_duration", "budget_action", "tpm_limit", "rpm_limit")) {
      copy(limits, name, name, renamed);
    }
    Terms with = desk.budgeted(draft, Form.empty().with(renamed), terms);
    return limits.has("allowed_models") ? with.withModels(limits.texts("allowed_models")) : with;
  }

  private static void copy(Form from, String name, String as, Map<String, JsonNode> into) {
    if (from.has(name)) {
      JsonNode value = from.get(name);
      into.put(as, value == null ? JsonNodeFactory.instance.nullNode() : value);
    }
  }

  /** The user that is named, by id or by address; empty if there is none. */
  private static Optional<String> userOf(Draft draft, Named who) {
    if (who.userId() != null) {
      return draft.find(Kind.USER, who.userId()).map(Tenant::id);
    }
    return byEmail(draft, who.email());
  }

  /** The user with an address. */
  static Optional<String> byEmail(Draft draft, @Nullable String email) {
    if (email == null) {
      return Optional.empty();
    }
    String quoted = Json.text(JsonNodeFactory.instance.stringNode(email));
    return draft
        .list(
            Kind.USER,
            user ->
                user.terms().extras().contains(quoted)
                    && email.equals(
                        Json.read(user.terms().extras()).path("user_email").asString("")))
        .stream()
        .map(Tenant::id)
        .findFirst();
  }

  private static String newUser(Draft draft, Named who) {
    String userId = who.userId() == null ? Desk.newId() : who.userId();
    ObjectNode extras = Json.object();
    if (who.email() != null) {
      extras.put("user_email", who.email());
    }
    draft.make(
        new Ref(Kind.USER, userId),
        Terms.OPEN.withRole(Role.INTERNAL_USER.word()).withTexts("{}", Json.text(extras)));
    return userId;
  }

  /** The member that a request names. */
  static Tenant found(Draft draft, Kind kind, Tenant group, Form form) {
    String userId = form.text("user_id");
    if (userId == null) {
      userId = byEmail(draft, form.text("user_email")).orElse(null);
    }
    if (userId == null) {
      if (form.text("user_email") == null) {
        throw Form.missing("user_id");
      }
      throw Desk.notFound(kind, String.valueOf(form.text("user_email")));
    }
    String id = userId;
    return draft
        .find(Ref.member(kind, group.id(), userId))
        .orElseThrow(() -> Desk.notFound(kind, id));
  }

  /** Whether only an administrator may give this role in a team or organisation. */
  static boolean isHigh(@Nullable String role) {
    return Rights.TEAM_ADMIN.equals(role) || Role.ORG_ADMIN.word().equals(role);
  }
}
