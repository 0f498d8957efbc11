"""Attacks by strangers and users on SFTP: attack_sftp.py NAME PORT KEY. The attacks come from 127.0.0.2, the witness from 127.0.0.1."""

import concurrent.futures
import logging
import os
import socket
import sys
import threading
import time

import paramiko
from paramiko.common import cMSG_SERVICE_REQUEST, cMSG_USERAUTH_REQUEST, MSG_GLOBAL_REQUEST

import ssh

ELSEWHERE = "127.0.0.2"
name, port, key = sys.argv[1], int(sys.argv[2]), sys.argv[3]
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def opened(count, make):
    """Opens a number of connections, sixteen at once, and returns those that succeeded."""
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        results = [pool.submit(make) for _ in range(count)]
    return [r.result() for r in results if r.exception() is None]


def send(t, kind, *strings):
    m = paramiko.Message()
    m.add_byte(kind)
    for value in strings:
        if isinstance(value, bool):
            m.add_boolean(value)
        else:
            m.add_string(value)
    t._send_message(m)


def before_log_in():
    """70 connections: a log-in with a key whose reply is delayed, followed by 13 messages of 255 kB."""
    exchanges, done, kept = threading.Semaphore(8), [0, 0], []

    def tried():
        with exchanges:
            t = ssh.transport(port, ELSEWHERE)
        kept.append(t)
        send(t, cMSG_SERVICE_REQUEST, "ssh-userauth")
        unknown = paramiko.Message()
        unknown.add_string("ssh-ed25519")
        unknown.add_string(os.urandom(32))
        send(t, cMSG_USERAUTH_REQUEST, "user", "ssh-connection", "publickey", False, "ssh-ed25519", unknown.asbytes())
        return t

    def flood():
        try:
            t = tried()
            done[0] += 1
            for _ in range(13):
                send(t, cMSG_USERAUTH_REQUEST, "user", "ssh-connection", "publickey", False, "ssh-ed25519", bytes(255_000))
            done[1] += 1
        except (OSError, EOFError, paramiko.SSHException):
            pass  # the host has closed the connection, as it should

    opened(12, tried)  # after which replies to this address are delayed by ten seconds
    threads = [threading.Thread(target=flood, daemon=True) for _ in range(70)]
    for thread in threads:
        thread.start()
    ends = time.monotonic() + 6
    for thread in threads:  # a connection that the host has stopped reading would wait for ever
        thread.join(max(0, ends - time.monotonic()))
    print(done[0], "connections,", done[1], "of them could send everything")
    time.sleep(2)


def channels():
    """52 connections of a user who may only read, with 10 channels each; each channel sends the length of a message of 1 MiB and one byte."""

    def connection():
        return ssh.log_in(port, "reader", key, ELSEWHERE)

    held, sent, kept = [], 0, opened(52, connection)
    for t in kept:
        for _ in range(10):
            try:
                channel = t.open_session(timeout=5)
                channel.invoke_subsystem("sftp")
                channel.sendall(b"\x00\x10\x00\x00\x01")
                held.append(channel)  # a channel that is garbage-collected is closed
            except (paramiko.SSHException, OSError, EOFError):
                break  # the host accepts no more
            sent += 5
    print(f"{len(kept)} connections, {sent} bytes")
    time.sleep(2)


def idle():
    """165 connections per second that send nothing."""
    kept, refused = [], 0
    began = time.monotonic()
    while (now := time.monotonic() - began) < 6:
        while len(kept) + refused < now * 165:
            try:
                kept.append(socket.create_connection(("127.0.0.1", port), 2, (ELSEWHERE, 0)))
            except OSError:
                refused += 1
        kept = kept[-4000:]
        time.sleep(0.01)
    print(len(kept), "connections,", refused, "refused")


class Silent(paramiko.Transport):
    """Replies to no keep-alive, like a client whose replies are queued behind its own upload."""

    _handler_table = {**paramiko.Transport._handler_table, MSG_GLOBAL_REQUEST: lambda self, m: None}


def slow_upload():
    """Sends 20 kB per second, for twice the time after which a dead client is disconnected with keep_alive set to 1s."""
    t = ssh.log_in(port, "user", key, ELSEWHERE, Silent)
    with ssh.sftp(t).open("/tmp/slow", "wb") as f:
        f.set_pipelined(True)
        for _ in range(60):
            f.write(bytes(2000))
            time.sleep(0.1)
        f.flush()
        size = f.stat().st_size
    if size != 120_000:
        raise ValueError(f"{size} bytes of 120000 arrived")
    t.close()


{"before_log_in": before_log_in, "channels": channels, "idle": idle, "slow_upload": slow_upload}[name]()
sys.stdout.flush()
os._exit(0)
