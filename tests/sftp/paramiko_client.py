"""Checks paramiko: paramiko_client.py PORT KEY REMOTE-DIRECTORY THE-SAME-HERE."""
import os
import stat
import sys
import threading

import paramiko

port, key, remote, local = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]


def connect():
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
    client.connect("127.0.0.1", port, "user", pkey=paramiko.Ed25519Key.from_private_key_file(key),
                   look_for_keys=False, allow_agent=False)
    return client, client.open_sftp()


def refused(call, *args):
    try:
        call(*args)
    except IOError as error:
        return error
    raise AssertionError(f"{call} {args} was not refused")


client, sftp = connect()
data = os.urandom(2_000_003)
with sftp.open(remote + "/a", "wb") as f:
    f.set_pipelined(True)
    f.write(data)
assert open(local + "/a", "rb").read() == data
with sftp.open(remote + "/a", "rb") as f:
    f.prefetch()
    assert f.read() == data
    f.seek(1_000_000)
    assert f.read(10) == data[1_000_000:1_000_010]
    assert f.stat().st_size == len(data)
with sftp.open(remote + "/a", "r+b") as f:
    f.seek(5)
    f.write(b"xyz")
    f.truncate(1000)
    f.chmod(0o611)
    f.utime((1_000_000_000, 1_100_000_000))
here = os.stat(local + "/a")
assert (here.st_size, stat.S_IMODE(here.st_mode), here.st_mtime) == (1000, 0o611, 1_100_000_000), here
there = sftp.stat(remote + "/a")
assert (there.st_size, there.st_mode, there.st_mtime, there.st_uid) == (1000, here.st_mode, 1_100_000_000, here.st_uid)
with sftp.open(remote + "/a", "ab") as f:
    f.write(b"end")
assert open(local + "/a", "rb").read()[-3:] == b"end"
sftp.mkdir(remote + "/d", 0o750)
sftp.symlink("d", remote + "/l")
assert os.readlink(local + "/l") == "d" and sftp.readlink(remote + "/l") == "d"
assert stat.S_ISDIR(sftp.stat(remote + "/l").st_mode) and stat.S_ISLNK(sftp.lstat(remote + "/l").st_mode)
assert sftp.normalize(remote + "/l/../d/./x") == os.path.normpath(remote + "/d/x"), sftp.normalize(remote + "/l/../d/./x")
assert sorted(sftp.listdir(remote)) == ["a", "d", "l"]
assert sftp.listdir_attr(remote)[0].longname
sftp.open(remote + "/b", "w").close()
refused(sftp.rename, remote + "/a", remote + "/b")
sftp.posix_rename(remote + "/a", remote + "/b")
assert refused(sftp.stat, remote + "/a").errno == 2
refused(sftp.rmdir, remote)
refused(sftp.open, remote + "/d", "wb")
refused(sftp.open, remote + "/b", "wxb")
sftp.chdir(remote)
assert sftp.getcwd() == remote and "b" in sftp.listdir(".")
sftp.remove("b"), sftp.remove("l"), sftp.rmdir("d")


def worker(number):
    c, s = connect()
    for i in range(20):
        name = f"{remote}/w{number}-{i}"
        with s.open(name, "wb") as f:
            f.write(bytes([number]) * 1000)
        with s.open(name, "rb") as f:
            assert f.read() == bytes([number]) * 1000
        s.remove(name)
    c.close()
    done.append(number)


done = []
threads = [threading.Thread(target=worker, args=(n,)) for n in range(5)]
[t.start() for t in threads]
[t.join() for t in threads]
assert len(done) == 5, done
client.close()
assert os.listdir(local) == []
