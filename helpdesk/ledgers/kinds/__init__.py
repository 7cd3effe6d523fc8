"""What can be imported: one small file for each kind of ledger."""
