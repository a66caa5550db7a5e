"""What the audit log is, without any storage or transport: events, their canonical form, the chain."""
