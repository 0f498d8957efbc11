"""Measures what a client of sshfs, with its default caches, sees of gptfs. By hand: run.sh sshfs_caches.

caches.py MOUNT DATA_DIR: prints a line for each situation; DATA_DIR is the same tree on the host's disk.
"""

import json
import os
import subprocess
import sys
import time

MOUNT, DATA = sys.argv[1:]
SHORT = 'the first answer'
LONG = 'the second answer, which is much longer than the first one was'


def ask(name, question):
    with open(f'{MOUNT}/inbox/{name}.txt', 'w') as f:
        f.write(question + '\n')


def response(name, root=MOUNT):
    return f'{root}/outbox/{name}_response.txt'


def status(name, root=MOUNT):
    return f'{root}/outbox/{name}_status.json'


def until(condition, limit=40.0):
    """Returns the seconds until the condition holds; None if it does not hold in time."""
    begin = time.monotonic()
    while not condition():
        if time.monotonic() - begin > limit:
            return None
        time.sleep(0.02)
    return time.monotonic() - begin


def published(name, revision=1):
    def is_there():
        with open(status(name, DATA)) as f:
            s = json.load(f)
        return s['revision'] == revision and s['status'] == 'completed'

    assert until(lambda: os.path.exists(status(name, DATA)) and is_there()) is not None


def cat(path):
    done = subprocess.run(['cat', path], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def say(situation, result):
    print(f'{situation}: {result}', flush=True)


def seconds(value):
    return 'not within 40 s' if value is None else f'after {value:.1f} s'


def missing():
    for way, look in (('cat', lambda: cat(response('a')) is not None), ('[ -f ]', lambda: os.path.isfile(response('b')))):
        name = 'a' if way == 'cat' else 'b'
        look()
        ask(name, 'first question')
        published(name)
        say(f'missing file polled with {way}: seen', seconds(until(look)))


def listing():
    os.listdir(f'{MOUNT}/outbox')
    ask('c', 'first question')
    published('c')
    say('ls of a directory listed before: new file seen', seconds(until(lambda: 'c_response.txt' in os.listdir(f'{MOUNT}/outbox'))))


def gone():
    os.stat(response('a'))
    os.unlink(response('a', DATA))
    say('answer taken away, polled with [ -f ]: missing', seconds(until(lambda: not os.path.isfile(response('a')))))


def longer():
    for number, pause in enumerate((0, 1.5, 5, 12)):
        name = f'd{number}'
        ask(name, 'first question')
        published(name)
        assert cat(response(name)) == SHORT
        ask(name, 'second question')
        published(name, 2)
        time.sleep(pause)
        first, second = cat(response(name)), cat(response(name))
        what = 'whole' if first == LONG else f'cut to {len(first)} of {len(LONG)} bytes' if first == LONG[: len(first or '')] else repr(first)
        say(f'size seen, replaced by a longer one, first cat {pause} s after it was published', what)
        say('    second cat', 'whole' if second == LONG else repr(second))
        say('    the revision\'s own name', 'whole' if cat(f'{MOUNT}/outbox/.rev/{name}.2_response.txt') == LONG else 'cut')


def removed_first():
    ask('e', 'first question')
    published('e')
    assert cat(response('e')) == SHORT
    os.unlink(response('e'))
    ask('e', 'second question')
    published('e', 2)
    say('size seen, answer removed through the mount, replaced by a longer one', 'whole' if cat(response('e')) == LONG else 'cut')


def statuses():
    broken, pending = 0, 0
    for number in range(10):
        ask('f', ('first', 'second')[number % 2] + ' question')
        text = cat(status('f'))
        try:
            pending += json.loads(text)['status'] == 'pending'
        except ValueError:
            broken += 1
        published('f', number + 1)
        try:
            json.loads(cat(status('f')))
        except ValueError:
            broken += 1
    say('status read 20 times while prompts change', f'{broken} do not parse; pending at once after the write in {pending} of 10')


def resubmission():
    ask('g', 'first question')
    published('g')
    cat(response('g'))
    ask('g', 'second question')
    left = until(lambda: os.path.isfile(response('g')))
    say('changed prompt, until [ -f ]; cat: leaves the loop', f'{seconds(left)}, cat gives {cat(response("g"))!r}')
    published('g', 2)
    ask('h', 'first question')
    published('h')
    cat(response('h'))
    ask('h', 'second question')
    text = []
    until(lambda: text.append(cat(response('h'))) or text[-1] is not None)
    say('changed prompt, until cat (begun at once)', 'whole' if text[-1] == LONG else repr(text[-1]))


def completed():
    ask('i', 'first question')
    published('i')
    say('grep completed in the status: seen', seconds(until(lambda: '"completed"' in (cat(status('i')) or ''))))


for measure in (missing, listing, gone, longer, removed_first, statuses, resubmission, completed):
    measure()
