"""What system calls must return and change, like pjdfstest, but without its tests of permissions.

usage: posix.py DIRECTORY [sftp]     prints one PASS or FAIL line, and a line for each case that fails

ERRORS has a row for each call and situation with the error that Linux's own file systems return; in UPDATES, each function makes one
change and says what it must update. With `sftp`, what version 3 of that protocol cannot express is left out: numbers of links, change
times, and the reasons for some errors.
"""

import errno
import os
import shutil
import stat
import sys
import time

ROOT = sys.argv[1]
SFTP = "sftp" in sys.argv[2:]
TICK = 1.1 if SFTP else 0.02  # longer than the resolution of times
LONG = "n" * 256
# SFTP has codes for few errors only; for the others, sshfs returns these.
OVER_SFTP = {errno.ENOTEMPTY: errno.EPERM, errno.ENAMETOOLONG: errno.EBADMSG}
failed, cases = [], 0


def make(path, text=""):
    with open(path, "w") as f:
        f.write(text)


def prepare(name):
    """Makes a new directory with what the cases need: f, g (files), d (empty), full (has `in`), s -> f, ds -> d, gone -> nothing, loop."""
    at = f"{ROOT}/{name}"
    os.mkdir(at)
    os.chdir(at)
    make("f", "text")
    make("g", "other")
    os.mkdir("d")
    os.mkdir("full")
    make("full/in")
    os.symlink("f", "s")
    os.symlink("d", "ds")
    os.symlink("nothing", "gone")
    os.symlink("loop2", "loop")
    os.symlink("loop", "loop2")


def opened(path, flags):
    os.close(os.open(path, flags, 0o644))


def create(path):
    opened(path, os.O_CREAT | os.O_WRONLY)


def create_new(path):
    opened(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)


def read(path):
    opened(path, os.O_RDONLY)


def written_read_only():
    fd = os.open("f", os.O_RDONLY)
    try:
        os.write(fd, b"x")
    finally:
        os.close(fd)


def read_write_only():
    fd = os.open("f", os.O_WRONLY)
    try:
        os.read(fd, 1)
    finally:
        os.close(fd)


# Calls that take one path, by whether they follow a symbolic link at its end.
FOLLOW = [read, os.stat, os.listdir, lambda p: os.chmod(p, 0o600), lambda p: os.truncate(p, 1), lambda p: os.utime(p, (1, 1)), os.chdir]
DIRECT = [os.unlink, os.rmdir, os.readlink, os.lstat]
MAKE = [create, create_new, os.mkdir, lambda p: os.symlink("x", p), lambda p: os.link("f", p), lambda p: os.rename("f", p), os.mkfifo]
FROM = [lambda p: os.rename(p, "new"), lambda p: os.link(p, "new")]
EXCLUSIVE = [create_new, os.mkdir, lambda p: os.symlink("x", p), lambda p: os.link("f", p), os.mkfifo]


def rows():
    """The calls on a path, each with the error that it must return."""
    for call in FOLLOW + DIRECT + MAKE + FROM:
        yield call, LONG, errno.ENAMETOOLONG
        yield call, f"d/{LONG}", errno.ENAMETOOLONG
        yield call, "d/" + "a/" * 2048, errno.ENAMETOOLONG
        yield call, "f/x", errno.ENOTDIR
        yield call, "s/x", errno.ENOTDIR
        yield call, "loop/x", errno.ELOOP
        yield call, "no/x", errno.ENOENT
        yield call, "gone/x", errno.ENOENT
        yield call, "", errno.ENOENT
    for call in FOLLOW:
        yield call, "loop", errno.ELOOP
        yield call, "gone", errno.ENOENT
    for call in FOLLOW + DIRECT + FROM:
        yield call, "no", errno.ENOENT
    for call in EXCLUSIVE:
        for there in ("f", "d", "s", "ds", "gone", "loop", "full"):
            yield call, there, errno.EEXIST
    for there in ("d", "full", "ds"):
        yield (lambda p: opened(p, os.O_WRONLY)), there, errno.EISDIR
        yield (lambda p: opened(p, os.O_RDWR)), there, errno.EISDIR
        yield (lambda p: opened(p, os.O_RDONLY | os.O_CREAT)), there, errno.EISDIR
        yield (lambda p: opened(p, os.O_RDWR | os.O_TRUNC)), there, errno.EISDIR
        yield (lambda p: os.truncate(p, 0)), there, errno.EISDIR
    yield os.unlink, "d", errno.EISDIR
    yield (lambda p: os.rename("f", p)), "d", errno.EISDIR
    yield (lambda p: os.rename("s", p)), "d", errno.EISDIR
    yield os.rmdir, "full", errno.ENOTEMPTY
    yield os.rmdir, "d/..", errno.ENOTEMPTY
    yield (lambda p: os.rename("d", p)), "full", errno.ENOTEMPTY
    yield os.rmdir, "d/.", errno.EINVAL
    for there in ("f", "s", "gone", "ds"):
        yield os.rmdir, there, errno.ENOTDIR
    for there in ("f", "s"):
        yield os.listdir, there, errno.ENOTDIR
        yield (lambda p: opened(p, os.O_RDONLY | os.O_DIRECTORY)), there, errno.ENOTDIR
        yield (lambda p: os.rename("d", p)), there, errno.ENOTDIR
        yield read, there + "/", errno.ENOTDIR
    yield (lambda p: os.rename("f", p)), "no/", errno.ENOTDIR
    for below in ("deep/er", "deep/new", "deep/er/new"):
        yield (lambda p: os.rename("deep", p)), below, errno.EINVAL
    yield (lambda p: os.rename("deep/er", p)), "deep", errno.ENOTEMPTY
    for there in ("f", "d"):
        yield os.readlink, there, errno.EINVAL
    yield (lambda p: os.truncate(p, -1)), "f", errno.EINVAL
    yield (lambda p: os.link(p, "new")), "d", errno.EPERM
    for there in ("s", "gone", "loop"):
        yield (lambda p: opened(p, os.O_RDONLY | os.O_NOFOLLOW)), there, errno.ELOOP
    yield (lambda p: os.symlink("", p)), "new", errno.ENOENT
    yield (lambda p: os.symlink("t" * 4096, p)), "new", errno.ENAMETOOLONG
    yield (lambda _: written_read_only()), "f", errno.EBADF
    yield (lambda _: read_write_only()), "f", errno.EBADF


def name_of(call):
    return call.__name__ if call.__name__ != "<lambda>" else " ".join(call.__code__.co_names)


def errors():
    global cases
    prepare("errors")
    os.makedirs("deep/er")
    here, before = os.getcwd(), tree()
    for call, path, expected in rows():
        cases += 1
        try:
            call(path)
            got = 0
        except OSError as e:
            got = e.errno
        os.chdir(here)
        accepted = {expected, OVER_SFTP.get(expected)} if SFTP else {expected}
        if got not in accepted:
            shown = path if len(path) < 40 else f"{path[:6]}... ({len(path)} bytes)"
            failed.append(f"{name_of(call)} {shown!r}: {errno.errorcode.get(got, got)} instead of {errno.errorcode[expected]}")
    if tree() != before:
        failed.append(f"calls that failed have changed something: {sorted(tree() ^ before)}")


def tree():
    """Everything that a failed call must leave unchanged."""
    found = set()
    for directory, _, _ in os.walk("."):
        for name in os.listdir(directory) + ["."]:
            at = os.lstat(f"{directory}/{name}")
            content = open(f"{directory}/{name}").read() if stat.S_ISREG(at.st_mode) else ""
            found.add((directory, name, at.st_mode, 0 if SFTP else at.st_nlink, at.st_mtime_ns, content))
    return found


# ---- what changes ----------------------------------------------------------------------------------------------------

MTIME, CTIME = ("mtime",), ("ctime",)
BOTH = MTIME + CTIME


def same(count, *paths):
    """Checks that the paths are those of one file, which has this number of links."""
    if not SFTP:
        assert {os.lstat(p).st_nlink for p in paths} == {count}, [os.lstat(p).st_nlink for p in paths]
        assert len({os.lstat(p).st_ino for p in paths}) == 1


def created():
    create("new")
    same(1, "new")
    assert os.stat("new").st_size == 0
    return {".": BOTH, "d": ()}


def exists_already():
    create("f")
    return {".": (), "f": ()}


def emptied():
    opened("f", os.O_WRONLY | os.O_TRUNC)
    assert os.stat("f").st_size == 0
    return {"f": BOTH, ".": ()}


def directory_made():
    os.mkdir("d/new")
    same(2, "d/new")
    same(3, "d")
    return {"d": BOTH, ".": ()}


def directory_removed():
    os.rmdir("d")
    same(3, ".")
    return {".": BOTH}


def link_made():
    os.symlink("f", "new")
    assert os.readlink("new") == "f" and os.lstat("new").st_size == 1
    return {".": BOTH, "f": ()}


def fifo_made():
    os.mkfifo("new")
    assert stat.S_ISFIFO(os.lstat("new").st_mode)
    return {".": BOTH}


def linked():
    os.link("f", "d/new")
    same(2, "f", "d/new")
    return {"d": BOTH, "f": CTIME, ".": ()}


def symbolic_link_linked():
    os.link("s", "new", follow_symlinks=False)
    assert os.readlink("new") == "f"
    same(2, "s", "new")
    return {".": BOTH, "s": CTIME, "f": ()}


def one_of_two_names_removed():
    os.link("f", "new")
    rest()
    os.unlink("f")
    same(1, "new")
    return {".": BOTH, "new": CTIME}


def unlinked_while_open():
    fd = os.open("f", os.O_RDWR)
    before = os.fstat(fd)
    rest()
    os.unlink("f")
    after = os.fstat(fd)
    assert SFTP or (after.st_nlink == 0 and after.st_ctime_ns > before.st_ctime_ns), (before, after)
    assert os.pread(fd, 9, 0) == b"text" and os.pwrite(fd, b"more", 2) == 4 and os.pread(fd, 9, 0) == b"temore"
    os.close(fd)
    return {".": BOTH}


def link_removed():
    os.unlink("s")
    assert open("f").read() == "text"
    return {".": BOTH, "f": ()}


def renamed():
    os.rename("f", "d/new")
    assert open("d/new").read() == "text" and not os.path.exists("f")
    return {".": BOTH, "d": BOTH, "d/new": None}


def renamed_over_a_file():
    os.link("g", "g2")
    rest()
    number = os.stat("f").st_ino
    os.rename("f", "g")
    assert open("g").read() == "text" and open("g2").read() == "other"
    assert SFTP or os.stat("g").st_ino == number
    same(1, "g2")
    return {".": BOTH, "g2": CTIME}


def renamed_over_a_link():
    os.rename("g", "s")
    assert stat.S_ISREG(os.lstat("s").st_mode) and open("f").read() == "text"
    return {".": BOTH, "f": ()}


def link_renamed():
    os.rename("s", "g")
    assert os.readlink("g") == "f" and open("g").read() == "text"
    return {".": BOTH, "f": ()}


def renamed_to_itself():
    os.rename("f", "f")
    return {".": (), "f": ()}


def renamed_to_its_other_name():
    os.link("f", "new")
    rest()
    os.rename("f", "new")
    same(2, "f", "new")
    return {".": (), "f": ()}


def directory_renamed():
    os.mkdir("d/other")
    rest()
    number = os.stat("full").st_ino
    os.rename("full", "d/other/new")
    same(3, "d/other")
    same(4 - 1, ".")
    assert os.listdir("d/other/new") == ["in"]
    assert SFTP or (os.stat("d/other/new").st_ino == number and os.stat("d/other/new/..").st_ino == os.stat("d/other").st_ino)
    return {".": BOTH, "d/other": BOTH, "d": ()}


def directory_renamed_over_an_empty_one():
    os.rename("full", "d")
    same(3, ".")
    assert os.listdir("d") == ["in"]
    return {".": BOTH}


def mode_changed():
    os.chmod("f", 0o600)
    assert stat.S_IMODE(os.stat("f").st_mode) == 0o600
    return {"f": CTIME, ".": ()}


def owner_kept():
    os.chown("f", os.stat("f").st_uid, os.stat("f").st_gid)
    return {"f": CTIME, ".": ()}


def times_set():
    os.utime("f", (1, 2))
    assert (int(os.stat("f").st_atime), int(os.stat("f").st_mtime)) == (1, 2)
    return {"f": BOTH, ".": ()}


def truncated():
    os.truncate("f", 2)
    assert open("f").read() == "te"
    return {"f": BOTH, ".": ()}


def truncated_and_longer_again():
    os.truncate("f", 2)
    rest()
    os.truncate("f", 200_000)
    assert open("f").read() == "te" + "\0" * 199_998
    return {"f": BOTH, ".": ()}


def truncated_through_its_descriptor():
    fd = os.open("f", os.O_RDWR)
    os.ftruncate(fd, 100)
    os.close(fd)
    assert os.stat("f").st_size == 100
    return {"f": BOTH, ".": ()}


def written():
    fd = os.open("f", os.O_WRONLY)
    assert os.pwrite(fd, b"x", 100_000) == 1
    os.close(fd)
    assert open("f").read() == "text" + "\0" * 99_996 + "x"
    return {"f": BOTH, ".": ()}


def nothing_written():
    fd = os.open("f", os.O_WRONLY)
    assert os.write(fd, b"") == 0
    os.close(fd)
    return {"f": ()}


def attribute_set():
    os.setxattr("f", "user.a", b"b")
    return {"f": CTIME, ".": ()}


def longest_names():
    long = "n" * 255
    make(long, "long")
    os.rename(long, long[::-1].replace("n", "m"))
    os.mkdir(long)
    os.symlink("t" * 4095, "new")
    assert os.readlink("new") == "t" * 4095
    return {".": BOTH}


UPDATES = [created, exists_already, emptied, directory_made, directory_removed, link_made, linked, one_of_two_names_removed,
           unlinked_while_open, link_removed, renamed, renamed_over_a_file, renamed_over_a_link, link_renamed, renamed_to_itself,
           renamed_to_its_other_name, directory_renamed, directory_renamed_over_an_empty_one, mode_changed, times_set, truncated,
           truncated_and_longer_again, truncated_through_its_descriptor, written, nothing_written, longest_names]
if not SFTP:
    UPDATES += [fifo_made, symbolic_link_linked, owner_kept, attribute_set]


def rest():
    """Remembers the attributes of all files by their inode numbers, and waits until a change would be made at a new time."""
    global before, began
    before = {}
    for directory, _, _ in os.walk("."):
        for name in os.listdir(directory) + ["."]:
            at = os.lstat(f"{directory}/{name}")
            before[os.path.normpath(f"{directory}/{name}") if SFTP else at.st_ino] = at
    time.sleep(TICK)


def updates():
    global cases
    for change in UPDATES:
        cases += 1
        prepare(change.__name__)
        rest()
        try:
            for path, updated in change().items():
                at = os.lstat(path)
                was = before.get(path if SFTP else at.st_ino)
                if was is None or updated is None:
                    continue
                for field in BOTH if not SFTP else MTIME:
                    differs = getattr(at, f"st_{field}_ns") != getattr(was, f"st_{field}_ns")
                    assert differs == (field in updated), f"{field} of {path} is {'new' if differs else 'old'}"
        except (AssertionError, OSError) as e:
            failed.append(f"{change.__name__}: {type(e).__name__} {e}, line {e.__traceback__.tb_lineno}")


started = time.monotonic()
errors()
updates()
os.chdir("/")
for each in os.listdir(ROOT):
    shutil.rmtree(f"{ROOT}/{each}")
if failed:
    print(f"FAIL system calls: {len(failed)} of {cases} cases\n    " + "\n    ".join(failed[:40]))
else:
    print(f"PASS system calls: {cases} cases ({time.monotonic() - started:.1f} s)")
