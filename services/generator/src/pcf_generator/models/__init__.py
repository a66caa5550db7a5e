"""What answers the pipeline's questions about a prompt."""
