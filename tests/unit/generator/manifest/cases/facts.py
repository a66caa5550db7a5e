"""Rebuilds a manifest from the facts kept of a real one: same elements and attributes, other names and texts.

One line of facts is a list of elements, divided by semicolons; `2x` repeats one, braces hold its children.

  xml version:1.0   the first line; without attributes: none   bare   the control is the root   m a:b   the manifest
  c std|vir 1.2.3   the control, of a type, with a version       ext0, ext1   external services off, on, without domains
  p property   s property-set   ds data-set   tg types   pd input output   f feature   lib name version
  code css resx img   resources, in an element of their own when they follow each other   x an unknown element

  k, d   keys of name and description   req, opt   required or not   =v   a default   g:1   the first type-group
  Enum*4d   four values (v1, v2 …), described   T   SingleLine.Text   a:b   any attribute   -a   without it
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from xml.sax.saxutils import escape, quoteattr

_KINDS = {"p": "property", "s": "property-set", "ds": "data-set", "tg": "type-group", "f": "uses-feature"}
_KINDS |= {"c": "control", "lib": "platform-library", "pd": "property-dependency"}
_GROUPS = {"uses-feature": "feature-usage", "property-dependency": "property-dependencies"}
_GROUPS |= dict.fromkeys(["code", "css", "resx", "img", "platform-library"], "resources")
_FLAGS = {
    "k": ("display-name-key", "t"),
    "d": ("description-key", "t"),
    "req": ("required", "true"),
    "opt": ("required", "false"),
    "std": ("control-type", "standard"),
    "vir": ("control-type", "virtual"),
    "T": ("of-type", "SingleLine.Text"),
} | {usage: ("usage", usage) for usage in ("bound", "input", "output")}


def manifest(facts: str) -> str:
    """The text of a manifest with these facts."""
    builder = _Builder()
    declaration, manifest_attributes, parts, is_bare = '<?xml version="1.0" encoding="utf-8"?>', "", [], False
    for kind, tokens, inner in _elements(facts):
        match kind:
            case "xml":
                declaration = f"<?xml {_written(_attributes(tokens))}?>" if tokens else ""
            case "m":
                manifest_attributes = " " + _written(_attributes(tokens))
            case "bare":
                is_bare = True
            case _:
                parts.append((kind, tokens, inner))
    (_, tokens, _), *inside = parts
    control = f"<control {_written(_control(tokens))}>{builder.grouped(inside)}</control>"
    return declaration + (control if is_bare else f"<manifest{manifest_attributes}>{control}</manifest>")


def files(facts: str) -> Mapping[str, str]:
    """Everything the manifest names, so that only the manifest itself can be at fault."""
    text = manifest(facts)
    named = re.findall(r'(?:path|preview-image)="([^"]*)"', text)
    features = re.findall(r'<uses-feature name="(?:WebAPI|Utility|Device\.\w+)"', text)
    members = {"WebAPI": "webAPI", "Utility": "utils"}
    used = [members.get(name, name.replace("Device", "device")) for name in (f.split('"')[1] for f in features)]
    code = "".join(f"void context.{member};" for member in used)
    return {
        path: code if path.endswith(".ts") else '<root><data name="t"><value>t</value></data></root>' for path in named
    }


def _elements(facts: str) -> Iterator[tuple[str, Sequence[str], str]]:
    for part in re.findall(r"[^;{}]+(?:\{[^}]*\})?", facts):
        head, _, inner = part.strip().removesuffix("}").partition("{")
        tokens = head.split()
        times = int(tokens.pop(0)[:-1]) if re.fullmatch(r"\d+x", tokens[0]) else 1
        yield from [(tokens[0], tokens[1:], inner)] * times


def _control(tokens: Sequence[str]) -> Mapping[str, str]:
    dotted = [f"version:{token}" if token[0].isdigit() else token for token in tokens]
    return _attributes(dotted, {"namespace": "N.S", "constructor": "C", "display-name-key": "t"})


def _attributes(tokens: Sequence[str], defaults: Mapping[str, str] | None = None) -> dict[str, str]:
    attributes = dict(defaults or {})
    for token in tokens:
        if token.startswith("-"):
            attributes.pop(token[1:], None)
        elif token.startswith("="):
            attributes["default-value"] = token[1:]
        elif token.startswith("g:"):
            attributes["of-type-group"] = token.replace(":", "")
        elif token in _FLAGS:
            attributes.update([_FLAGS[token]])
        elif ":" in token:
            attributes.update([token.split(":", 1)])
        else:
            attributes["of-type"] = token.split("*")[0]
    return attributes


def _written(attributes: Mapping[str, str]) -> str:
    return " ".join(f"{name}={quoteattr(value)}" for name, value in attributes.items())


class _Builder:
    def __init__(self) -> None:
        self._numbers = count(1)
        self._groups = count(1)
        self._languages = count(1033)

    def grouped(self, parts: Sequence[tuple[str, Sequence[str], str]]) -> str:
        text, open_group = "", ""
        for kind, tokens, inner in parts:
            element = _KINDS.get(kind, kind)
            group = _GROUPS.get(element, "")
            if group != open_group:
                text += (f"</{open_group}>" if open_group else "") + (f"<{group}>" if group else "")
                open_group = group
            text += self._element(element, tokens, inner)
        return text + (f"</{open_group}>" if open_group else "")

    def _element(self, kind: str, tokens: Sequence[str], inner: str) -> str:
        match kind:
            case "ext0" | "ext1":
                return f'<external-service-usage enabled="{"true" if kind == "ext1" else "false"}"/>'
            case "x":
                return f"<{tokens[0]}>t</{tokens[0]}>"
            case "type-group":
                types = "".join(f"<type>{_FLAGS['T'][1] if kind == 'T' else kind}</type>" for kind in tokens)
                return f'<type-group name="g{next(self._groups)}">{types}</type-group>'
            case "property-dependency":
                ends = {"input": tokens[0], "output": tokens[1], "required-for": "schema"}
                return f"<property-dependency {_written(ends)}/>"
            case _:
                attributes = self._own_attributes(kind, tokens)
                return f"<{kind} {_written(attributes)}>{self._children(tokens, inner)}</{kind}>"

    def _own_attributes(self, kind: str, tokens: Sequence[str]) -> Mapping[str, str]:
        match kind:
            case "uses-feature":
                return _attributes(tokens[1:], {"name": tokens[0]})
            case "platform-library":
                return {"name": tokens[0], "version": tokens[1]}
            case "code":
                return _attributes(tokens, {"path": "index.ts", "order": "1"})
            case "css":
                return _attributes(tokens, {"path": f"css/n{next(self._numbers)}.css", "order": "1"})
            case "img":
                return _attributes(tokens, {"path": f"img/n{next(self._numbers)}.png"})
            case "resx":
                return _attributes(tokens, {"path": f"strings/n.{next(self._languages)}.resx", "version": "1.0.0"})
            case "property" | "property-set" | "data-set":
                return _attributes(tokens, {"name": f"n{next(self._numbers)}"})
            case _:
                return _attributes(tokens)

    def _children(self, tokens: Sequence[str], inner: str) -> str:
        choices = next((token for token in tokens if token.startswith("Enum*")), "Enum*0")
        number, described = re.fullmatch(r"Enum\*(\d+)(d?)", choices).groups()
        keys = 'display-name-key="t"' + (' description-key="t"' if described else "")
        values = [f'<value name="v{n}" {keys}>{escape(f"v{n}")}</value>' for n in range(1, int(number) + 1)]
        return "".join(values) + self.grouped(list(_elements(inner)))
