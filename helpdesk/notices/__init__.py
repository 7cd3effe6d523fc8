"""Telling people: the outbox, which is the ledger too, and the posting of what waits in it."""
