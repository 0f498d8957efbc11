"""Forwards connections until it is killed: relay.py FROM TO [FROM TO]..., where each is HOST:PORT or unix:PATH."""

import os
import socket
import sys
import threading


def parse(address):
    if address.startswith("unix:"):
        return socket.AF_UNIX, address.removeprefix("unix:")
    host, port = address.rsplit(":", 1)
    return socket.AF_INET, (host, int(port))


def copy(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        pass
    for each, how in ((source, socket.SHUT_RD), (target, socket.SHUT_WR)):
        try:
            each.shutdown(how)
        except OSError:
            pass


def serve(listener, target):
    family, address = target
    while True:
        near, _ = listener.accept()
        far = socket.socket(family)
        try:
            far.connect(address)
        except OSError as e:
            print(f"relay.py: {address}: {e}", file=sys.stderr)
            near.close()
            continue
        for pair in ((near, far), (far, near)):
            threading.Thread(target=copy, args=pair, daemon=True).start()


servers = []
for here, there in zip(sys.argv[1::2], sys.argv[2::2]):
    family, address = parse(here)
    if family == socket.AF_UNIX and os.path.dirname(address):
        os.makedirs(os.path.dirname(address), exist_ok=True)
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(address)
    listener.listen()
    servers.append(threading.Thread(target=serve, args=(listener, parse(there))))
for each in servers:
    each.start()
