"""Makes changes on one mount; the other mount must show each of them to any call that begins more than a second later.

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
    """Checks the condition until it holds; a check that begins more than a second after the change must succeed."""
    changed = time.monotonic()
    while True:
        looked = time.monotonic()
        if condition():
            print(f"{what}: seen after {looked - changed:.2f} s")
            return
        assert looked - changed <= 1, f"{what}: not seen {looked - changed:.2f} s afterwards"
        time.sleep(0.02)


write(f"{A}/old", b"text")
seen("a new file", lambda: os.path.exists(f"{B}/old") and read(f"{B}/old") == b"text")
os.rename(f"{A}/old", f"{A}/new")
seen("the new name", lambda: os.path.exists(f"{B}/new"))
seen("no old name", lambda: not os.path.exists(f"{B}/old"))
assert os.listdir(B) == ["new"]
assert read(f"{B}/new") == b"text"
os.chmod(f"{A}/new", 0o600)
seen("permissions", lambda: stat.S_IMODE(os.stat(f"{B}/new").st_mode) == 0o600)
with open(f"{B}/new", "rb", buffering=0) as held:
    assert held.read() == b"text"
    write(f"{A}/new", b"longer text")
    seen("content, in a file that is open", lambda: os.pread(held.fileno(), 100, 0) == b"longer text")
write(f"{A}/other", b"other")
os.rename(f"{A}/other", f"{A}/new")
seen("what has replaced a file", lambda: read(f"{B}/new") == b"other")
os.mkdir(f"{A}/dir")
os.rename(f"{A}/new", f"{A}/dir/new")
seen("a move into a new directory", lambda: os.path.exists(f"{B}/dir/new"))
os.unlink(f"{B}/dir/new")
os.rmdir(f"{B}/dir")
seen("a removed directory", lambda: os.listdir(A) == [])
