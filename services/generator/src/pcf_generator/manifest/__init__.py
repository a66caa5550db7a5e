"""The control's manifest: what it must be, the types that follow from it, and the form that is packed."""
