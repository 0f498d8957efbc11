"""Writes into a file over SFTP until a write fails, and prints the server's message: until_full.py PORT KEY PATH."""
import os
import sys

import paramiko

port, key, path = sys.argv[1:]
transport = paramiko.Transport(("127.0.0.1", int(port)))
transport.connect(username="user", pkey=paramiko.Ed25519Key.from_private_key_file(key))
client = paramiko.SFTPClient.from_transport(transport)
try:
    f = client.open(path, "wb")
    for _ in range(400):
        f.write(os.urandom(1 << 20))
except OSError as e:
    print(e)
else:
    sys.exit("400 MiB were stored")
finally:
    transport.close()  # without closing the file, which would fail as well
