"""Which services may call which rpc of the generator, where services prove who they are: only the gateway."""

from typing import Final

from pcf_runtime.interceptors.callers import Allowed

_GATEWAY: Final = ("gateway",)
_SERVICE: Final = "pcf.generator.v1.GeneratorService"

CALLERS: Final[Allowed] = {
    f"{_SERVICE}/CreateBuild": _GATEWAY,
    f"{_SERVICE}/GetBuild": _GATEWAY,
    f"{_SERVICE}/ListBuilds": _GATEWAY,
    f"{_SERVICE}/CancelBuild": _GATEWAY,
    f"{_SERVICE}/AnswerBuild": _GATEWAY,
    f"{_SERVICE}/ResumeBuild": _GATEWAY,
    f"{_SERVICE}/WatchBuild": _GATEWAY,
    f"{_SERVICE}/DownloadArtifact": _GATEWAY,
    f"{_SERVICE}/FindArtifact": _GATEWAY,
    f"{_SERVICE}/GetUsage": _GATEWAY,
}
