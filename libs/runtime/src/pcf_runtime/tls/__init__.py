"""Mutual TLS between services: who one is, who is let in, and how certificates change while it serves."""
