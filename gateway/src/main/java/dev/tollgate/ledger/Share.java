package dev.tollgate.ledger;

import dev.tollgate.model.Scope;

/** One scope of a call and its account. */
record Share(Scope scope, Account account) {}
