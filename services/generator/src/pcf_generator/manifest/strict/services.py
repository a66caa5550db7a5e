"""What a control says it reaches: external services, and the platform's libraries."""

import re
from collections.abc import Iterator

from pcf_generator.manifest.fault import ManifestFault
from pcf_generator.manifest.reading import Element

_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(\*\.)?({_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_OPTION = re.compile(r"(displayCommandBar|displayViewSelector|displayQuickFind)\s*:\s*(true|false)", re.IGNORECASE)


def service_faults(control: Element) -> Iterator[ManifestFault]:
    """Domains without need or need without domains, libraries that do not load, options nobody reads."""
    yield from _domain_faults(control)
    yield from _library_faults(control)
    for data_set in control.all("data-set"):
        options = data_set.attributes.get("cds-data-set-options", "")
        if unknown := [part for part in options.split(";") if part.strip() and not _OPTION.fullmatch(part.strip())]:
            yield ManifestFault("data-set-options", f"cds-data-set-options cannot be {', '.join(unknown)}")


def _domain_faults(control: Element) -> Iterator[ManifestFault]:
    for usage in control.all("external-service-usage"):
        domains = [domain.text for domain in usage.all("domain")]
        if (usage.attributes["enabled"] == "true") != bool(domains):
            yield ManifestFault("domains", "external services are enabled if and only if domains are named")
        for domain in domains:
            if not _HOST.fullmatch(domain):
                yield ManifestFault("domain", f"{domain!r} is no name of a host")


def _library_faults(control: Element) -> Iterator[ManifestFault]:
    libraries = [
        (element.attributes["name"].lower(), element.attributes["version"].split(".")[0])
        for element in control.walk()
        if element.name == "platform-library"
    ]
    names = {name for name, _ in libraries}
    if {"16"} != {major for name, major in libraries if name == "react"} | {"16"}:
        yield ManifestFault("react", "only React 16 loads")
    if "react_dom" in names:
        yield ManifestFault("react", "React's DOM comes with React and is not named")
    if len(libraries) != len(names):
        yield ManifestFault("libraries", "a platform library is named in two versions")
    if control.attributes.get("control-type") == "virtual" and "react" not in names:
        yield ManifestFault("react", "a virtual control needs the platform's React")
