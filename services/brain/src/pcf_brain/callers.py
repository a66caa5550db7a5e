"""Which services may call which rpc of the brain, where services prove who they are."""

from typing import Final

from pcf_runtime.interceptors.callers import Allowed

_READERS: Final = ("gateway", "generator")
_SERVICE: Final = "pcf.brain.v1.BrainService"

CALLERS: Final[Allowed] = {
    f"{_SERVICE}/RouteTask": _READERS,
    f"{_SERVICE}/GetFile": _READERS,
    f"{_SERVICE}/ListCapabilities": _READERS,
    f"{_SERVICE}/GetCapability": _READERS,
    f"{_SERVICE}/GetRelease": _READERS,
    f"{_SERVICE}/WatchRelease": _READERS,
}
