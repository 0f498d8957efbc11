"""Random operations of several processes on one mount, like those of fsstress.

usage: stress.py OPERATIONS DIRECTORY [sftp] [SEED]     prints one PASS or FAIL line, with the seed

Each process has a directory of its own, and a model of it that says what each operation must return and, every now and then, what
everything must look like. All of them also work in a directory that they share, where only the possible errors of an operation are known
beforehand. With `sftp`, what version 3 of that protocol cannot express is not compared.
"""

import errno
import os
import random
import shutil
import stat
import sys
import time

OPERATIONS, ROOT = int(sys.argv[1]), sys.argv[2]
SFTP = "sftp" in sys.argv[3:]
SEED = next((int(a) for a in sys.argv[3:] if a.isdigit()), int.from_bytes(os.urandom(4), "big"))
PROCESSES = 4
DEEP, NAMES, LARGEST = 4, 5, 150_000

# Errors that are possible because another process does something at the same time.
RACES = {errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY, errno.EINVAL, errno.ELOOP, errno.EPERM}


class File:
    def __init__(self):
        self.data, self.links = bytearray(), 1


class Link:
    def __init__(self, target):
        self.target, self.links = target, 1


class Directory(dict):
    """Entries by their names."""


class Refused(Exception):
    pass


def refuse(*reasons):
    raise Refused(*reasons)


class Model:
    """A tree of directories. Symbolic links are not followed, because their targets do not exist."""

    def __init__(self):
        self.root = Directory()

    def parent(self, path):
        """The directory of a path, and the name in it."""
        *above, name = path
        at = self.root
        for each in above:
            at = at.get(each)
            if at is None:
                refuse(errno.ENOENT)
            if isinstance(at, Link):
                refuse(errno.ENOENT)
            if not isinstance(at, Directory):
                refuse(errno.ENOTDIR)
        return at, name

    def there(self, path):
        directory, name = self.parent(path)
        return directory[name] if name in directory else refuse(errno.ENOENT)

    def make(self, path, what):
        directory, name = self.parent(path)
        if name in directory:
            refuse(errno.EEXIST)
        directory[name] = what

    def file(self, path):
        found = self.there(path)
        if isinstance(found, Directory):
            refuse(errno.EISDIR)
        if isinstance(found, Link):
            refuse(errno.ENOENT)
        return found

    def unlink(self, path):
        directory, name = self.parent(path)
        found = self.there(path)
        if isinstance(found, Directory):
            refuse(errno.EISDIR)
        found.links -= 1
        del directory[name]

    def rmdir(self, path):
        directory, name = self.parent(path)
        found = self.there(path)
        if not isinstance(found, Directory):
            refuse(errno.ENOTDIR)
        if found:
            refuse(errno.ENOTEMPTY)
        del directory[name]

    def link(self, old, new):
        found = self.there(old)
        directory, name = self.parent(new)
        if name in directory:
            refuse(errno.EEXIST, errno.EPERM)
        if isinstance(found, Directory):
            refuse(errno.EPERM)
        found.links += 1
        directory[name] = found

    def rename(self, old, new):
        from_, old_name = self.parent(old)
        to, new_name = self.parent(new)
        moved = from_.get(old_name)
        if moved is None:
            refuse(errno.ENOENT)
        if old == new:
            return
        if isinstance(moved, Directory) and new[: len(old)] == old:
            refuse(errno.EINVAL)
        replaced = to.get(new_name)
        if isinstance(replaced, Directory) and old[: len(new)] == new:
            refuse(errno.ENOTEMPTY)
        if replaced is moved:
            return
        if replaced is not None:
            if isinstance(moved, Directory) and not isinstance(replaced, Directory):
                refuse(errno.ENOTDIR)
            if not isinstance(moved, Directory) and isinstance(replaced, Directory):
                refuse(errno.EISDIR)
            if isinstance(replaced, Directory) and replaced:
                refuse(errno.ENOTEMPTY)
            if not isinstance(replaced, Directory):
                replaced.links -= 1
        del from_[old_name]
        to[new_name] = moved


class Worker:
    def __init__(self, number):
        self.rng = random.Random(SEED * PROCESSES + number)
        self.own, self.shared = f"{ROOT}/own-{number}", f"{ROOT}/shared"
        self.model, self.done = Model(), []
        os.mkdir(self.own)

    def path(self, new=False):
        """A random path: in most cases of something that exists, or, if `new`, of nothing."""
        at, path = self.model.root, []
        while len(path) < DEEP - 1 and self.rng.random() < 0.6:
            directories = sorted(name for name, each in at.items() if isinstance(each, Directory))
            if not directories:
                break
            path.append(self.rng.choice(directories))
            at = at[path[-1]]
        names = [f"n{i}" for i in range(NAMES)]
        wanted = [name for name in names if (name in at) != new]
        path.append(self.rng.choice(wanted if wanted and self.rng.random() < 0.8 else names))
        return (*path, "below") if self.rng.random() < 0.05 else tuple(path)

    def real(self, path):
        return "/".join((self.own, *path))

    def both(self, expected, actual):
        """Performs one operation on the model and on the mount, which must have the same result."""
        try:
            model, wanted = expected(), {0}
        except Refused as e:
            model, wanted = None, set(e.args)
        try:
            value, got = actual(), 0
        except OSError as e:
            value, got = None, e.errno
        if SFTP and errno.ENOTEMPTY in wanted:
            wanted.add(errno.EPERM)  # SFTP has one error for everything else
        assert got in wanted, f"{errno.errorcode.get(got, 'success')} instead of {[errno.errorcode.get(w, 'success') for w in wanted]}"
        return model, value

    def create(self, path):
        self.both(lambda: self.model.make(path, File()), lambda: os.close(os.open(self.real(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)))

    def mkdir(self, path):
        self.both(lambda: self.model.make(path, Directory()), lambda: os.mkdir(self.real(path)))

    def symlink(self, path):
        target = f"nothing-{self.rng.randrange(100)}"
        self.both(lambda: self.model.make(path, Link(target)), lambda: os.symlink(target, self.real(path)))

    def unlink(self, path):
        self.both(lambda: self.model.unlink(path), lambda: os.unlink(self.real(path)))

    def rmdir(self, path):
        self.both(lambda: self.model.rmdir(path), lambda: os.rmdir(self.real(path)))

    def link(self, path):
        new = self.path(new=True)
        self.both(lambda: self.model.link(path, new), lambda: os.link(self.real(path), self.real(new), follow_symlinks=False))
        return new

    def rename(self, path):
        new = self.path(new=self.rng.random() < 0.5)
        self.both(lambda: self.model.rename(path, new), lambda: os.rename(self.real(path), self.real(new)))
        return new

    def write(self, path):
        start, data = self.rng.randrange(LARGEST), self.rng.randbytes(self.rng.choice((1, 100, 5000, 70_000)))

        def expected():
            file = self.model.file(path).data
            file.extend(bytes(max(0, start + len(data) - len(file))))
            file[start : start + len(data)] = data

        def actual():
            fd = os.open(self.real(path), os.O_WRONLY)
            try:
                assert os.pwrite(fd, data, start) == len(data)
            finally:
                os.close(fd)

        self.both(expected, actual)
        return start, len(data)

    def truncate(self, path):
        size = self.rng.choice((0, self.rng.randrange(LARGEST)))

        def expected():
            file = self.model.file(path).data
            file.extend(bytes(max(0, size - len(file))))
            del file[size:]

        self.both(expected, lambda: os.truncate(self.real(path), size))
        return size

    def read(self, path):
        def actual():
            with open(self.real(path), "rb") as f:
                return f.read()

        expected, got = self.both(lambda: self.model.file(path).data, actual)
        assert expected == got, f"{len(got)} bytes, which are not the {len(expected)} of the model"

    def look(self, path):
        self.both(lambda: self.model.there(path), lambda: os.lstat(self.real(path)))
        self.compare((), self.model.root)

    def compare(self, path, directory):
        """Checks that everything below a directory looks like the model."""
        listed = os.listdir(self.real(path))
        assert sorted(listed) == sorted(directory), f"{listed} instead of {list(directory)}"
        for name, each in directory.items():
            there = (*path, name)
            at = os.lstat(self.real(there))
            if isinstance(each, Directory):
                assert stat.S_ISDIR(at.st_mode), there
                links = 2 + sum(isinstance(d, Directory) for d in each.values())
                self.compare(there, each)
            elif isinstance(each, Link):
                assert stat.S_ISLNK(at.st_mode) and os.readlink(self.real(there)) == each.target, there
                links = each.links
            else:
                assert stat.S_ISREG(at.st_mode) and at.st_size == len(each.data), (there, at.st_size, len(each.data))
                links = each.links
            assert SFTP or at.st_nlink == links, f"{there} has {at.st_nlink} links instead of {links}"

    OWN = [create] * 4 + [mkdir] * 3 + [symlink, unlink, unlink, rmdir, link, link] + [rename] * 5 + [write] * 4 + [truncate] * 2 + [read] * 3
    OWN += [look]
    NEW = (create, mkdir, symlink)

    def race(self):
        """A random operation in the directory that all processes share."""

        def path():
            return "/".join((self.shared, *(f"n{self.rng.randrange(4)}" for _ in range(self.rng.choice((1, 1, 2))))))

        def written(flags):
            fd = os.open(first, flags, 0o644)
            try:
                os.pwrite(fd, b"x" * 3000, self.rng.randrange(LARGEST))
                os.pread(fd, 3000, 0)
            finally:
                os.close(fd)

        first, second = path(), path()
        operation, call = self.rng.choice([
            ("create", lambda: written(os.O_CREAT | os.O_RDWR)), ("create new", lambda: written(os.O_CREAT | os.O_EXCL | os.O_RDWR)),
            ("write", lambda: written(os.O_RDWR | os.O_TRUNC)), ("mkdir", lambda: os.mkdir(first)), ("rmdir", lambda: os.rmdir(first)),
            ("unlink", lambda: os.unlink(first)), ("rename", lambda: os.rename(first, second)), ("rename", lambda: os.rename(first, second)),
            ("link", lambda: os.link(first, second, follow_symlinks=False)), ("symlink", lambda: os.symlink("n0", first)),
            ("list", lambda: os.listdir(os.path.dirname(first))), ("lstat", lambda: os.lstat(first)), ("chmod", lambda: os.chmod(first, 0o700)),
            ("truncate", lambda: os.truncate(first, 1000))])
        self.done.append(f"race: {operation} {first} {second}")
        try:
            call()
        except OSError as e:
            assert e.errno in RACES, e

    def run(self):
        for _ in range(OPERATIONS):
            if self.rng.random() < 0.25:
                self.race()
                continue
            operation = self.rng.choice(self.OWN)
            path = self.path(new=operation in self.NEW)
            self.done.append(f"{operation.__name__} {'/'.join(path)}")
            self.done[-1] += f" {operation(self, path) or ''}"
        self.done.append("the end")
        self.compare((), self.model.root)


def work(number):
    """Runs in a process of its own; returns its exit status."""
    worker = None
    try:
        worker = Worker(number)
        worker.run()
        return 0
    except Exception as e:
        line = e.__traceback__
        while line.tb_next:
            line = line.tb_next
        done = worker.done if worker else []
        print(f"process {number}, operation {len(done)}: {type(e).__name__} {e}, line {line.tb_lineno}\n    " + "\n    ".join(done[-8:]))
        return 1


def settled(directory):
    """Checks, after the processes have ended, that the shared directory is a tree, and removes it."""
    names = {}
    for at, directories, files in os.walk(directory):
        assert len(set(directories + files)) == len(directories + files), f"{at}: a name is listed twice"
        for name in directories + files:
            found = os.lstat(f"{at}/{name}")
            if not stat.S_ISDIR(found.st_mode):
                names.setdefault((found.st_ino, found.st_nlink), []).append(name)
    for (_, links), each in names.items():
        assert SFTP or len(each) == links, f"{each}: {links} links"
    shutil.rmtree(directory)


began = time.monotonic()
os.mkdir(f"{ROOT}/shared")
children = []
for n in range(PROCESSES):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        status = work(n)
        sys.stdout.flush()
        os._exit(status)
    children.append(child)
statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
problem = f"processes ended with {statuses}" if any(statuses) else ""
if not problem:
    try:
        settled(f"{ROOT}/shared")
        for n in range(PROCESSES):
            shutil.rmtree(f"{ROOT}/own-{n}")
        assert not os.listdir(ROOT), os.listdir(ROOT)
    except (AssertionError, OSError) as e:
        problem = f"at the end: {type(e).__name__} {e}"
print(f"FAIL stress: {problem}, with seed {SEED}" if problem else
      f"PASS stress: {PROCESSES} processes, {OPERATIONS} operations each, with seed {SEED} ({time.monotonic() - began:.1f} s)")
