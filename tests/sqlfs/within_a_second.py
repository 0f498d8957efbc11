"""Changes on one mount, which the other shows in any look that begins more than a second after them.

usage: within_a_second.py MOUNT OTHER-MOUNT     (of two hosts, without caches)
"""

import os
import stat
import sys
import time

A, B = sys.argv[1:]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def write(path, data):
    with open(path, "wb") as f:
        f.write(data)
        os.fsync(f.fileno())


def seen(what, condition):
    """Looks until it is so; a look that begins after a second must find it so."""
    changed = time.monotonic()
    while True:
        looked = time.monotonic()
        if condition():
            print(f"{what}: seen after {looked - changed:.2f} s")
            return
        assert looked - changed <= 1, f"{what}: not seen {looked - changed:.2f} s afterwards"
        time.sleep(0.02)


for here, there in ((A, B), (B, A)):
    write(f"{here}/old", b"text")
    seen("a new file", lambda: os.path.exists(f"{there}/old") and read(f"{there}/old") == b"text")
    os.rename(f"{here}/old", f"{here}/new")
    seen("the new name", lambda: os.path.exists(f"{there}/new"))
    seen("no old name", lambda: not os.path.exists(f"{there}/old"))
    assert os.listdir(there) == ["new"]
    assert read(f"{there}/new") == b"text"
    os.chmod(f"{here}/new", 0o600)
    seen("permissions", lambda: stat.S_IMODE(os.stat(f"{there}/new").st_mode) == 0o600)
    with open(f"{there}/new", "rb", buffering=0) as held:
        assert held.read() == b"text"
        write(f"{here}/new", b"longer text")
        seen("content, in a file that is open", lambda: os.pread(held.fileno(), 100, 0) == b"longer text")
    write(f"{here}/other", b"other")
    os.rename(f"{here}/other", f"{here}/new")
    seen("what has replaced a file", lambda: read(f"{there}/new") == b"other")
    os.mkdir(f"{here}/dir")
    os.rename(f"{here}/new", f"{here}/dir/new")
    seen("a move into a new directory", lambda: os.path.exists(f"{there}/dir/new"))
    os.unlink(f"{there}/dir/new")
    os.rmdir(f"{there}/dir")
    seen("a removed directory", lambda: os.listdir(here) == [])
