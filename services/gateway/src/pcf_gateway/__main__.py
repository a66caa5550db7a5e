"""`pcf-gateway`: the REST surface as a process."""

from pcf_runtime import lifecycle

from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings


def main() -> None:
    lifecycle.main(service="gateway", settings=GatewaySettings, app=running)


if __name__ == "__main__":
    main()
