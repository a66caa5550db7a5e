"""`pcf-gateway`: the REST surface as a process, and the first key to it."""

from pcf_runtime import lifecycle

from pcf_gateway.auth.commands import KEYS, MIGRATE
from pcf_gateway.auth.erase_command import ERASE_TENANT
from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings


def main() -> None:
    commands = {"erase-tenant": ERASE_TENANT, "keys": KEYS, "migrate": MIGRATE}
    lifecycle.main(service="gateway", settings=GatewaySettings, app=running, commands=commands)


if __name__ == "__main__":
    main()
