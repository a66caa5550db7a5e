"""Becomes a server that ends when the process that started it does, as another user if one is named.

    become.py PARENT SIGNAL USER PROGRAM [ARGUMENT…]

A program of its own and no preexec_fn, which may hang where threads run.
"""

import ctypes
import os
import pwd
import sys

_PR_SET_PDEATHSIG = 1


def _main(parent: str, signal: str, user: str, *command: str) -> None:
    if user:
        entry = pwd.getpwnam(user)
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
        os.environ["HOME"] = "/"
    # After the change of user, which would undo it.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal))
    if os.getppid() != int(parent):
        sys.exit("the process that wanted this server is gone")
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


_main(*sys.argv[1:])
