"""`pcf-generator migrate` where there is nothing to migrate."""

import argparse

import pytest
from pcf_generator.migrate_command import MIGRATE
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.starting import CannotStartError


def test_without_a_database_url_it_says_what_is_missing():
    with pytest.raises(CannotStartError, match=r"PCF_GENERATOR_DATABASE_URL is not set.*SQLite file needs no migrate"):
        MIGRATE.run(GeneratorSettings(), argparse.Namespace())
