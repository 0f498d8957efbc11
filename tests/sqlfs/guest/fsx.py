"""Random operations on one file, which is compared with a copy in memory, like those of fsx.

usage: fsx.py OPERATIONS FILE[,SAME-FILE] [SEED]     prints one PASS or FAIL line, with the seed

If there are two names, they are those of one file on the mounts of two hosts: each operation opens the file by either name, and closes it.
"""

import mmap
import os
import random
import sys
import time

OPERATIONS, PATHS = int(sys.argv[1]), sys.argv[2].split(",")
PATH = PATHS[0]
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else int.from_bytes(os.urandom(4), "big")
MOST = 700_000  # slightly more than ten chunks
rng = random.Random(SEED)
model = bytearray()
done = []


def place():
    """A random offset, which is often at a border of chunks or pages."""
    near = rng.choice((1, 4096, 65536))
    return min(MOST, max(0, rng.randrange(MOST // near + 1) * near + rng.choice((-1, 0, 0, 1))))


def span(limit):
    start = min(place(), limit)
    return start, min(rng.choice((1, 100, 5000, 70_000, 200_000)), limit - start)


class File:
    def __init__(self):
        self.fd = os.open(PATH, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)

    def read(self):
        start, count = span(MOST)
        got = os.pread(self.fd, count, start)
        assert got == model[start : start + count], f"read {start} {count}: {self.differs(got, start)}"
        return start, count

    @staticmethod
    def differs(got, start):
        wanted = model[start : start + max(len(got), 1)]
        first = next((i for i, (x, y) in enumerate(zip(got, wanted)) if x != y), min(len(got), len(wanted)))
        return f"{len(got)} bytes, the first wrong one at {start + first}"

    def write(self):
        start, count = span(MOST)
        data = rng.randbytes(count)
        assert os.pwrite(self.fd, data, start) == count
        if count:
            model.extend(bytes(max(0, start + count - len(model))))
            model[start : start + count] = data
        return start, count

    def append(self):
        if len(model) > MOST:
            return None
        data = rng.randbytes(rng.choice((1, 3000, 66_000)))
        fd = os.open(PATH, os.O_WRONLY | os.O_APPEND)
        os.write(fd, data)
        os.close(fd)
        model.extend(data)
        return len(data)

    def truncate(self):
        size = place()
        os.ftruncate(self.fd, size)
        model.extend(bytes(max(0, size - len(model))))
        del model[size:]
        return size

    def truncate_by_name(self):
        size = place()
        os.truncate(PATH, size)
        model.extend(bytes(max(0, size - len(model))))
        del model[size:]
        return size

    def mapped(self):
        if not model:
            return None
        start, count = span(len(model))
        with mmap.mmap(self.fd, len(model), mmap.MAP_PRIVATE, mmap.PROT_READ) as m:
            assert m[start : start + count] == model[start : start + count], f"mapped {start} {count}"
        return start, count

    def size(self):
        sizes = os.fstat(self.fd).st_size, os.stat(PATH).st_size
        assert set(sizes) == {len(model)}, sizes
        return len(model)

    def sync(self):
        os.fsync(self.fd)

    def reopen(self):
        os.close(self.fd)
        self.fd = os.open(PATH, os.O_RDWR)

    def replace(self):
        """Replaces the file as editors do: by a new file with the same content, which is renamed."""
        os.close(self.fd)
        with open(PATH + ".new", "wb") as f:
            f.write(model)
        os.rename(PATH + ".new", PATH)
        self.fd = os.open(PATH, os.O_RDWR)

    def empty(self):
        os.close(self.fd)
        self.fd = os.open(PATH, os.O_RDWR | os.O_TRUNC)
        model.clear()


NAMES = ["read"] * 6 + ["write"] * 6 + ["append", "truncate", "truncate", "truncate_by_name", "mapped", "mapped"]
NAMES += ["size", "sync", "reopen", "empty"]
NAMES += ["replace"] if len(PATHS) == 1 else ["read"] * 10  # another host sees a new name after a second
began = time.monotonic()
try:
    file = File()
    for _ in range(OPERATIONS):
        name = rng.choice(NAMES)
        done.append(name)
        if len(PATHS) > 1:
            PATH = rng.choice(PATHS)
            file.reopen()
        done[-1] = f"{name} {getattr(file, name)()} {PATHS.index(PATH)}"
        if len(PATHS) > 1:
            file.reopen()
    os.close(file.fd)
    with open(PATH, "rb") as f:
        assert f.read() == model, "the end"
    between = "" if len(PATHS) == 1 else " of two hosts"
    print(f"PASS fsx{between}: {OPERATIONS} operations with seed {SEED} ({time.monotonic() - began:.1f} s)")
except (AssertionError, OSError) as e:
    print(f"FAIL fsx: operation {len(done)} with seed {SEED}: {type(e).__name__} {e}")
    print("    " + "\n    ".join(done[-12:]))
