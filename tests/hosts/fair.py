"""Directories with very different numbers of prompts, and whether they took turns.

    fair.py prompts DIRECTORIES LONGEST           writes the prompts below the directory `fair`
    fair.py check DIRECTORIES LONGEST CALLS       checks the order of the calls in the stand-in's record

The numbers grow from 1 to LONGEST; most directories have few. While a directory still has prompts that were not sent, no other directory
may be more than SLACK calls ahead of it: each of three hosts takes turns by itself, and has three workers, whose calls may overtake each
other.
"""
import os, sys

SLACK = 3 + 3 * 3
directories, longest = int(sys.argv[2]), int(sys.argv[3])
sizes = [max(1, round(longest * (n / directories) ** 10)) for n in range(1, directories + 1)]

if sys.argv[1] == "prompts":
    for n, size in enumerate(sizes):
        os.makedirs(f"fair/{n}")
        for prompt in range(size):
            with open(f"fair/{n}/{prompt}.txt", "w") as out:
                out.write(f"fair {n} {prompt}\n")
    sys.exit()

called = [0] * directories
most = 0
for line in open(sys.argv[4]):
    words = line.split()
    if words[0] == "fair":
        called[int(words[1])] += 1
        waiting = [calls for calls, size in zip(called, sizes) if calls < size]
        if waiting:
            most = max(most, max(called) - min(waiting))
print(f"{directories} directories with 1 to {longest} prompts: one was {most} calls ahead of another, {SLACK} at most are fair")
sys.exit(called != sizes or most > SLACK)
