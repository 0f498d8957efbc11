"""Checks that each prompt has one answer, and that the status of a prompt that was sent twice says so.

    answers.py PROMPTS OUTBOX CALLS DOUBTFUL [--twice]

PROMPTS is the directory of the prompts that were uploaded, OUTBOX a copy of the outbox's directory, CALLS the stand-in's record. DOUBTFUL
lists the files whose upload was interrupted and repeated: they may have more than one revision. With --twice, some prompt must have been
sent twice.
"""
import collections, hashlib, json, os, sys

prompts, outbox = sys.argv[1:3]
calls = collections.Counter(open(sys.argv[3]).read().splitlines())
doubtful = {name.removesuffix(".txt") for name in open(sys.argv[4]).read().split()}
names = [name.removesuffix(".txt") for name in os.listdir(prompts) if name.endswith(".txt")]
revisions = collections.Counter(name.split(".")[0] for name in os.listdir(outbox + "/.rev"))
wrong = twice = flagged = 0
for name in names:
    prompt = open(f"{prompts}/{name}.txt").read().strip()
    found = []
    try:
        status = json.load(open(f"{outbox}/{name}_status.json"))
        answer = open(f"{outbox}/{name}_response.txt", "rb").read()
    except (OSError, ValueError) as e:
        status, answer = {"status": str(e), "possible_duplicate": False, "revision": 1}, b""
    expected = [f"call {call + 1} for {prompt}\n" + "".join(f"{line}\n" for line in range(300)) + "end" for call in range(calls[prompt])]
    if status["status"] != "completed":
        found.append("it is " + status["status"])
    elif answer.decode().rstrip("\n") not in expected:
        found.append(f"its answer begins with {answer[:40]}, and has {len(answer)} bytes; the prompt was sent {calls[prompt]} times")
    elif status["response"]["sha256"] != hashlib.sha256(answer).hexdigest():
        found.append("its status is of another answer")
    if name not in doubtful and (status["revision"] != 1 or revisions[name] != 1):
        found.append(f"its revision is {status['revision']}, and there are {revisions[name]} of them")
    if calls[prompt] > 1 and name not in doubtful:
        twice += 1
        if not status["possible_duplicate"]:
            found.append(f"it was sent {calls[prompt]} times, and is not flagged: {json.dumps(status)}")
    flagged += status["possible_duplicate"]
    if found:
        wrong += 1
        print(f"{prompt}: " + "; ".join(found))
print(f"{len(names)} prompts: {twice} sent twice, {flagged} flagged, {len(doubtful)} uploaded twice, {wrong} wrong")
sys.exit(wrong > 0 or not names or ("--twice" in sys.argv and flagged == 0))
