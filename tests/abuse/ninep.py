"""A small 9P2000.L client: one call at a time, or raw messages for misbehaving clients."""

import os
import socket
import struct

NOFID = 0xFFFFFFFF
TLOPEN, TLCREATE, TRENAMEAT, TGETATTR, TREADDIR, TLOCK = 12, 14, 74, 24, 40, 52
TMKDIR, TUNLINKAT, TVERSION, TATTACH, TWALK, TREAD, TWRITE, TCLUNK = 72, 76, 100, 104, 110, 116, 118, 120
RLERROR = 7


def text(value):
    data = value.encode()
    return struct.pack("<H", len(data)) + data


def message(kind, tag, body):
    return struct.pack("<IBH", 7 + len(body), kind, tag) + body


def walk(fid, newfid, names=(), tag=1):
    return message(TWALK, tag, struct.pack("<IIH", fid, newfid, len(names)) + b"".join(map(text, names)))


def attach(fid=0, aname="/", tag=1, uid=None):
    uid = os.getuid() if uid is None else uid
    return message(TATTACH, tag, struct.pack("<II", fid, NOFID) + text("abuse") + text(aname) + struct.pack("<I", uid))


def lock(fid, kind, start, length, owner, flags=0, tag=1):
    body = struct.pack("<IBIQQI", fid, kind, flags, start, length, owner) + text("abuse")
    return message(TLOCK, tag, body)


def connect(address, timeout=10, source=None):
    """Connects to a loopback port or a Unix socket's path."""
    if isinstance(address, int):
        return socket.create_connection(("127.0.0.1", address), timeout, source and (source, 0))
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(timeout)
    s.connect(address)
    return s


class Client:
    """A connection. Paths are absolute; every call walks from the root and leaves no fid behind."""

    def __init__(self, address, timeout=10, msize=1 << 20, attached=True):
        self.socket = connect(address, timeout)
        self.file = self.socket.makefile("rb")
        self.call(TVERSION, struct.pack("<I", msize) + text("9P2000.L"), 0xFFFF)
        if attached:
            self.rpc(attach())

    def close(self):
        self.file.close()
        self.socket.close()

    def rpc(self, data):
        self.socket.sendall(data)
        return self.reply(data[4])

    def call(self, kind, body, tag=1):
        return self.rpc(message(kind, tag, body))

    def reply(self, kind):
        got, _, body = self.receive()
        if got == RLERROR:
            number = struct.unpack("<I", body)[0]
            raise OSError(number, f"{os.strerror(number)} (message {kind})")
        if got != kind + 1:
            raise ValueError(f"reply {got} to {kind}")
        return body

    def receive(self):
        head = self.file.read(7)
        if len(head) < 7:
            raise ConnectionResetError("the host closed the connection")
        size, kind, tag = struct.unpack("<IBH", head)
        return kind, tag, self.file.read(size - 7)

    def walk(self, path, newfid):
        names = [name for name in path.split("/") if name]
        body = self.rpc(walk(0, newfid, names))
        if struct.unpack("<H", body[:2])[0] < len(names):
            raise FileNotFoundError(2, path)

    def clunk(self, fid):
        self.call(TCLUNK, struct.pack("<I", fid))

    def getattr(self, path):
        self.walk(path, 1)
        try:
            return self.call(TGETATTR, struct.pack("<IQ", 1, 0x7FF))
        finally:
            self.clunk(1)

    def open(self, path, flags, fid):
        self.walk(path, fid)
        self.call(TLOPEN, struct.pack("<II", fid, flags))

    def create(self, directory, name, fid, flags=os.O_RDWR | os.O_CREAT):
        self.walk(directory, fid)
        self.call(TLCREATE, struct.pack("<I", fid) + text(name) + struct.pack("<III", flags, 0o644, os.getgid()))

    def read(self, fid, offset, count):
        return self.call(TREAD, struct.pack("<IQI", fid, offset, count))[4:]

    def write(self, fid, offset, data):
        return self.call(TWRITE, struct.pack("<IQI", fid, offset, len(data)) + data)

    def on_directory(self, directory, kind, body):
        self.walk(directory, 1)
        try:
            return self.call(kind, struct.pack("<I", 1) + body)
        finally:
            self.clunk(1)

    def mkdir(self, directory, name):
        self.on_directory(directory, TMKDIR, text(name) + struct.pack("<II", 0o755, os.getgid()))

    def unlink(self, directory, name, flags=0):
        self.on_directory(directory, TUNLINKAT, text(name) + struct.pack("<I", flags))

    def rename(self, directory, old, new):
        self.walk(directory, 1)
        try:
            self.call(TRENAMEAT, struct.pack("<I", 1) + text(old) + struct.pack("<I", 1) + text(new))
        finally:
            self.clunk(1)

    def list(self, path):
        """The names in a directory, as many as fit into one reply."""
        self.open(path, 0o200000, 1)
        try:
            data = self.call(TREADDIR, struct.pack("<IQI", 1, 0, 65536))[4:]
        finally:
            self.clunk(1)
        names, at = [], 0
        while at < len(data):
            size = struct.unpack_from("<H", data, at + 22)[0]
            names.append(data[at + 24 : at + 24 + size].decode())
            at += 24 + size
        return names
