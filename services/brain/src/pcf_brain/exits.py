"""How commands that people and scripts run end: what they say, and their exit codes."""

import asyncio
import sys
from collections.abc import Coroutine
from typing import Any

from pcf_brain.domain.pointer import NothingBeforeError
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import MovedError, StoreUnavailableError

DONE = 0
REFUSED = 1
"""What was asked must not be done: a release is broken, not signed, or not there."""
WRONG_CALL = 2
"""The command line is wrong, or what it names cannot be read."""
TRY_AGAIN = 3
"""A store does not answer, or somebody else was faster: the same command may succeed later."""

EPILOG = f"Exit codes: {DONE} done, {REFUSED} refused, {WRONG_CALL} called wrongly, {TRY_AGAIN} try again."


class CalledWronglyError(Exception):
    """The message is a sentence that says what to write."""


def run(work: Coroutine[Any, Any, int]) -> int:
    """Do the work of a command; its errors become sentences and exit codes."""
    try:
        return asyncio.run(work)
    except BrokenReleaseError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        return REFUSED
    except NothingBeforeError:
        return say("There is no earlier release to return to: promote one by its digest.", REFUSED)
    except (CalledWronglyError, OSError) as error:
        return say(str(error), WRONG_CALL)
    except StoreUnavailableError as error:
        return say(f"{error}.", TRY_AGAIN)
    except MovedError:
        return say("Somebody else moved the pointer at the same time: nothing was changed here. Look, and ask again.")


def say(sentence: str, code: int = TRY_AGAIN) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
