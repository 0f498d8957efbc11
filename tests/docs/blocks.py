"""Extracts the blocks of bash and sh from a document: blocks.py DOCUMENT PREFIX OLD=NEW... -- PROGRAM...

Writes PREFIX.sh with all blocks that are to be run, and PREFIX-LINE.guest for each block that runs in a guest; the ports OLD are
replaced by NEW. The programs are those missing on this machine: a block that runs one of them is left out, and if it mounts with
sshfs, so are the following ones up to the one that unmounts. PROGRAM may be "root": the user is not root. Processes that a
document's commands leave in the background end with the commands. Prints a line for each block: run, root, guest, lacks, not or
unmarked, the block's line in the document, and the reason.
"""

import re
import sys

document, prefix, *rest = sys.argv[1:]
ports, lacking = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
script = ["set -eo pipefail", "shopt -s expand_aliases", "trap 'jobs -p | xargs -r kill' EXIT"]
mark = ""
block = None
unmounted = False
for number, text in enumerate(open(document, encoding="utf-8"), 1):
    stripped = text.strip()
    if block is not None:
        if not stripped.startswith("```"):
            block.append(text[indent:] if text[:indent].isspace() or not indent else text)
            continue
        commands = "".join(block)
        for port in ports:
            old, new = port.split("=")
            commands = re.sub(rf"\b{old}\b", new, commands)
        found = re.fullmatch(r"<!-- (?:(run)(?:: (root|guest))?|not run: (.+)) -->", mark)
        lacks = next((program for program in lacking if re.search(rf"^{program} ", commands, re.MULTILINE)), None)
        if found is None:
            print("unmarked", start)
        elif found[3]:
            print("not", start, found[3])
        elif found[2] == "guest":
            print("guest", start)
            with open(f"{prefix}-{start}.guest", "w", encoding="utf-8") as out:
                out.write("set -ex\n" + commands)
        elif found[2] == "root" and "root" in lacking:
            print("root", start)
        elif lacks or unmounted:
            print("lacks", start, lacks or "sshfs")
            unmounted = (unmounted or lacks == "sshfs") and "fusermount -u" not in commands
        else:
            print("run", start)
            script += [f"echo '@@ begin {start}'", "set -x", commands.rstrip("\n"), "{ set +x; } 2>/dev/null", f"echo '@@ done {start}'"]
        block, mark = None, ""
    elif re.fullmatch(r"```(bash|sh|shell)", stripped):
        block, start, indent = [], number, len(text) - len(text.lstrip())
    elif stripped:
        mark = stripped
with open(prefix + ".sh", "w", encoding="utf-8") as out:
    out.write("\n".join(script) + "\n")
