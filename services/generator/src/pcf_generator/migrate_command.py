"""`pcf-generator migrate`: brings the shared database to this version's schema, before the instances need it."""

import argparse

from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError

from pcf_generator.settings import GeneratorSettings

__all__ = ["MIGRATE"]


def _run(settings: GeneratorSettings, _asked: argparse.Namespace) -> int:
    url = settings.owner_database_url.get_secret_value() or settings.database_url.get_secret_value()
    if not url:
        raise CannotStartError(
            "PCF_GENERATOR_DATABASE_URL is not set: name the database, as its owner. "
            "A SQLite file needs no migrate; the service itself brings it up to date."
        )
    from pcf_runtime.postgres.commands import migrate  # noqa: PLC0415 - asyncpg is slow to load, and SQLite needs none

    return migrate(url, service="generator")


MIGRATE = Command("bring the database to the schema of this version; safe to repeat", _run)
