"""Who may call: API keys and tokens of an identity provider, and what each of them is allowed."""
