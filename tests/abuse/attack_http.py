"""70 connections to HTTP that send nothing, or half of a request's headers: attack_http.py PORT."""

import socket
import sys
import time

kept = []
for i in range(70):
    kept.append(socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5, ("127.0.0.2", 0)))
    if i % 2:
        kept[-1].sendall(b"GET /readyz HTTP/1.1\r\nX-Slow: ")
print(len(kept), "connections", flush=True)
time.sleep(4)
