"""Compares the server's long names with ls -l: longnames.py PORT KEY REMOTE-DIRECTORY THE-SAME-HERE."""
import os
import subprocess
import sys

import paramiko

client = paramiko.SSHClient()
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
client.connect("127.0.0.1", int(sys.argv[1]), "user", pkey=paramiko.Ed25519Key.from_private_key_file(sys.argv[2]),
               look_for_keys=False, allow_agent=False)
theirs = {e.filename: str(e.longname).split() for e in client.open_sftp().listdir_attr(sys.argv[3])}
lines = subprocess.run(["ls", "-la", sys.argv[4]], env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=True)
ours = {}
for line in lines.stdout.decode().splitlines()[1:]:
    fields = line.split(" -> ")[0].split()
    ours[" ".join(fields[8:])] = fields
ours.pop("."), ours.pop("..")
assert theirs == ours, f"\n{theirs}\n{ours}"
client.close()
