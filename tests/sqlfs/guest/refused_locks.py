"""Every lock on a file that several hosts share is refused with ENOLCK.

usage: refused_locks.py FILE     prints one PASS or FAIL line
"""

import errno
import fcntl
import sys

granted = []
with open(sys.argv[1], "w+b") as f:
    for name, call in {
        "flock": lambda how: fcntl.flock(f, how),
        "lockf": lambda how: fcntl.lockf(f, how),
        "lockf of a range": lambda how: fcntl.lockf(f, how, 10, 100),
    }.items():
        for how in (fcntl.LOCK_SH, fcntl.LOCK_EX):
            for wait in (fcntl.LOCK_NB, 0):
                try:
                    call(how | wait)
                    granted.append(f"{name} {how | wait} is granted")
                except OSError as e:
                    if e.errno != errno.ENOLCK:
                        granted.append(f"{name} {how | wait}: {e}")
print(f"FAIL PostgreSQL: locks are refused: {granted}" if granted else "PASS PostgreSQL: locks are refused")
