"""Attacks on gptfs with large contents: attack_gptfs.py NAME NINEP-PORT SFTP-PORT KEY."""

import logging
import sys
import time

import ninep
import ssh

name, port, sftp_port, key = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
INBOX = "/agents/model/inbox"
logging.getLogger("paramiko").setLevel(logging.CRITICAL)


def batches():
    """Eight batch files of 59 MiB that arrive in the inbox at once. The last line is wrong, so only the parsing is tested."""
    client = ninep.Client(port)
    line = b'{"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"%s"}]}}\n'
    for n in range(8):
        client.create(INBOX, f".batch{n}", 5)
        offset = 0
        for i in range(59):
            data = line % (i, b"x" * ((1 << 20) - 200))
            if i == 58:
                data = data[:-3] + b"\n"
            for at in range(0, len(data), 512 << 10):
                offset += len(piece := data[at : at + (512 << 10)])
                client.write(5, offset - len(piece), piece)
        client.clunk(5)
    for n in range(8):
        client.rename(INBOX, f".batch{n}", f"batch{n}.jsonl")
    print("8 batches of 59 MiB", flush=True)
    time.sleep(3)
    for n in range(8):
        client.unlink(INBOX, f"batch{n}.jsonl")


def answer():
    """The answer of a batch, 16 lines of 15 MiB each, for which two clients wait."""
    client = ninep.Client(port)
    inbox = "/agents/large/inbox"
    client.create(inbox, ".large", 5)
    line = '{"custom_id":"%d","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"big 15"}]}}\n'
    client.write(5, 0, "".join(line % i for i in range(16)).encode())
    client.clunk(5)
    client.rename(inbox, ".large", "large.jsonl")
    transports = [ssh.log_in(sftp_port, "user", key) for _ in range(2)]
    for t in transports:
        try:
            with ssh.sftp(t, 30).open("/agents/large/wait/large", "rb") as f:
                got = len(f.read(1 << 16))
            print("read", got, flush=True)
        except OSError as e:
            print("not readable:", e, flush=True)
        t.close()
    client.unlink(inbox, "large.jsonl")


{"batches": batches, "answer": answer}[name]()
