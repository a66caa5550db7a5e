"""The log without store or transport: events, their canonical form, the tree over them."""
