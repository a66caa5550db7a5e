"""The OpenAPI document: what FastAPI derives from the routes, and what it cannot know."""
