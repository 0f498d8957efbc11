"""Attacks by clients and strangers on 9P: attack_ninep.py NAME PORT [MORE]."""

import os
import resource
import struct
import sys
import threading
import time

import ninep

name, port, more = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)


def at_once(count, work):
    threads = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(25)


def fids():
    """21 connections of 60,000 fids."""
    blob = b"".join(ninep.walk(0, fid) for fid in range(1, 60_001))
    kept = []

    def take(_):
        try:
            client = ninep.Client(port)
            kept.append(client)
            threading.Thread(target=client.socket.sendall, args=(blob,), daemon=True).start()
            for _ in range(60_000):
                client.receive()
        except OSError:
            pass  # the host has refused further fids

    at_once(21, take)
    print(len(kept), "connections")
    time.sleep(2)


def strangers():
    """1,100 connections of another user that send nothing."""
    kept, refused = [], 0
    for _ in range(1100):
        try:
            kept.append(ninep.connect(port))
        except OSError:
            refused += 1
    print(len(kept), "connections of uid", os.getuid(), "and", refused, "refused")
    time.sleep(2)


def refused():
    """10 connections of another user, with 400 attempts each to attach."""
    counts = [0] * 10

    def try_again(i):
        client = None
        for _ in range(400):
            try:
                client = client or ninep.Client(port, attached=False)
                client.rpc(ninep.attach())
                sys.exit("it was let in")
            except (ConnectionError, TimeoutError):
                client = None  # the host closes connections that it refuses
            except OSError:
                counts[i] += 1

    at_once(10, try_again)
    print(sum(counts), "attaches refused")


def locks():
    """16,000 requests that wait for a lock and are all granted it at the same moment."""
    owner = ninep.Client(port)
    owner.create("/tmp", "locked", 5)
    owner.rpc(ninep.lock(5, 1, 0, 0, 1))
    waiting, answered = [], [0] * 4

    def wait(i):
        client = ninep.Client(port)
        waiting.append(client)
        client.open("/tmp/locked", os.O_RDWR, 5)
        blob = b"".join(ninep.lock(5, 0, 0, 0, 10 + i * 4000 + n, 1, n + 1) for n in range(4000))
        sender = threading.Thread(target=client.socket.sendall, args=(blob,), daemon=True)
        sender.start()
        try:
            for _ in range(4000):
                client.receive()
                answered[i] += 1
        except OSError:
            pass  # the attack is over

    threads = [threading.Thread(target=wait, args=(i,), daemon=True) for i in range(4)]
    for t in threads:
        t.start()
    time.sleep(3)  # all requests are queued by then
    began = time.monotonic()
    owner.rpc(ninep.lock(5, 2, 0, 0, 1))
    for t in threads:
        t.join(20)
    print(sum(answered), f"answers in {time.monotonic() - began:.1f} s")
    owner.unlink("/tmp", "locked")
    if sum(answered) < 16_000:
        sys.exit("not all who waited have an answer")


def descriptors():
    """One client that opens more files than the host may have descriptors."""
    client = ninep.Client(port)
    client.create("/local", "opened", 5)
    count = 0
    try:
        for fid in range(10, 1010):
            client.open("/local/opened", os.O_RDONLY, fid)
            count += 1
    except OSError as e:
        print(count, "files open, then:", e)
    time.sleep(2)
    client.close()


def commands():
    """A command that hangs, and another one at the same time."""

    def order(text):
        client = ninep.Client(port)
        client.open("/sys/ctl", os.O_WRONLY, 5)
        client.write(5, 0, text)
        client.clunk(5)
        return client

    threading.Thread(target=order, args=(b"mount hang /again\n",), daemon=True).start()
    time.sleep(0.5)
    print(order(b"mount memfs /more\n").list("/more"))


def kernel_trees():
    """The files of the host's own process in a /proc below an export's root."""
    client = ninep.Client(port)
    served = []
    for path in (f"/export/proc/{more[0]}/environ", "/export/proc/self/mem", "/export/proc/version"):
        try:
            client.open(path, os.O_RDONLY, 5)
            client.clunk(5)
            served.append(path)
        except OSError as e:
            print(path, e)
    if served:
        sys.exit("served: " + " ".join(served))


def stuck():
    """More look-ups that never return than there are processors."""
    kept = []
    for i in range(4):
        client = ninep.Client(port)
        kept.append(client)
        client.socket.sendall(ninep.walk(0, 1, ["stuck", f"stuck-{i}"]))
    print("4 look-ups wait")
    time.sleep(2)


def frozen():
    """Two changes on a frozen disk, which no signal ends."""
    kept = []
    for i in range(2):
        client = ninep.Client(port)
        kept.append(client)
        client.walk("/frozen", 1)
        body = struct.pack("<I", 1) + ninep.text(f"new-{i}") + struct.pack("<II", 0o755, os.getgid())
        client.socket.sendall(ninep.message(ninep.TMKDIR, 1, body))
    print("2 mkdirs wait")
    time.sleep(2)


{f.__name__: f for f in (fids, strangers, refused, locks, descriptors, commands, kernel_trees, stuck, frozen)}[name]()
sys.stdout.flush()
os._exit(0)
