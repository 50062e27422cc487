/**
 * SQL: one schema and one set of statements for SQLite and PostgreSQL, behind interfaces that
 * access, ledger and limits own.
 *
 * <p>May use those and model.
 */
@NullMarked
package dev.tollgate.store;

import org.jspecify.annotations.NullMarked;
