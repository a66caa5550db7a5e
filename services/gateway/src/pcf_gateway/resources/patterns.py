r"""Text patterns that are enforced exactly as the OpenAPI document states them.

Regular expressions mean different things in different places: `\s` and `$` differ between Python, Rust and
JavaScript. The patterns here use only what all of them read alike, are matched from the first to the last
character, and refuse with a sentence instead of the expression.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

# White space as Unicode has it, and the control characters: a text of nothing else says nothing.
_BLANK: Final = r"\u0001-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"

ULID: Final = "^[0-9A-HJKMNP-TV-Z]{26}$"
SHA256: Final = "^[0-9A-Fa-f]{64}$"
CAPABILITY_ID: Final = "^[a-z][a-z0-9-]{0,62}$"
SAYS_SOMETHING: Final = rf"^[{_BLANK}]*[^\u0000{_BLANK}][^\u0000]*$"
NO_NUL: Final = r"^[^\u0000]*$"
NO_CONTROLS: Final = r"^[^\u0000-\u001f\u007f]+$"
PREFIX: Final = "^[a-z][a-z0-9]{1,7}$"
UNIQUE_NAME: Final = "^[A-Za-z][A-Za-z0-9_]{0,99}$"
SOLUTION_NAME: Final = "^[A-Za-z][A-Za-z0-9_]{0,64}$"
VERSION: Final = "^(0|[1-9][0-9]{0,3})([.](0|[1-9][0-9]{0,3})){2}$"
LANGUAGE: Final = "^[a-z]{2,3}$"
TENANT: Final = "^[a-z0-9][a-z0-9-]{0,62}$"
EVENT_TYPE: Final = "^[a-z]+([._-][a-z]+)*$"
IDEMPOTENCY_KEY: Final = "^[!-~]([ -~]{0,253}[!-~])?$"
SEQUENCE: Final = "^[0-9]{1,18}$"


@dataclass(frozen=True, slots=True)
class Matching:
    """Annotates a string: it must match `pattern`, and if it does not, it "must …"."""

    pattern: str
    must: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        compiled = re.compile(self.pattern)

        def check(value: str) -> str:
            # fullmatch, because `$` alone would let a trailing line break through.
            if compiled.fullmatch(value) is None:
                raise PydanticCustomError("pattern", "must {must}", {"must": self.must})
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {**handler(schema), "pattern": self.pattern}
