#!/usr/bin/env bash
# ./check itself: what it says and its exit status, in a copy of it with suites and a Maven that only print results.
#
#   tests/check/run.sh
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
. "$root/tests/lib/items.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/warren-check.XXXXXX")
log=$work/log
trap 'keep_logs check.log "$log"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# A checkout that has only what ./check itself needs, with a distribution and no packages to install.
checkout() { # DIR
  local dist=$1/server/target/warren-0
  mkdir -p "$1/tests/lib" "$1/server/src/dist/lib" "$dist/bin" "$1/bin"
  cp "$root/check" "$1/"
  cp "$root"/tests/lib/*.sh "$1/tests/lib/"
  cp "$root/server/src/dist/lib/find-java.sh" "$1/server/src/dist/lib/"
  : >"$1/tests/packages.txt"
  program "$dist/bin/warren" 'exit 1'
}

program() { # FILE COMMANDS
  printf '#!/bin/sh\n%s\n' "$2" >"$1"
  chmod +x "$1"
}

# suite DIR NAME ITEM...: a script in the style of tests/lint/run.sh; each item is a command.
suite() {
  local file=$1/tests/$2/run.sh each
  mkdir -p "$(dirname "$file")"
  {
    # shellcheck disable=SC2016 # the script's own variables
    printf '%s\n' '#!/usr/bin/env bash' 'cd "$(dirname "$0")/../.." || exit 2' 'root=$PWD log=$root/items.log' \
      '. tests/lib/items.sh'
    for each in "${@:3}"; do echo "item '$each' $each"; done
    echo totals
  } >"$file"
  chmod +x "$file"
}

# check DIR ARGUMENT...: runs the copy; its output is in ./said. The copy does not get the caller's variable CI.
check() {
  env -u CI PATH="$1/bin:$PATH" "$1/check" "${@:2}" >said 2>&1 </dev/null
}
on_ci() {
  CI=true PATH="$1/bin:$PATH" "$1/check" "${@:2}" >said 2>&1 </dev/null
}

# ends STATUS COMMAND...: fails unless the command ends with that status.
ends() {
  local status=0
  "${@:2}" || status=$?
  cat said
  [ $status -eq "$1" ]
}

says() {
  grep -qE -- "$1" said
}

success() {
  checkout here
  suite here good true true
  suite here better true
  ends 0 check "$PWD/here" good better
  says '^ok      good \([0-9]+ s; 2 passed\)'
  says '^3 passed, 0 failed, 0 skipped'
  ends 0 on_ci "$PWD/here" good
}

failure() {
  checkout here
  suite here good true
  suite here bad true false
  ends 1 check "$PWD/here" bad good
  says '^FAILED  bad .* see target/check/bad.log'
  grep -q '^FAIL  false' here/target/check/bad.log
  says '^ok      good' # the later suites still run
  says '^2 passed, 1 failed, 0 skipped'
}

# A suite that ends early, or counts wrongly, has failed whatever it printed.
failure_without_a_failed_item() {
  local name
  checkout here
  mkdir -p here/tests/{early,silent,empty}
  program here/tests/early/run.sh 'echo "PASS  one"; echo "1 passed, 0 failed"; exit 3'
  program here/tests/silent/run.sh 'exit 1'
  suite here empty
  for name in early silent empty; do
    ends 1 check "$PWD/here" $name
    says "^FAILED  $name .* see target/check/$name.log"
    says '1 failed, 0 skipped$'
  done
}

# Suites that run beside the others are counted like them.
failure_beside() {
  checkout here
  suite here plugin false
  suite here good true
  ends 1 check "$PWD/here" good plugin
  says '^FAILED  plugin .* see target/check/plugin.log'
  says '^1 passed, 1 failed, 0 skipped'
}

skips() {
  checkout here
  suite here some true 'need programs no-such-program'
  ends 0 check "$PWD/here" some
  says '^skipped some: need programs no-such-program: no no-such-program here'
  says '^1 passed, 0 failed, 1 skipped'
  ends 1 on_ci "$PWD/here" some
  says '^FAILED  nothing may be skipped on CI'
}

no_distribution() {
  checkout here
  suite here good true
  rm -r here/server/target
  ends 0 check "$PWD/here" good
  says '^skipped clients: no distribution'
  ends 1 on_ci "$PWD/here" good
}

unknown_suite() {
  checkout here
  suite here good true
  program here/bin/mvn 'touch ran'
  ends 2 check "$PWD/here" good nosuch
  says '^\./check NAME\.\.\.'
  if says '^begins'; then return 1; fi # nothing has run, not even the suite that exists
  ends 2 check "$PWD/here" mutants nosuch
  [ ! -e here/ran ]
}

# A failed build is a failure even if no test has failed, and the clients are not run against what was built before.
failed_build() {
  checkout here
  suite here good true
  program here/bin/mvn 'echo "[ERROR] COMPILATION ERROR"; exit 1'
  ends 1 check "$PWD/here"
  says '^FAILED  unit .* see target/check/unit.log'
  says 'COMPILATION ERROR'
  if says 'good'; then return 1; fi
  says '^0 passed, 1 failed, 0 skipped'
}

# The unit tests are counted from their reports.
unit_tests() {
  checkout here
  # shellcheck disable=SC2016 # the report is written when Maven runs
  program here/bin/mvn 'mkdir -p m/target/surefire-reports
cat >m/target/surefire-reports/TEST-dev.warren.ATest.xml <<END
<testsuite name="dev.warren.ATest" tests="3" errors="$ERRORS" skipped="1" failures="0">
  <testcase name="works" classname="dev.warren.ATest"/>
  <testcase name="waits" classname="dev.warren.ATest">
    <skipped message="no database here"/>
  </testcase>
</testsuite>
END
exit "$ERRORS"'
  ERRORS=0 ends 0 check "$PWD/here" unit
  says '^skipped unit: ATest.waits: no database here'
  says '^2 passed, 0 failed, 1 skipped'
  ERRORS=0 ends 1 on_ci "$PWD/here" unit
  ERRORS=1 ends 1 check "$PWD/here" unit
  says '^1 passed, 1 failed, 1 skipped'
}

# in_its_own DIRECTORY COMMAND: runs an item in a directory of its own.
in_its_own() {
  mkdir "$work/$1"
  cd "$work/$1"
  "$2"
}

n=0
try() { # NAME COMMAND
  n=$((n + 1))
  item "$1" in_its_own $n "$2"
}

try "suites that pass: status 0" success
try "a failed item: status 1, and its log is named" failure
try "a suite that fails without a failed item: status 1" failure_without_a_failed_item
try "a failure in a suite that runs beside the others: status 1" failure_beside
try "a skipped item: status 1 on CI only" skips
try "no distribution: the clients are skipped, and CI fails" no_distribution
try "a suite that does not exist is refused before anything runs" unknown_suite
try "a failed build: status 1, and no client runs" failed_build
try "the unit tests and their skips are counted" unit_tests
totals
