"""Reads answers through a mount by the recipes of docs/gptfs.md while their prompts are rewritten.

reader.py MOUNT ROUNDS: exit status 1 if an answer was wrong, truncated or stale. The answers are those of fixtures.json.
"""

import os
import random
import subprocess
import sys
import threading
import time

MOUNT, ROUNDS = sys.argv[1], int(sys.argv[2])
ANSWERS = {
    'first': 'the first answer',
    'second': 'the second answer, which is much longer than the first one was',
}
# After a change of the prompt, the old answer is removed through the same mount, so that the client
# forgets its size.
LOOP = """
rm -f outbox/$name_response.txt
echo "$question" > inbox/$name.txt
$pause
until cat outbox/$name_response.txt 2>/dev/null; do sleep 0.3; done
"""
# Alternatively: read the status, whose size never changes, and the name of the revision, which no
# cache contains yet.
REVISION = """
echo "$question" > inbox/$name.txt
$pause
until grep -q '"status":"completed"' outbox/$name_status.json; do sleep 0.3; done
cat "$(python3 -c 'import json, sys; print(json.load(sys.stdin)["response"]["revision_path"])' < outbox/$name_status.json)"
"""
wrong = []
read = []


def fill_caches(name):
    """Reads names and sizes, as file managers and shell prompts do."""
    os.listdir(MOUNT + '/outbox')
    for end in ('response.txt', 'status.json'):
        try:
            os.stat(f'{MOUNT}/outbox/{name}_{end}')
        except FileNotFoundError:
            pass


def reader(name, recipe, seed):
    chance = random.Random(seed)
    for number in range(ROUNDS):
        kind = chance.choice(list(ANSWERS))
        pause = f'sleep {chance.choice([0, 0, 0.5, 1, 2])}'
        script = recipe.replace('$name', name).replace('$pause', pause)
        script = script.replace('$question', f'{kind} question of {name}, {number}')
        done = subprocess.run(['sh', '-c', script], cwd=MOUNT, stdout=subprocess.PIPE, text=True, timeout=120)
        read.append(done.stdout)
        if done.stdout != ANSWERS[kind]:
            wrong.append((name, number, pause, done.stdout))
        fill_caches(name)
        time.sleep(chance.choice([0, 0, 0.3]))


threads = [
    threading.Thread(target=reader, args=(f'{kind}{n}', recipe, n))
    for n in range(2)
    for kind, recipe in (('loop', LOOP), ('revision', REVISION))
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read), 'answers read, wrong:', wrong)
sys.exit(bool(wrong) or len(read) != len(threads) * ROUNDS)
