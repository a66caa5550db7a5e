"""What a language model is asked about a prompt, and what is taken of its answer."""
