#!/usr/bin/env bash
# What can be said of the scripts without running them.
#
#   tests/lint/run.sh
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
. "$root/tests/lib/items.sh"
log=$(mktemp)
trap 'keep_logs lint.log "$log"; rm -f "$log"' EXIT
cd "$root" || exit 2

# All files of the project but the wrapper that Maven made, in git's checkout or in an archive of it.
files() {
  { git ls-files -co --exclude-standard 2>/dev/null ||
    find . -type f -not -path '*/target/*' -not -path '*/node_modules/*' -printf '%P\n'; } | grep -v '^mvnw'
}

# Sets $bash, $sh and $python to the scripts, told by their first lines or their names.
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

# A clone is all that it takes: no script and no document looks beside the checkout.
nothing_outside() {
  local found
  found=$(files | grep -E '\.(md|py|sh)$|^check$|^warren$|^bench/|^tests/' | grep -v '^tests/lint/run.sh$' |
    xargs grep -nE '(\$root|\$ROOT|\$PWD|\{root\})/\.\./|\.\./shared|WARREN_TOOLS|ROOT\.parent' || true)
  echo "$found"
  [ -z "$found" ]
}

# Each decision has a number of its own, says it in its title, and is in the list.
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

# A link inside the project leads to a file, and to one of its headings.
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

item "decisions have numbers of their own and are listed" decisions
item "links between documents lead somewhere" links
item "shell scripts" shell_scripts
item "Python scripts" python_scripts
item "nothing outside the checkout is named" nothing_outside
totals
