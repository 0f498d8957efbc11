"""A client that uses the host while it is attacked: witness.py SFTP-PORT KEY NINEP-PORT NINEP-SOCKET HTTP-PORT [READY-FILE].

Uses SFTP, 9P (TCP and Unix socket) and HTTP at the same time, in long-lived and in new sessions, until SIGTERM. Then it prints what
it did; exit status 1 if an operation failed or took more than two seconds, except the first of each kind, during which a new host
still loads classes. READY-FILE is created when everything was done once.
"""

import http.client
import logging
import os
import signal
import sys
import threading
import time

import paramiko

import ninep
import ssh

LIMIT = float(os.environ.get("WITNESS_LIMIT", "2"))
PAUSE = 0.03
# entries of / whose attributes may not be readable
SKIPPED = {".", ".."} | set(os.environ.get("WITNESS_SKIPS", "").split())
sftp_port, key, ninep_port, ninep_socket, http_port = sys.argv[1:6]
sftp_port, ninep_port, http_port = int(sftp_port), int(ninep_port), int(http_port)
ready_file = sys.argv[6] if len(sys.argv) > 6 else None
ended, warm = threading.Event(), threading.Event()
guard = threading.Lock()
counts, slowest, bad = {}, {}, []
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def timed(kind, name, operation, *arguments):
    """Performs an operation, counts it, and returns its result; None if it failed."""
    began = time.monotonic()
    result = error = None
    try:
        result = operation(*arguments)
    except Exception as e:  # any failure counts as an observation of the witness
        error = f"{type(e).__name__}: {e}"
    took = time.monotonic() - began
    with guard:
        counts[kind] = counts.get(kind, 0) + 1
        late = took > LIMIT and warm.is_set()
        if warm.is_set() and took > slowest.get(kind, (0, ""))[0]:
            slowest[kind] = (took, name)
        if error or late:
            bad.append(f"{kind} {name}: {took:.1f} s{', ' + error if error else ''}")
    if error:
        raise RuntimeError(error)
    return result


def sftp_round(client):
    timed("SFTP", "stat", client.stat, "/local")
    timed("SFTP", "ls /", client.listdir, "/")
    timed("SFTP", "write, read, remove", sftp_file, client)


def sftp_file(client):
    with client.open("/tmp/sftp-witness", "wb") as f:
        f.write(b"seen")
    with client.open("/tmp/sftp-witness", "rb") as f:
        if f.read() != b"seen":
            raise ValueError("other content")
    client.remove("/tmp/sftp-witness")


def sftp_log_in():
    t = ssh.log_in(sftp_port, "user", key)
    return t, ssh.sftp(t)


def sftp():
    """A session that stays open."""
    client = None
    while not ended.is_set():
        try:
            if client is None:
                _, client = timed("SFTP", "log-in of the kept session", sftp_log_in)
            sftp_round(client)
        except RuntimeError:
            client = None
        yield


def slow_log_in(t):
    t.auth_publickey("user", paramiko.Ed25519Key.from_private_key_file(key))
    return ssh.sftp(t)


def sftp_far():
    """Acts as a distant client, or one on a slow machine: waits a second between connection and log-in."""
    while not ended.is_set():
        try:
            t = timed("SFTP", "connection of a slow client", ssh.transport, sftp_port)
            ended.wait(1)
            timed("SFTP", "log-in a second after it has connected", slow_log_in, t)
            t.close()
        except RuntimeError:
            pass
        yield


def sftp_new():
    while not ended.is_set():
        try:
            t, client = timed("SFTP", "log-in", sftp_log_in)
            timed("SFTP", "stat after log-in", client.stat, "/")
            t.close()
        except RuntimeError:
            pass
        ended.wait(0.3)
        yield


def ninep_round(client, name):
    timed("9P", "getattr", client.getattr, "/local")
    timed("9P", "ls -l /", lambda: [client.getattr("/" + entry) for entry in client.list("/") if entry not in SKIPPED])
    timed("9P", "create, write, read, unlink", ninep_file, client, name)
    timed("9P", "mkdir, rmdir", lambda: (client.mkdir("/local", name), client.unlink("/local", name, 0x200)))


def ninep_file(client, name):
    client.create("/tmp", name, 9)
    try:
        client.write(9, 0, b"seen")
        if client.read(9, 0, 100) != b"seen":
            raise ValueError("other content")
        # the lock is on a file of its own, so nothing else holds it
        if client.rpc(ninep.lock(9, 1, 0, 0, 7)) != b"\0":
            raise ValueError("no lock")
    finally:
        client.clunk(9)
    client.unlink("/tmp", name)


def ninep_kept():
    client = None
    while not ended.is_set():
        try:
            if client is None:
                client = timed("9P", "attach of the kept session", ninep.Client, ninep_port)
            ninep_round(client, "ninep-witness")
        except RuntimeError:
            client = None
        yield


def ninep_new():
    while not ended.is_set():
        for address, name in ((ninep_port, "attach over TCP"), (ninep_socket, "attach over the Unix socket")):
            try:
                client = timed("9P", name, ninep.Client, address)
                timed("9P", "getattr after attach", client.getattr, "/")
                client.close()
            except RuntimeError:
                pass
        ended.wait(0.1)
        yield


def get(path):
    connection = http.client.HTTPConnection("127.0.0.1", http_port, timeout=10)
    try:
        connection.request("GET", path)
        reply = connection.getresponse()
        reply.read()
        # 503 from /readyz, with the reason, is a valid response too.
        if reply.status != 200 and not (path == "/readyz" and reply.status == 503):
            raise ValueError(f"status {reply.status}")
    finally:
        connection.close()


def web():
    while not ended.is_set():
        for path in ("/readyz", "/metrics", "/"):
            try:
                timed("HTTP", path, get, path)
            except RuntimeError:
                pass
        ended.wait(0.1)
        yield


def run(rounds, done):
    for _ in rounds():
        done.set()
        ended.wait(PAUSE)


# A signal handler would run inside ended.wait() and could then wait for ever for the lock that it holds: a thread takes the signal.
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def until_signal():
    signal.sigwait({signal.SIGTERM})
    ended.set()


threading.Thread(target=until_signal, daemon=True).start()
threads, firsts = [], []
for rounds in (sftp, sftp_new, sftp_far, ninep_kept, ninep_new, web):
    firsts.append(threading.Event())
    threads.append(threading.Thread(target=run, args=(rounds, firsts[-1]), daemon=True))
    threads[-1].start()
for first in firsts:
    while not first.wait(0.1) and not ended.is_set():
        pass
warm.set()
if ready_file:
    with open(ready_file, "w", encoding="ascii"):
        pass
ended.wait()
last = time.monotonic() + 15
for thread in threads:
    thread.join(max(0, last - time.monotonic()))
for thread in threads:
    if thread.is_alive():
        bad.append("an operation had not ended 15 seconds after the attack")
for kind in sorted(counts):
    took, name = slowest.get(kind, (0, "none"))
    print(f"witness: {kind}: {counts[kind]} operations, the slowest {took:.2f} s ({name})")
for line in bad[:12]:
    print("witness saw: " + line)
if len(bad) > 12:
    print(f"witness saw: {len(bad) - 12} more")
missing = {"SFTP", "9P", "HTTP"} - set(counts)
sys.stdout.flush()
os._exit(1 if bad or missing else 0)
