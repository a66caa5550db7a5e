"""`pcf-generator`: serve, check the configuration, or tend what it stands on."""

from pcf_runtime import lifecycle

from pcf_generator.bootstrap import running
from pcf_generator.clearing_commands import ERASE_TENANT, RETAIN
from pcf_generator.lifecycle_command import LIFECYCLE
from pcf_generator.migrate_command import MIGRATE
from pcf_generator.settings import GeneratorSettings

COMMANDS = {"erase-tenant": ERASE_TENANT, "lifecycle": LIFECYCLE, "migrate": MIGRATE, "retain": RETAIN}


def main() -> None:
    """Run the command line."""
    lifecycle.main(service="generator", settings=GeneratorSettings, app=running, commands=COMMANDS)


if __name__ == "__main__":
    main()
