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

item "shell scripts" shell_scripts
item "Python scripts" python_scripts
item "nothing outside the checkout is named" nothing_outside
totals
