package dev.tollgate.ledger;

/** What the ledger says to a call that is let in: it has its money, or it waits for some. */
public sealed interface Admission permits Hold, Waiting {}
