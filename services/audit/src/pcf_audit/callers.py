"""Which services may call which rpc of the log, where services prove who they are."""

from typing import Final

from pcf_runtime.interceptors.callers import Allowed

_WRITERS: Final = ("gateway", "generator")
_READERS: Final = ("gateway",)
_SERVICE: Final = "pcf.audit.v1.AuditService"

CALLERS: Final[Allowed] = {
    f"{_SERVICE}/AppendEvents": _WRITERS,
    f"{_SERVICE}/GetEvent": _READERS,
    f"{_SERVICE}/ListEvents": _READERS,
    f"{_SERVICE}/ExportEvents": _READERS,
    f"{_SERVICE}/VerifyLog": _READERS,
    f"{_SERVICE}/GetCheckpoint": _READERS,
    f"{_SERVICE}/ProveInclusion": _READERS,
    f"{_SERVICE}/ProveConsistency": _READERS,
    f"{_SERVICE}/ExportLog": _READERS,
}
