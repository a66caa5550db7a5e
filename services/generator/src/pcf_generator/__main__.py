"""`pcf-generator`: serve, or check the configuration."""

from pcf_runtime import lifecycle

from pcf_generator.bootstrap import running
from pcf_generator.settings import GeneratorSettings


def main() -> None:
    """Run the command line."""
    lifecycle.main(service="generator", settings=GeneratorSettings, app=running)


if __name__ == "__main__":
    main()
