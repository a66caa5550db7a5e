"""What we ask of a manifest although Microsoft's validator lets it pass; each file judges one subject."""
