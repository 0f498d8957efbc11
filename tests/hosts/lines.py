"""Checks that each line of a batch has one answer, in order, and that a line that was sent twice is flagged.

    lines.py MANY OUTPUT STATUS CALLS

OUTPUT and STATUS are the published files of the batch, CALLS is the stand-in's record.
"""
import collections, json, sys

many = int(sys.argv[1])
output = [json.loads(line) for line in open(sys.argv[2])]
status = json.load(open(sys.argv[3]))
calls = collections.Counter(open(sys.argv[4]).read().splitlines())
wrong = []
ids = [line["custom_id"] for line in output]
if ids != [f"Line {n}" for n in range(1, many + 1)]:
    wrong.append(f"{len(ids)} answers, {len(set(ids))} different ones, sorted: {ids == sorted(ids, key=lambda i: int(i.split()[1]))}")
for line in output:
    name = line["custom_id"]
    text = line["response"]["body"]["choices"][0]["message"]["content"]
    first = text.split("\n")[0]
    if first not in [f"call {call + 1} for {name}" for call in range(calls[name])] or not text.endswith("end"):
        wrong.append(f"{name} was sent {calls[name]} times, and its answer begins with {first}")
counts = {"total": many, "completed": many, "failed": 0}
if status["status"] != "completed" or status["request_counts"] != counts or status["revision"] != 1:
    wrong.append(f"its status is {json.dumps(status)}")
twice = sum(calls[f"Line {n}"] > 1 for n in range(1, many + 1))
asked = sum(calls[f"Line {n}"] for n in range(1, many + 1))
if twice and not status["possible_duplicate"]:
    wrong.append("it is not flagged")
print("\n".join(wrong[:20]))
print(f"{many} lines: {asked} calls, {twice} lines sent twice, flagged: {status['possible_duplicate']}, {len(wrong)} wrong")
sys.exit(bool(wrong) or not twice)
