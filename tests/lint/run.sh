#!/usr/bin/env bash
# Checks of the scripts and documents that do not need to run them.
#
#   tests/lint/run.sh
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
. "$root/tests/lib/items.sh"
log=$(mktemp)
trap 'keep_logs lint.log "$log"; rm -f "$log"' EXIT
cd "$root" || exit 2

# All files of the project except the wrapper that Maven generated, in git's checkout or in an archive of it.
files() {
  { git ls-files -co --exclude-standard 2>/dev/null ||
    find . -type f -not -path '*/target/*' -not -path '*/node_modules/*' -printf '%P\n'; } | grep -v '^mvnw'
}

# Sets $bash, $sh and $python to the scripts, recognised by their first lines or their names.
scripts() {
  local f first
  bash=() sh=() python=()
  while read -r f; do
    { read -r -n 64 first <"$f"; } 2>/dev/null || true
    case $first in
      '#!'*bash) bash+=("$f") ;;
      '#!'*sh) sh+=("$f") ;;
      '#!'*python3) python+=("$f") ;;
      *) case $f in
        *.sh) bash+=("$f") ;; # to be sourced
        *.py) python+=("$f") ;;
      esac ;;
    esac
  done < <(files | grep -vE '\.(java|png|md|xml|json|txt|yaml|html|css|js|svg)$')
  [ ${#bash[@]} -gt 20 ] && [ ${#sh[@]} -gt 5 ] && [ ${#python[@]} -gt 5 ]
}

shell_scripts() {
  need programs shellcheck
  scripts
  shellcheck -s bash "${bash[@]}"
  shellcheck "${sh[@]}"
}

python_scripts() {
  scripts
  python3 -c '
import ast, sys
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as f:
        ast.parse(f.read(), name)' "${python[@]}"
}

# A clone is self-contained: no script and no document refers to a path outside the checkout.
nothing_outside() {
  local found
  found=$(files | grep -E '\.(md|py|sh)$|^check$|^warren$|^bench/|^tests/' | grep -v '^tests/lint/run.sh$' |
    xargs grep -nE '(\$root|\$ROOT|\$PWD|\{root\})/\.\./|\.\./shared|WARREN_TOOLS|ROOT\.parent' || true)
  echo "$found"
  [ -z "$found" ]
}

# Each decision has a unique number, has it in its title, and is in the list.
decisions() {
  local f name number title listed
  cd docs/decisions
  [ -z "$(printf '%s\n' [0-9]*.md | cut -c -4 | uniq -d)" ]
  for f in [0-9]*.md; do
    number=${f:0:4} title=$(head -n 1 "$f")
    [[ $title == "# $number: "* ]] || { echo "$f: $title" && return 1; }
    name=${title#"# $number: "}
    grep -qxF "| [$number]($f) | $name |" README.md || { echo "not in the list: $f" && return 1; }
  done
  listed=$(grep -c '^| \[' README.md)
  [ "$listed" -eq "$(printf '%s\n' [0-9]*.md | wc -l)" ]
}

# A link inside the project points to an existing file, and to one of its headings.
links() {
  local bad=0 document link file heading
  while IFS=: read -r document link; do
    file=${link%%#*} heading=
    [[ $link != *'#'* ]] || heading=${link#*#}
    if [ -z "$file" ]; then file=$document; else file=$(dirname "$document")/$file; fi
    if [ ! -e "$file" ]; then
      bad=1 && echo "$document: no $file"
    elif [ -n "$heading" ] && ! sed -n 's/^##* //p' "$file" | tr 'A-Z ' 'a-z-' | tr -d '`?,.:()' | grep -qx -- "$heading"; then
      bad=1 && echo "$document: no heading $heading in $file"
    fi
  done < <(files | grep '\.md$' | xargs grep -oHE '\]\([^)]+\)' | grep -vE ':\]\([a-z]+:' | sed 's/:\](\(.*\))$/:\1/')
  [ $bad -eq 0 ]
}

# Every default of a key in the documents equals the one in configuration.md, which a test of the server compares with the
# program.
defaults() {
  python3 - <<'END'
import re, sys

known, section = {}, ""
for line in open("docs/configuration.md", encoding="utf-8"):
    section = line.strip("# `\n") if line.startswith("### ") else section
    found = re.match(r"\* `(\w+)` \(\w+(?:, default (.*?))?(?:, [^,()]+ to [^,()]+)?\): ", line)
    if found and section in ("ninep", "sftp", "http"):
        known.setdefault(found[1], {})[section] = found[2]
wrong = compared = 0


def compare(where, key, value, sections):
    global wrong, compared
    compared += 1
    right = [known[key][s] for s in sections if s in known.get(key, {})]
    if value not in right:
        wrong += 1
        print(f"{where}: `{key}` is {value}, but the default is {right}")


for document, section in ("docs/sftp.md", "sftp"), ("docs/ninep.md", "ninep"):
    for line in open(document, encoding="utf-8"):
        cells = [cell.strip() for cell in line.split("|")[1:3]]
        keys = re.findall(r"`(\w+)`", cells[0]) if len(cells) == 2 else []
        values = [value.strip("` ") for value in cells[1].split(", ")] if keys else []
        if len(keys) == len(values) and all(section in known.get(key, {}) for key in keys):
            for key, value in zip(keys, values):
                compare(document, key, value, [section])
for match in re.finditer(r"`(\w+)` \((\w+)\)", open("docs/security.md", encoding="utf-8").read()):
    compare("docs/security.md", match[1], match[2], ["ninep", "sftp", "http"])
print(compared, "compared")
sys.exit(wrong > 0 or compared < 30)
END
}

item "documents name the defaults that there are" defaults
item "decisions have unique numbers and are listed" decisions
item "links between documents lead somewhere" links
item "shell scripts" shell_scripts
item "Python scripts" python_scripts
item "nothing outside the checkout is named" nothing_outside
totals
