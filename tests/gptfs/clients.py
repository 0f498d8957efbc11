"""Fifty SFTP clients put prompts while the host is killed, or its disk is copied; see `kills` and `power_cuts` in run.sh.

    clients.py put DIRECTORY PROMPTS       puts PROMPTS prompts from each client; an attempt that fails is repeated as another prompt
    clients.py check DIRECTORY DATA URL    checks what has become of them, with the journal of the model's stand-in
    clients.py before CUT DATA URL         notes in CUT.json what a power cut that is about to follow must not undo
    clients.py calls CUT URL               notes in CUT.calls what the model's stand-in has received
    clients.py after CUT DATA URL          checks that a host which started after it has undone nothing

DIRECTORY contains ssh_config, and gets the prompts, and "accepted", the names of those whose put succeeded; CUT is a file in it. The key of
the journal is in the environment, as TEST_API_KEY.
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


def is_synced(name):
    """Whether the client syncs the prompt before it closes it."""
    return int(name.split("n")[-1].split("a")[0]) % 2 == 1


def put(directory, prompts):
    until = time.monotonic() + PATIENCE
    lost = []
    accepted = (directory / "accepted").open("w", buffering=1)

    def work(client):
        for number in range(prompts):
            attempt = 0
            while not offer(f"{directory.name}{client}n{number}a{attempt}"):
                attempt += 1
                if time.monotonic() > until:
                    lost.append(client)
                    return
                time.sleep(random.uniform(0.1, 0.5))

    def offer(name):
        (directory / f"{name}.txt").write_text(text(name))
        sent = subprocess.run(
            ["sftp", "-q", "-b", "-", "-o", "ConnectTimeout=20", "-F", directory / "ssh_config", "w"],
            input=f"put {'-f ' if is_synced(name) else ''}{directory}/{name}.txt /agents/gptfs/inbox/{name}.txt\n", text=True, capture_output=True, check=False)
        if sent.returncode == 0:
            accepted.write(name + "\n")
        return sent.returncode == 0

    threads = [threading.Thread(target=work, args=(client,)) for client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted.close()
    print(f"{len((directory / 'accepted').read_text().split())} prompts were accepted, of {len(list(directory.glob('*.txt')))} attempts")
    assert not lost, f"clients could not put a prompt for {PATIENCE} s: {lost}"


def status(data, name):
    try:
        return json.loads((data / "outbox" / f"{name}_status.json").read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}  # a status that was not synced is empty after a power cut, until the host has started and written it again


def requests(url):
    """How often each prompt has reached the model's stand-in."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {os.environ['TEST_API_KEY']}"})
    with urllib.request.urlopen(request) as journal:
        entries = json.load(journal)
    entries = entries if isinstance(entries, list) else entries.get("entries", entries.get("requests", []))
    calls = Counter()
    for entry in entries:
        body = json.dumps(entry.get("body"))
        if entry.get("method") == "POST" and "It is for <" in body:
            calls[body.split("It is for <")[1].split(">")[0]] += 1
    return calls


def await_answers(data, names):
    until = time.monotonic() + PATIENCE
    for name in names:
        while status(data, name).get("status") != "completed":
            assert time.monotonic() < until, f"{name}: {status(data, name)}"
            time.sleep(0.05)
        assert "rabbit" in (data / "outbox" / f"{name}_response.txt").read_text(), name


def check(directory, data, url):
    accepted = (directory / "accepted").read_text().split()
    assert len(accepted) >= CLIENTS, accepted
    await_answers(data, accepted)
    calls = requests(url)
    assert all(calls[name] for name in accepted), [name for name in accepted if not calls[name]]
    again = [name for name in calls if name.startswith(directory.name) and calls[name] > 1]
    print(f"{len(again)} prompts were sent more than once")
    unflagged = [name for name in again if not status(data, name).get("possible_duplicate")]
    assert not unflagged, unflagged


def before(cut, data, url):
    """A prompt is safe once it was synced and closed, or has settled."""
    safe, completed = [], []
    for name in (cut.parent / "accepted").read_text().split():
        now = status(data, name)
        if is_synced(name) or "settle" not in now.get("message", "settle"):
            safe.append(name)
        if now.get("status") == "completed":
            completed.append(name)
    cut.with_suffix(".json").write_text(json.dumps({"safe": safe, "completed": completed, "sent": requests(url)}))


def after(cut, data, url):
    was = json.loads(cut.with_suffix(".json").read_text())
    calls = json.loads(cut.with_suffix(".calls").read_text())
    await_answers(data, was["safe"])
    again = requests(url) - Counter(calls)
    paid_twice = [name for name in was["completed"] if name in again]
    assert not paid_twice, paid_twice
    unflagged = [name for name in again if name in was["sent"] and not status(data, name).get("possible_duplicate")]
    assert not unflagged, unflagged
    print(f"{len(was['safe'])} were safe and {len(was['completed'])} completed; {len(again)} were sent after the cut,"
          f" {sum(name in was['sent'] for name in again)} of them for the second time")


directory, rest = Path(sys.argv[2]), sys.argv[3:]
match sys.argv[1]:
    case "put":
        put(directory, int(rest[0]))
    case "check":
        check(directory, Path(rest[0]), rest[1])
    case "before":
        before(directory, Path(rest[0]), rest[1])
    case "calls":
        directory.with_suffix(".calls").write_text(json.dumps(requests(rest[0])))
    case "after":
        after(directory, Path(rest[0]), rest[1])
    case other:
        sys.exit(f"no such command: {other}")
