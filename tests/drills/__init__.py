"""Drills: the services as processes under load, while what they stand on is killed, stopped or refused.

Each prints its seed and a table, and exits with 1 when anything was lost, doubled or changed.
"""
