"""Fifty SFTP clients put prompts while the host is killed again and again; see `kills` in run.sh.

    clients.py put DIRECTORY PROMPTS       puts PROMPTS prompts from each client; an attempt that fails is repeated as another prompt
    clients.py check DIRECTORY DATA URL    checks what has become of them, with the journal of the model's stand-in

DIRECTORY contains ssh_config, and gets the prompts, and "accepted", the names of those whose put succeeded. The key of the journal is in
the environment, as TEST_API_KEY.
"""
import json
import os
import random
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from pathlib import Path

CLIENTS = 50
PATIENCE = 300  # seconds


def text(name):
    return f"Tell me a joke. It is for <{name}>."


def put(directory, prompts):
    until = time.monotonic() + PATIENCE
    accepted, lost = [], []

    def work(client):
        for number in range(prompts):
            attempt = 0
            while not offer(f"c{client}n{number}a{attempt}"):
                attempt += 1
                if time.monotonic() > until:
                    lost.append(client)
                    return
                time.sleep(random.uniform(0.1, 0.5))

    def offer(name):
        (directory / f"{name}.txt").write_text(text(name))
        sent = subprocess.run(
            ["sftp", "-q", "-b", "-", "-o", "ConnectTimeout=20", "-F", directory / "ssh_config", "w"],
            input=f"put {directory}/{name}.txt /agents/gptfs/inbox/{name}.txt\n", text=True, capture_output=True, check=False)
        if sent.returncode == 0:
            accepted.append(name)
        return sent.returncode == 0

    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (directory / "accepted").write_text("\n".join(accepted))
    print(f"{len(accepted)} prompts were accepted, of {len(list(directory.glob('c*n*a*.txt')))} attempts")
    assert not lost, f"clients could not put a prompt for {PATIENCE} s: {lost}"


def status(data, name):
    try:
        return json.loads((data / "outbox" / f"{name}_status.json").read_text())
    except FileNotFoundError:
        return {}


def check(directory, data, url):
    accepted = (directory / "accepted").read_text().split()
    assert len(accepted) >= CLIENTS, accepted
    until = time.monotonic() + PATIENCE
    for name in accepted:
        while status(data, name).get("status") != "completed":
            assert time.monotonic() < until, f"{name}: {status(data, name)}"
            time.sleep(0.05)
        assert "rabbit" in (data / "outbox" / f"{name}_response.txt").read_text(), name
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {os.environ['TEST_API_KEY']}"})
    with urllib.request.urlopen(request) as journal:
        entries = json.load(journal)
    entries = entries if isinstance(entries, list) else entries.get("entries", entries.get("requests", []))
    calls = Counter()
    for entry in entries:
        body = json.dumps(entry.get("body"))
        if entry.get("method") == "POST" and "It is for <" in body:
            calls[body.split("It is for <")[1].split(">")[0]] += 1
    assert all(calls[name] for name in accepted), [name for name in accepted if not calls[name]]
    again = [name for name in calls if calls[name] > 1]
    print(f"{len(again)} prompts were sent more than once")
    unflagged = [name for name in again if not status(data, name).get("possible_duplicate")]
    assert not unflagged, unflagged


if sys.argv[1] == "put":
    put(Path(sys.argv[2]), int(sys.argv[3]))
else:
    check(Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
