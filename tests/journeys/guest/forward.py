"""Forwards connections in the guest to the host: forward.py HOST PORT SOCKET. Says 'ready' when it listens."""

import os
import socket
import sys
import threading


def pump(source, target):
    try:
        while data := source.recv(1 << 16):
            target.sendall(data)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def serve(listener, host, port):
    while True:
        client, _ = listener.accept()
        server = socket.create_connection((host, port))
        threading.Thread(target=pump, args=(client, server), daemon=True).start()
        threading.Thread(target=pump, args=(server, client), daemon=True).start()


host, port, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
tcp = socket.create_server(("127.0.0.1", port))
unix = socket.socket(socket.AF_UNIX)
os.makedirs(os.path.dirname(path), exist_ok=True)
unix.bind(path)
unix.listen()
threading.Thread(target=serve, args=(tcp, host, port), daemon=True).start()
print("ready", flush=True)
serve(unix, host, port)
