# A test in items: each prints PASS or FAIL and its name. To be sourced by bash, with $log set to the file that takes what
# the items print; counts in $passed and $failed.
passed=0 failed=0

# item NAME COMMAND [ARGUMENT...]: the command runs under set -e in a shell of its own.
item() {
  local name=$1 status
  shift
  echo "=== $name" >>"$log"
  # Not as a condition: there set -e does nothing.
  (set -e; "$@") >>"$log" 2>&1
  status=$?
  if [ $status -eq 0 ]; then
    passed=$((passed + 1))
    echo "PASS  $name"
  else
    failed=$((failed + 1))
    echo "FAIL  $name (exit $status)"
    tail -n 15 "$log" | cut -c -300 | sed 's/^/      /'
  fi
}

# keep_logs NAME FILE...: where an item failed, keeps the files together as target/check/NAME of the checkout $root.
keep_logs() {
  local name=$1
  shift
  [ $failed -gt 0 ] || return 0
  mkdir -p "$root/target/check"
  cat "$@" >"$root/target/check/$name" 2>/dev/null
  echo "log: target/check/$name"
}
