"""Runs in the guest of tests/ninep/run.sh: programs and system calls on a 9P mount, one PASS or FAIL line each.

usage: checks.py quick|full ITEM...     (all items that suit the mount, if none is named)

Environment: MNT is a directory of the mount, UNDER the same directory on a path that bypasses the
server, STUCK a file whose reads never return, CALLERS a directory of the mount where each user has
their own rights, CLIENTS one where the client's kernel alone checks them (both empty on a host that
does not run as root), SFTP and KEY the port of the host's SFTP and a key for it, CACHE the
mount's cache mode, KERNEL its release, V9FS_MOUNT the arguments of mount(8) for a second mount.
"""

import ctypes
import errno
import fcntl
import hashlib
import mmap
import os
import shutil
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import traceback

FULL = sys.argv[1] == "full"
MNT = os.environ["MNT"]
UNDER = os.environ["UNDER"]
STUCK = os.environ["STUCK"]
CALLERS = os.environ["CALLERS"]
CLIENTS = os.environ["CLIENTS"]
CACHE = os.environ["CACHE"]
KERNEL = os.environ["KERNEL"]
HOST_UID = os.stat(UNDER).st_uid
ITEMS = {}

# The repositories below may belong to the host's user, who may not be root.
os.environ.update(GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")


def item(suits=lambda: True):
    def register(function):
        ITEMS[function.__name__] = (suits, function)
        return function

    return register


def scaled(quick, full):
    return full if FULL else quick


def run(*command, timeout=scaled(60, 900), **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)}: {done.returncode}\n{done.stdout[-800:]}{done.stderr[-800:]}")
    return done.stdout


def child(function, *args):
    """Runs the function in a forked process; an exception becomes a non-zero exit status."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            function(*args)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return pid


def join(pids, limit=scaled(90, 1200)):
    deadline = time.monotonic() + limit
    for pid in pids:
        while True:
            done, status = os.waitpid(pid, os.WNOHANG)
            if done:
                assert status == 0, f"a process ended with status {status}"
                break
            if time.monotonic() > deadline:
                for p in pids:
                    try:
                        os.kill(p, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
                raise AssertionError(f"processes still run after {limit} s")
            time.sleep(0.01)


def write(path, data, mode="w"):
    with open(path, mode) as f:
        f.write(data)


def read(path, mode="r"):
    with open(path, mode) as f:
        return f.read()


def until(condition, what, limit=20):
    deadline = time.monotonic() + limit
    while not condition():
        assert time.monotonic() < deadline, f"not within {limit} s: {what}"
        time.sleep(0.01)


# ---- programs ----


@item()
def git(d):
    source = "/tmp/git-source"
    shutil.rmtree(source, ignore_errors=True)
    run("git", "init", "-q", source)
    for i in range(scaled(12, 1000)):
        os.makedirs(f"{source}/d{i % 7}", exist_ok=True)
        write(f"{source}/d{i % 7}/f{i}", f"content {i}\n" * (i % 50 + 1))
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
    run("git", "-C", source, "add", ".")
    run("git", "-C", source, *identity, "commit", "-qm", "one")
    run("git", "clone", "-q", source, f"{d}/clone")
    assert run("git", "-C", f"{d}/clone", "status", "--porcelain") == "", "a fresh clone is dirty"
    run("git", "-C", f"{d}/clone", "fsck", "--full")
    write(f"{d}/clone/d0/f0", "changed")
    assert run("git", "-C", f"{d}/clone", "status", "--porcelain").split() == ["M", "d0/f0"]
    run("git", "-C", f"{d}/clone", *identity, "commit", "-qam", "two")


@item()
def npm_pack(d):
    """Inode numbers in JavaScript's precision: files whose numbers look equal are packed as hard links of each other."""
    package = f"{d}/package"
    os.mkdir(package)
    write(f"{package}/package.json", '{"name": "numbers", "version": "1.0.0"}')
    names = "abcdefgh"
    for name in names:
        write(f"{package}/{name}.js", f"// this is {name}\n")
        os.link(f"{package}/{name}.js", f"{d}/{name}")
    key = "(s => s.dev + ':' + s.ino)(fs.statSync(n + '.js'))"  # npm's key for files with several names
    keys = run("node", "-p", f"[...'{names}'].map(n => {key}).join(' ')", cwd=package).split()
    assert len(set(keys)) == len(names), keys
    if not shutil.which("npm"):  # Debian's nodejs does not contain npm
        return
    run("npm", "pack", "--silent", "--offline", "--no-update-notifier", "--cache=/tmp/npm", cwd=package)
    run("tar", "-xzf", f"{package}/numbers-1.0.0.tgz", "-C", d, "--one-top-level=unpacked")
    for name in names:
        assert read(f"{d}/unpacked/package/{name}.js") == f"// this is {name}\n", f"{name}.js has another file's content"


def sqlite_writer(path, name, count):
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    for i in range(count):
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO t VALUES (?, ?, ?)", (name, i, "x" * 200))
        db.execute("COMMIT")
    db.close()


def sqlite(d, journal):
    path = f"{d}/{journal}.db"
    db = sqlite3.connect(path)
    got = db.execute(f"PRAGMA journal_mode={journal}").fetchone()[0]
    assert got == journal, f"journal mode is {got}"
    db.execute("CREATE TABLE t (name TEXT, i INTEGER, filler TEXT)")
    db.commit()
    db.close()
    count = scaled(15, 300)
    join([child(sqlite_writer, path, name, count) for name in "ab"])
    db = sqlite3.connect(path)
    assert db.execute("SELECT count(*), count(DISTINCT name || i) FROM t").fetchone() == (2 * count, 2 * count)
    assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    db.close()


@item()
def sqlite_rollback(d):
    sqlite(d, "delete")


@item(lambda: CACHE == "mmap")
def sqlite_wal(d):
    sqlite(d, "wal")


def xattrs(path):
    try:
        return os.listxattr(path)
    except OSError:
        return []


def tree(top):
    """Returns everything that rsync -aHAX preserves, by path."""
    found = {}
    for where, directories, files in os.walk(top):
        for name in [*directories, *files, "."]:
            path = os.path.join(where, name) if name != "." else where
            s = os.lstat(path)
            content = (
                os.readlink(path)
                if stat.S_ISLNK(s.st_mode)
                else hashlib.sha256(read(path, "rb")).hexdigest()
                if stat.S_ISREG(s.st_mode)
                else ""
            )
            attributes = {}
            if not stat.S_ISLNK(s.st_mode):
                names = [n for n in xattrs(path) if n.startswith("user.")]
                attributes = {n: os.getxattr(path, n) for n in names}
            relative = os.path.relpath(path, top)
            found[relative] = (
                stat.filemode(s.st_mode), s.st_uid, s.st_gid, int(s.st_mtime), content, attributes,
                s.st_nlink if stat.S_ISREG(s.st_mode) else 0,
            )  # fmt: skip
    links = {}
    for where, _, files in os.walk(top):
        for name in files:
            path = os.path.join(where, name)
            links.setdefault(os.lstat(path).st_ino, set()).add(os.path.relpath(path, top))
    return found, sorted(map(sorted, links.values()))


@item()
def rsync(d):
    top = f"{d}/source"
    for i in range(scaled(4, 40)):
        sub = f"{top}/dir {i}/\u00fcber"
        os.makedirs(sub)
        write(f"{sub}/plain", os.urandom(scaled(20_000, 300_000)), "wb")
        write(f"{sub}/empty", "")
        os.link(f"{sub}/plain", f"{sub}/hard link")
        os.symlink("plain", f"{sub}/soft")
        os.symlink("/no/where", f"{sub}/dangling")
        os.mkfifo(f"{sub}/fifo")
        write(os.fsencode(sub) + b"/not utf-8 \xff\xfe", "bytes")
        os.setxattr(f"{sub}/empty", "user.note", b"\x00binary\xff" * 10)
        os.setxattr(sub, "user.dir", b"d")
        os.chmod(f"{sub}/plain", 0o4751)
        if HOST_UID == 0:
            os.chown(f"{sub}/empty", 1234, 4321)
        os.chmod(f"{sub}/empty", 0o604)
        os.utime(f"{sub}/plain", (1_000_000_000, 987_654_321))
        os.utime(sub, (5, 5))
    run("rsync", "-aHAX", f"{top}/", f"{d}/there/")
    assert run("rsync", "-aHAXni", f"{top}/", f"{d}/there/") == "", "a second run finds differences"
    run("rsync", "-aHAX", f"{d}/there/", f"{d}/back/")
    expected = tree(top)
    assert tree(f"{d}/there") == expected, "differs on the mount"
    assert tree(f"{d}/back") == expected, "differs after the way back"
    # On the path that bypasses the server, extended attributes are not visible.
    under = {path: file[:5] for path, file in tree(f"{UNDER}/there")[0].items()}
    assert under == {path: file[:5] for path, file in expected[0].items()}, "differs past the server"


@item()
def fio_verify(d):
    run(
        "fio", "--name=v", f"--directory={d}", "--rw=randwrite", "--bs=4k",
        f"--size={scaled('512k', '32m')}", "--numjobs=4", "--verify=crc32c", "--verify_fatal=1",
        "--do_verify=1", "--group_reporting", "--fallocate=none", "--minimal", "--ioengine=psync",
    )  # fmt: skip


@item()
def dbench(d):
    client = "/usr/share/dbench/client.txt"
    out = run("dbench", "-D", d, "-t", str(scaled(4, 60)), "-c", client, "4")
    assert "Throughput" in out, out[-500:]


STRESSORS = "dentry:2,dir:2,fallocate:1,fstat:1,hdd:1,iomix:1,link:1,rename:2,seek:1,symlink:1,sync-file:0,utime:1,chmod:1,chown:1,flock:2,lockf:2,open:0,xattr:1,filename:0,access:1,copy-file:0,dirdeep:1,io:0,touch:2,unlink:0"


@item()
def stress_ng(d):
    args = []
    for each in STRESSORS.split(","):
        name, count = each.split(":")
        # These two stressors remove 8,192 names at their end, however few they have created. links()
        # tests the same with fewer names.
        if count != "0" and (FULL or name not in ("link", "symlink")):
            args += [f"--{name}", count]
    out = subprocess.run(
        ["stress-ng", "--temp-path", d, *args, "--timeout", f"{scaled(3, 60)}s", "--hdd-bytes", "4m",
         "--iomix-bytes", "2m", "--fallocate-bytes", "2m", "--seek-size", "2m", "--metrics-brief",
         "--verify", "--dirdeep-inodes", "200", "--dir-dirs", "64", "--dentries", "64", "--copy-file-bytes", "128m"],
        capture_output=True, text=True, timeout=scaled(90, 600),
    )  # fmt: skip
    said = (out.stdout + out.stderr)[-1500:]
    assert out.returncode == 0 and "fail:" not in said, f"status {out.returncode}\n{said}"


def makes_links(d, number, count):
    target = f"{d}/target {number}"
    write(target, f"{number}")
    names = [f"{d}/{number} {i}" for i in range(count)]
    for i, name in enumerate(names):
        os.link(target, name)
        assert os.stat(target).st_nlink == i + 2
        os.symlink(target, name + ".soft")
        assert os.readlink(name + ".soft") == target and os.lstat(name + ".soft").st_size == len(target)
        assert read(name) == read(name + ".soft") == f"{number}"
    try:
        os.link(target, names[0])
        raise AssertionError("a link took the place of another")
    except FileExistsError:
        pass
    for i, name in enumerate(names):
        os.unlink(name + ".soft")
        os.unlink(name)
        assert os.stat(target).st_nlink == count - i
    os.unlink(target)


@item()
def links(d):
    join([child(makes_links, d, number, scaled(40, 4000)) for number in range(3)])
    assert os.listdir(d) == []


# ---- system calls ----


def appender(path, name, count):
    fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for i in range(count):
        os.write(fd, b"%d %d %s\n" % (name, i, b"." * 20))
    os.close(fd)


# Linux 6.12 keeps dirty pages of an appended file in its own cache and loses other processes' lines.
@item(lambda: CACHE == "none" or KERNEL.startswith("6.1."))
def append_8_writers(d):
    count = scaled(200, 10_000)
    path = f"{d}/log"
    join([child(appender, path, name, count) for name in range(8)])
    lines = read(path).splitlines()
    assert len(lines) == 8 * count, f"{len(lines)} lines of {8 * count}"
    assert len(set(lines)) == 8 * count, "a line came twice or broken"


def lock_both_ways(first, second):
    """A blocked waiter gets the lock soon after its holder releases it, for fcntl and flock."""
    write(first, "x" * 100)
    for name, lock, unlock in (
        ("fcntl", lambda f: fcntl.lockf(f, fcntl.LOCK_EX, 10, 5), lambda f: fcntl.lockf(f, fcntl.LOCK_UN, 10, 5)),
        ("flock", lambda f: fcntl.flock(f, fcntl.LOCK_EX), lambda f: fcntl.flock(f, fcntl.LOCK_UN)),
    ):
        held = open(first, "r+")
        lock(held)
        said, tell = os.pipe()

        def waiter():
            with open(second, "r+") as f:
                try:
                    if name == "fcntl":
                        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)
                    else:
                        fcntl.flock(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    os.write(tell, b"!")
                except BlockingIOError:
                    os.write(tell, b".")
                if name == "fcntl":
                    fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 50)  # other bytes are not locked
                lock(f)
                os.write(tell, b"%f" % time.monotonic())

        pid = child(waiter)
        assert os.read(said, 1) == b".", f"{name}: two hold the same lock"
        time.sleep(0.5)  # gives the waiter time to begin waiting
        released = time.monotonic()
        unlock(held)
        join([pid])
        waited = float(os.read(said, 64)) - released
        assert 0 <= waited < 0.8, f"{name}: the waiter got the lock after {waited:.3f} s"
        held.close()
        os.close(said)
        os.close(tell)


@item()
def locks_two_processes(d):
    lock_both_ways(f"{d}/f", f"{d}/f")
    # A process that dies releases its locks.
    said, tell = os.pipe()

    def dies():
        f = open(f"{d}/f", "r+")
        fcntl.lockf(f, fcntl.LOCK_EX)
        os.write(tell, b".")
        signal.pause()

    pid = child(dies)
    os.read(said, 1)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with open(f"{d}/f", "r+") as f:
        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)


@item()
def locks_getlk(d):
    write(f"{d}/f", "x")
    with open(f"{d}/f", "r+") as f:
        fcntl.lockf(f, fcntl.LOCK_EX, 10, 100)
        said, tell = os.pipe()

        def asks():
            import struct

            with open(f"{d}/f", "r+") as g:
                # struct flock: l_type, l_whence, l_start, l_len, l_pid
                query = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
                got = struct.unpack("hhqqi4x", fcntl.fcntl(g, fcntl.F_GETLK, query))
                free = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 50, 0)
                none = struct.unpack("hhqqi4x", fcntl.fcntl(g, fcntl.F_GETLK, free))
                os.write(tell, repr((got[0], got[2], got[3], none[0])).encode())

        join([child(asks)])
        assert os.read(said, 100) == repr((fcntl.F_WRLCK, 100, 10, fcntl.F_UNLCK)).encode()


@item()
def locks_two_mounts(d):
    second = "/tmp/second-mount"
    os.makedirs(second, exist_ok=True)
    run("mount", *os.environ["V9FS_MOUNT"].split(), second)
    try:
        lock_both_ways(f"{d}/f", second + os.path.abspath(f"{d}/f").removeprefix("/mnt"))
    finally:
        run("umount", second)


@item()
def remove_tree(d):
    count = scaled(500, 20_000)
    os.mkdir(f"{d}/many")
    for i in range(count):
        os.mknod(f"{d}/many/{i:06d}", 0o644 | stat.S_IFREG)
    run("rm", "-r", f"{d}/many")
    assert not os.path.exists(f"{d}/many")


@item()
def large_directory(d):
    count = scaled(4_000, 100_000)
    os.makedirs(f"{UNDER}/large")
    for i in range(count):
        os.mknod(f"{UNDER}/large/entry-{i}", 0o644 | stat.S_IFREG)
    names = os.listdir(f"{d}/large")
    assert len(names) == count and len(set(names)) == count, f"{len(names)} entries of {count}"
    assert {".", ".."} <= set(run("ls", "-f", f"{d}/large").split())


@item()
def unlink_while_open(d):
    with open(f"{d}/f", "w+b", buffering=0) as f:
        f.write(b"before")
        os.unlink(f"{d}/f")
        write(f"{d}/f", "another file of the same name")
        f.write(b" and after")
        assert os.fstat(f.fileno()).st_size == 16, f"size {os.fstat(f.fileno()).st_size}"
        assert os.pread(f.fileno(), 100, 0) == b"before and after"
        os.ftruncate(f.fileno(), 3)
        os.fchmod(f.fileno(), 0o600)
        os.utime(f.fileno(), (7, 7))
        s = os.fstat(f.fileno())
        assert (s.st_size, stat.S_IMODE(s.st_mode), int(s.st_mtime)) == (3, 0o600, 7), s
    assert read(f"{d}/f") == "another file of the same name"
    with open(f"{d}/g", "w+b", buffering=0) as f:
        f.write(b"one")
        os.mkdir(f"{d}/sub")
        os.rename(f"{d}/g", f"{d}/sub/h")
        os.rename(f"{d}/sub", f"{d}/moved")
        f.write(b"two")
        assert os.fstat(f.fileno()).st_size == 6
    assert read(f"{d}/moved/h") == "onetwo"
    write(f"{d}/old", "old")
    with open(f"{d}/old", "rb", buffering=0) as f:
        write(f"{d}/new", "newer")
        os.rename(f"{d}/new", f"{d}/old")
        assert f.read() == b"old"
        assert os.fstat(f.fileno()).st_size == 3
    assert read(f"{d}/old") == "newer"


@item()
def fifo_and_socket(d):
    os.mkfifo(f"{d}/fifo")
    pid = child(lambda: write(f"{d}/fifo", "through"))
    assert read(f"{d}/fifo") == "through"
    join([pid])
    server = socket.socket(socket.AF_UNIX)
    os.chdir(d)  # a socket's path is short
    server.bind("socket")
    server.listen()
    client = socket.socket(socket.AF_UNIX)
    client.connect("socket")
    connection, _ = server.accept()
    client.sendall(b"hello")
    assert connection.recv(5) == b"hello"
    assert stat.S_ISSOCK(os.stat("socket").st_mode)
    os.unlink("socket")
    os.chdir("/")


@item()
def names_and_times(d):
    name = os.fsencode(d) + b"/\xff\xfe \n\\%"
    write(name, "x")
    assert os.path.basename(name) in os.listdir(os.fsencode(d))
    for length, expected in ((255, None), (256, errno.ENAMETOOLONG)):
        try:
            write(f"{d}/{'n' * length}", "")
            assert expected is None
        except OSError as e:
            assert e.errno == expected, e
    write(f"{d}/t", "")
    os.utime(f"{d}/t", (1, 4_000_000_000))
    got = os.stat(f"{d}/t")
    assert (int(got.st_atime), int(got.st_mtime)) == (1, 4_000_000_000), got
    os.setxattr(f"{d}/t", "user.big", b"v" * 4000)
    assert os.getxattr(f"{d}/t", "user.big") == b"v" * 4000
    try:
        os.setxattr(f"{d}/t", "user.big", b"w", os.XATTR_CREATE)
        raise AssertionError("XATTR_CREATE replaced")
    except FileExistsError:
        pass
    os.removexattr(f"{d}/t", "user.big")
    run("setfattr", "-n", "user.empty", "-v", "", f"{d}/t")
    assert (os.listxattr(f"{d}/t"), os.getxattr(f"{d}/t", "user.empty")) == (["user.empty"], b"")
    run("setfattr", "-x", "user.empty", f"{d}/t")
    assert os.listxattr(f"{d}/t") == []
    try:
        os.setxattr(f"{d}/t", "user.big", b"w", os.XATTR_REPLACE)
        raise AssertionError("XATTR_REPLACE created")
    except OSError as e:
        assert e.errno == errno.ENODATA, e


@item(lambda: CACHE == "mmap")
def shared_mmap(d):
    with open(f"{d}/m", "w+b") as f:
        f.truncate(1 << 20)
        with mmap.mmap(f.fileno(), 1 << 20) as m:
            for i in range(0, 1 << 20, 4096):
                m[i : i + 8] = b"%08d" % i
            m.flush()
    data = read(f"{UNDER}/m", "rb")
    assert all(data[i : i + 8] == b"%08d" % i for i in range(0, 1 << 20, 4096))


@item()
def tail_f(d):
    write(f"{d}/log", "one\n")
    tail = subprocess.Popen(["tail", "-f", "-s", "0.1", f"{d}/log"], stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGALRM, lambda *_: tail.kill())
    signal.alarm(20)
    try:
        assert tail.stdout.readline() == "one\n"
        if CACHE == "none":  # changes by others do not reach a page that is cached
            with open(f"{UNDER}/log", "a") as f:
                f.write("two\n")
            assert tail.stdout.readline() == "two\n"
        with open(f"{d}/log", "a") as f:
            f.write("three\n")
        assert tail.stdout.readline() == "three\n"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        tail.kill()
        tail.wait()


# With a page cache the client may show what it read before until the file is opened again.
@item(lambda: CACHE == "none")
def changes_underneath(d):
    write(f"{d}/f", "first")
    assert read(f"{d}/f") == "first"
    held = open(f"{d}/f", "rb", buffering=0)
    write(f"{UNDER}/f", "second one")
    assert os.stat(f"{d}/f").st_size == 10
    assert held.read() == b"second one"
    write(f"{UNDER}/new", "x")
    assert "new" in os.listdir(d) and read(f"{d}/new") == "x"
    os.unlink(f"{UNDER}/new")
    assert not os.path.exists(f"{d}/new")
    os.rename(f"{UNDER}/f", f"{UNDER}/g")
    assert read(f"{d}/g") == "second one"
    write(f"{UNDER}/f", "third")
    held.close()
    assert read(f"{d}/f") == "third"
    os.chmod(f"{UNDER}/f", 0o640)
    assert stat.S_IMODE(os.stat(f"{d}/f").st_mode) == 0o640


class Sftp:
    """A session of OpenSSH's sftp with the same host, one command at a time."""

    def __init__(self):
        key = "/tmp/id"
        shutil.copyfile(os.environ["KEY"], key)
        os.chmod(key, 0o600)
        self.done = f"/tmp/sftp-done-{os.getpid()}"
        self.log = open("/tmp/sftp.log", "wb")
        self.process = subprocess.Popen(
            ["sftp", "-q", "-b", "-", "-i", key, "-P", os.environ["SFTP"], "-o", "LogLevel=ERROR",
             "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
             f"user@{os.environ['V9FS_HOST']}"],
            stdin=subprocess.PIPE, stdout=self.log, stderr=self.log,
        )  # fmt: skip

    def __call__(self, *commands):
        """Returns when the server has replied: only then does sftp reach its own "!" command."""
        self.process.stdin.write("\n".join([*commands, f"!touch {self.done}", ""]).encode())
        self.process.stdin.flush()
        until(lambda: os.path.exists(self.done) or self.process.poll() is not None, commands)
        assert os.path.exists(self.done), f"{commands}: {read('/tmp/sftp.log')}"
        os.unlink(self.done)

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0, read("/tmp/sftp.log")


# Like changes_underneath, but changed through the host's SFTP front end.
@item(lambda: CACHE == "none")
def changes_by_sftp(d):
    there = "/" + os.path.relpath(d, "/mnt")
    write("/tmp/second", "second one")
    write("/tmp/log", "two\n")
    write(f"{d}/f", "first")
    os.mkdir(f"{d}/dir")
    held = open(f"{d}/f", "rb", buffering=0)
    assert held.read() == b"first" and os.listdir(f"{d}/dir") == []
    sftp = Sftp()
    sftp(f"put /tmp/second {there}/f")
    assert os.stat(f"{d}/f").st_size == 10
    assert os.fstat(held.fileno()).st_size == 10
    assert os.pread(held.fileno(), 100, 0) == b"second one" == read(f"{d}/f", "rb")
    sftp(f"put /tmp/second {there}/dir/new", f"chmod 640 {there}/f")
    assert os.listdir(f"{d}/dir") == ["new"] and read(f"{d}/dir/new") == "second one"
    assert stat.S_IMODE(os.stat(f"{d}/f").st_mode) == 0o640
    # Files that are open here follow when the directory above them is renamed.
    inner = open(f"{d}/dir/new", "r+b", buffering=0)
    sftp(f"rename {there}/dir {there}/moved", f"mkdir {there}/other", f"symlink /no/where {there}/other/link")
    assert inner.write(b"SECOND") == 6
    assert read(f"{d}/moved/new") == "SECOND one"
    assert os.listdir(f"{d}/other") == ["link"] and os.readlink(f"{d}/other/link") == "/no/where"
    sftp(f"rm {there}/moved/new", f"rmdir {there}/moved", f"rm {there}/f")
    assert os.pread(inner.fileno(), 100, 0) == b"SECOND one" and os.fstat(inner.fileno()).st_size == 10
    inner.close()
    held.close()
    assert os.listdir(d) == ["other"], os.listdir(d)
    # A name that now refers to another file, and a name that was free.
    sftp(f"rename {there}/other {there}/dir", f"put /tmp/second {there}/f")
    assert os.listdir(f"{d}/dir") == ["link"] and read(f"{d}/f") == "second one"
    assert not os.path.exists(f"{d}/other")
    # What is written on this mount is visible in the underlying directory at once.
    write(f"{d}/back", "written here")
    sftp(f"get {there}/back /tmp/back")
    assert read("/tmp/back") == "written here"
    # tail -f shows lines written over SFTP; they are appended, as reput does.
    write(f"{d}/log", "one\n")
    tail = subprocess.Popen(["tail", "-f", "-s", "0.1", f"{d}/log"], stdout=subprocess.PIPE, text=True)
    assert tail.stdout.readline() == "one\n"
    write("/tmp/log", "one\ntwo\n")
    sftp(f"reput /tmp/log {there}/log")
    assert tail.stdout.readline() == "two\n"
    tail.kill()
    tail.wait()
    sftp.close()


def as_user(uid, function, *args):
    """A process of another user of the guest."""

    def become():
        os.umask(0)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        function(*args)

    return child(become)


@item()
def each_user(d):
    """The host acts as its own user for every client."""
    os.chmod(d, 0o777)

    def works(uid):
        for i in range(scaled(3, 50)):
            write(f"{d}/{uid}-{i}", f"of {uid}")
            assert read(f"{d}/{uid}-{i}") == f"of {uid}"
            os.mkdir(f"{d}/{uid}-dir-{i}")
            assert os.stat(f"{d}/{uid}-dir-{i}").st_uid == HOST_UID
            os.rmdir(f"{d}/{uid}-dir-{i}")
            os.rename(f"{d}/{uid}-{i}", f"{d}/{uid}-moved")
        assert os.stat(f"{d}/{uid}-moved").st_uid == HOST_UID

    join([as_user(uid, works, uid) for uid in (1001, 1002)])
    assert sorted(os.listdir(d)) == ["1001-moved", "1002-moved"]
    assert os.stat(f"{UNDER}/1001-moved").st_uid == HOST_UID


@item(lambda: CALLERS != "")
def callers(d):
    """With identity: caller, two users at the same time each have their own rights, and only those."""
    top = f"{CALLERS}/{os.path.basename(MNT)}"
    os.mkdir(top)
    os.chmod(top, 0o1777)

    def works(uid, other):
        for i in range(scaled(40, 1000)):
            path = f"{top}/{uid}-{i % 5}"
            fd = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            os.write(fd, b"x")
            s = os.fstat(fd)
            assert (s.st_uid, s.st_gid) == (uid, uid), f"{uid}: {s}"
            os.close(fd)
            try:
                read(f"{top}/secret-{other}")
                raise AssertionError(f"{uid} reads what is {other}'s")
            except PermissionError:
                pass
            assert read(f"{top}/secret-{uid}") == str(uid)
            os.unlink(path)

    for uid in (1001, 1002):
        write(f"{top}/secret-{uid}", str(uid))
        os.chmod(f"{top}/secret-{uid}", 0o600)
        os.chown(f"{top}/secret-{uid}", uid, uid)
    join([as_user(1001, works, 1001, 1002), as_user(1002, works, 1002, 1001)])
    shutil.rmtree(top)


@item(lambda: CALLERS != "")
def set_gid_directory(d):
    """With identity: caller, new files have the directory's group, also if their user is not in it."""
    top = f"{CALLERS}/{os.path.basename(MNT)}-group"
    group = 2002
    os.mkdir(top)
    os.chown(top, 0, group)
    os.chmod(top, 0o2777)

    def works():
        run("touch", f"{top}/f")
        os.mkdir(f"{top}/d")
        run("touch", f"{top}/d/g")
        before = os.stat(f"{top}/f").st_mtime
        os.utime(f"{top}/f", (5, 5))
        run("touch", f"{top}/f")
        assert os.stat(f"{top}/f").st_mtime >= before

    join([as_user(1001, works)])
    for name in ("f", "d", "d/g"):
        s = os.stat(f"{top}/{name}")
        assert (s.st_uid, s.st_gid) == (1001, group), f"{name}: {s}"
    assert os.stat(f"{top}/d").st_mode & stat.S_ISGID
    shutil.rmtree(top)


@item(lambda: CLIENTS != "")
def unreadable_program(d):
    """With identity: client, a user can run a program that they cannot read; their kernel reads it."""
    top = f"{CLIENTS}/{os.path.basename(MNT)}"
    os.mkdir(top)
    program = f"{top}/program"
    shutil.copyfile(os.path.realpath(shutil.which("true")), program)
    os.chmod(program, 0o711)

    def works():
        run(program)
        try:
            read(program, "rb")
            raise AssertionError("it can be read")
        except PermissionError:
            pass

    join([as_user(1001, works)])
    shutil.rmtree(top)


@item(lambda: CACHE == "loose")
def many_names(d):
    """The client keeps a fid for each name that it caches; in the full run, more than 65,536."""
    count = scaled(2_000, 70_000)
    for i in range(count):
        if i % 1000 == 0:
            os.mkdir(f"{UNDER}/{i // 1000}")
        os.mknod(f"{UNDER}/{i // 1000}/{i}", 0o644 | stat.S_IFREG)
    for _ in range(2):
        found = sum(len(files) for _, _, files in os.walk(d))
        sizes = sum(os.stat(f"{d}/{i // 1000}/{i}").st_size for i in range(count))
        assert (found, sizes) == (count, 0), f"{found} files with {sizes} bytes"


@item()
def interrupted_read(d):
    said, tell = os.pipe()

    def reads():
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        fd = os.open(STUCK, os.O_RDONLY)
        os.write(tell, b".")
        os.read(fd, 10)

    pid = child(reads)
    assert os.read(said, 1) == b"."
    time.sleep(0.3)  # gives the child time to read
    assert os.waitpid(pid, os.WNOHANG) == (0, 0), "the read answered"
    killed = time.monotonic()
    os.kill(pid, signal.SIGINT)
    _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == signal.SIGINT, status
    assert time.monotonic() - killed < 5
    write(f"{d}/after", "works")
    assert read(f"{d}/after") == "works"
    assert os.listdir(os.path.dirname(STUCK))


def main():
    wanted = sys.argv[2:] or list(ITEMS)
    failed = 0
    for name in wanted:
        suits, function = ITEMS[name]
        if not suits():
            continue
        directory = f"{MNT}/{name}"
        started = time.monotonic()
        try:
            os.mkdir(directory)
            globals()["UNDER"] = f"{os.environ['UNDER']}/{name}"
            function(directory)
            print(f"PASS {name} ({time.monotonic() - started:.1f} s)", flush=True)
        except BaseException as e:
            failed += 1
            print(f"FAIL {name} ({time.monotonic() - started:.1f} s): {e}".replace("\n", "\n    "), flush=True)
            if not isinstance(e, AssertionError) or not e.args:
                traceback.print_exc(file=sys.stdout)
    sys.exit(failed != 0)


main()
