"""Uses everything that the documented limits allow, at once: attack_limits.py SFTP-PORT KEY NINEP-PORT HTTP-PORT CONFIGURATION.MD.

Each limit is read from the documentation, and used up to its default from an address of its own. Each connection also holds as much as it
may: a part of a message of the greatest size, and as many requests, fids or handles as allowed. The host may refuse any of this: a
limit counts as reached if the host has refused a series of attempts. It is a failure if the time ends before that.
"""

import concurrent.futures
import functools
import logging
import os
import re
import resource
import socket
import struct
import sys
import threading
import time

import paramiko

import ninep
import ssh

sftp_port, key, ninep_port, http_port = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
logging.getLogger("paramiko").setLevel(logging.CRITICAL)
threading.stack_size(256 << 10)
SECONDS = 45
REFUSALS = 12  # in a row
FID_USERS = 32
began = time.monotonic()
kept = []


def documented(section, limit):
    text = open(sys.argv[5], encoding="utf-8").read()
    part = text.split(f"### `{section}`", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]
    value, unit = re.search(rf"`{limit}` \((?:integer|size), default (\d+)(KiB|MiB|GiB)?", part).groups()
    return int(value) << {None: 0, "KiB": 10, "MiB": 20, "GiB": 30}[unit]


def up_to(name, count, make, workers=8):
    """Calls `make` until the limit or a series of refusals; prints the number of accepted calls, and fails if the time ends first."""
    lock = threading.Lock()
    made, refused, late = 0, 0, 0

    def one(i):
        nonlocal made, refused, late
        if refused >= REFUSALS:
            return
        if time.monotonic() - began > SECONDS:
            late += 1
            return
        try:
            kept.append(make(i))
        except (paramiko.SSHException, OSError, EOFError, struct.error):
            with lock:
                refused += 1
        else:
            with lock:
                made, refused = made + 1, 0

    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        list(pool.map(one, range(count)))
    how = "the limit" if made == count else "refused" if refused >= REFUSALS else f"{late} left when the time ended"
    print(f"{name}: {made} of {count}, {how}")
    return late == 0


def sftp_startup(_):
    return socket.create_connection(("127.0.0.1", sftp_port), 3, ("127.0.0.3", 0))


def sftp_session(_):
    t = ssh.log_in(sftp_port, "reader", key, "127.0.0.2", timeout=5)
    for _ in range(documented("sftp", "max_channels")):
        try:
            channel = t.open_session(timeout=3)
            channel.invoke_subsystem("sftp")
            # An SSH_FXP_INIT, handles, and then nearly all of a message of 1 MiB.
            greeting = struct.pack(">IBI", 5, 1, 3)
            open_root = struct.pack(">IBII", 10, 11, 1, 1) + b"/"
            channel.sendall(greeting + open_root * documented("sftp", "max_handles"))
            kept.append(channel)  # a channel that is garbage-collected is closed
            channel.settimeout(0.1)
            channel.sendall(struct.pack(">I", 1 << 20) + bytes((1 << 20) - 1))
        except (paramiko.SSHException, OSError, EOFError):
            continue  # the host accepts no more on this connection
    return t


@functools.cache
def walks():
    """As many walks as a connection may have fids."""
    return b"".join(ninep.walk(0, fid) for fid in range(1, documented("ninep", "max_fids")))


@functools.cache
def large_write():
    """All but one byte of the largest possible write."""
    size = documented("ninep", "msize")
    return struct.pack("<IBH", size, ninep.TWRITE, 1) + bytes(size - 8)


def ninep_connection(i):
    client = ninep.Client(ninep_port, 5, documented("ninep", "msize"))
    client.socket.settimeout(0.02)
    try:
        # Fids whose replies are never read, then nearly all of the largest possible write. The first connections use up what
        # there is for fids: the others would only keep the processors busy.
        client.socket.sendall(walks() if i < FID_USERS else walks()[: 20 * 1000])
        client.socket.sendall(large_write())
    except OSError:
        pass  # the host has stopped reading
    return client


def http_connection(_):
    s = socket.create_connection(("127.0.0.1", http_port), 3, ("127.0.0.2", 0))
    s.sendall(b"GET / HTTP/1.1\r\nX: " + b"x" * 4000)
    return s


def file_in_memory():
    client = ninep.Client(ninep_port, 5)
    client.create("/full", "file", 5)
    try:
        for n in range(1 << 12):
            client.write(5, n << 19, bytes(512 << 10))
    except OSError as e:
        print("memfs:", e)
    return client


kept.append(file_in_memory())
reached = [
    up_to("HTTP connections", documented("http", "max_connections"), http_connection),
    up_to("SFTP connections without a log-in", documented("sftp", "max_startups"), sftp_startup),
]
with concurrent.futures.ThreadPoolExecutor(2) as both:
    sessions = both.submit(up_to, "SFTP sessions", documented("sftp", "max_sessions_per_user"), sftp_session)
    clients = both.submit(up_to, "9P connections", documented("ninep", "max_connections"), ninep_connection, 16)
reached += [sessions.result(), clients.result()]
sys.stdout.flush()
time.sleep(2)
kept[0].unlink("/full", "file")
os._exit(0 if all(reached) else 1)
