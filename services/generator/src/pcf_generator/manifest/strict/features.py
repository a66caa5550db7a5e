"""Features: those there are, declared if and only if the code uses them."""

from collections.abc import Iterator, Mapping

from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element
from pcf_generator.manifest.usage import context_members

_FEATURES: Mapping[str, str] = {
    "Device.captureAudio": "device.captureAudio",
    "Device.captureImage": "device.captureImage",
    "Device.captureVideo": "device.captureVideo",
    "Device.getBarcodeValue": "device.getBarcodeValue",
    "Device.getCurrentPosition": "device.getCurrentPosition",
    "Device.pickFile": "device.pickFile",
    "Navigation": "navigation",
    "Utility": "utils",
    "WebAPI": "webAPI",
}
"""Every feature, and how code reaches it through the context."""
# It is about which events a maker sees, not about code.
_WITHOUT_CODE = frozenset(["ExplicitCommonEvents"])
# The platform gives it to every control; some declare it none the less.
_UNDECLARED = frozenset(["Navigation"])


def feature_faults(control: Element, files: Mapping[str, str]) -> Iterator[ManifestFault]:
    """Features nobody knows, that the code does not use, or that it uses without saying so."""
    declared = {e.attributes["name"] for e in control.walk() if e.name == "uses-feature"}
    for name in sorted(declared - _FEATURES.keys() - _WITHOUT_CODE):
        yield ManifestFault("feature", f"there is no feature {name!r}")
    used = {member for path, code in files.items() if _is_code(path) for member in context_members(path, code)}
    if not any(_is_code(path) for path in files):
        return
    for name, member in _FEATURES.items():
        if name in declared and member not in used:
            yield ManifestFault("feature-unused", f"the code does not use context.{member} of the feature {name}")
        if name not in declared | _UNDECLARED and member in used:
            yield ManifestFault("feature-undeclared", f"context.{member} needs the feature {name}")


def _is_code(path: str) -> bool:
    return path.endswith((".ts", ".tsx")) and not path.endswith(".d.ts")
