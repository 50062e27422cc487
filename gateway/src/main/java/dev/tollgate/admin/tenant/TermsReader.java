package dev.tollgate.admin.tenant;

import dev.tollgate.access.Allowance;
import dev.tollgate.access.Tenant.Terms;
import dev.tollgate.admin.form.AllowanceReader;
import dev.tollgate.admin.form.Form;
import dev.tollgate.model.BudgetDay;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Turns a request into a tenant's terms: what it sends changes, what it leaves out stays. */
final class TermsReader {
  private final Entity entity;
  private final Form form;
  private final AllowanceReader shared;

  TermsReader(Entity entity, Form form, Instant now, BudgetDay day) {
    this.entity = entity;
    this.form = form;
    this.shared = new AllowanceReader(form, entity.fields(), now, day);
  }

  Terms applied(Terms old) {
    ObjectNode metadata = shared.metadata(old.metadata());
    AllowanceReader.strict(metadata);
    ObjectNode extras = shared.extras(old.extras());
    Allowance allowance = entity.budgeted() ? old.allowance() : shared.applied(old.allowance());
    return new Terms(
        text(entity.aliasName(), old.alias()),
        entity.parentName() == null ? old.parentId() : text(entity.parentName(), old.parentId()),
        old.memberId(),
        text("budget_id", old.budgetId()),
        text("user_role", old.role()),
        texts(models(), old.models()),
        form.has("blocked") ? Boolean.TRUE.equals(form.flag("blocked")) : old.blocked(),
        allowance,
        AllowanceReader.bounded("metadata", metadata),
        AllowanceReader.bounded("the further fields", extras));
  }

  private String models() {
    return entity.fields().containsKey("allowed_models") ? "allowed_models" : "models";
  }

  private @Nullable String text(String name, @Nullable String old) {
    return entity.fields().containsKey(name) && form.has(name) ? form.text(name) : old;
  }

  private List<String> texts(String name, List<String> old) {
    return form.has(name) ? form.texts(name) : old;
  }
}
