/**
 * LiteLLM's management of everything but keys: teams, users, customers, budgets, tags,
 * organisations, access groups. An {@link dev.tollgate.admin.tenant.Entity} says what is different
 * between them.
 *
 * <p>May use what admin may use.
 */
@NullMarked
package dev.tollgate.admin.tenant;

import org.jspecify.annotations.NullMarked;
