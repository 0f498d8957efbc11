# A test consists of items: each prints PASS, FAIL or SKIP and its name. To be sourced by bash, with $root set to the checkout
# and $log to the file for the items' output; counts in $passed, $failed and $skipped.
passed=0 failed=0 skipped=0
export LC_ALL=C.UTF-8 # elsewhere, programs escape names that the user's locale cannot show

# item NAME COMMAND [ARGUMENT...]: runs the command under set -e in a subshell.
item() {
  local name=$1 status began=$EPOCHREALTIME
  shift
  echo "=== $name" >>"$log"
  # The subshell is not a condition, because set -e has no effect in conditions.
  (set -e; "$@") >>"$log" 2>&1
  status=$?
  verdict $status "$name" "$began"
}

# verdict STATUS NAME BEGAN [LOG]: counts and prints an item that has ended; status 77 means that the item's last line of output
# says what is missing.
verdict() {
  local took from=${4:-$log}
  took=$(((${EPOCHREALTIME/[.,]/} - ${3/[.,]/}) / 100000))
  took="${took:0:-1}.${took: -1} s"
  [[ $took != .* ]] || took=0$took
  case $1 in
    0) passed=$((passed + 1)) && echo "PASS  $2 ($took)" ;;
    77) skip "$2" "$(tail -n 1 "$from" | sed 's/^lacks: //')" ;;
    *)
      failed=$((failed + 1))
      echo "FAIL  $2 (exit $1, $took)"
      tail -n 15 "$from" | cut -c -300 | sed 's/^/      /'
      ;;
  esac
}

# skip NAME REASON: counts an item that cannot be run here.
skip() {
  skipped=$((skipped + 1))
  echo "SKIP  $1: $2"
}

# totals: prints the last line of a test, which ./check reads. A test without any item is a failure.
totals() {
  if [ $skipped -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ $failed -eq 0 ] && [ $((passed + skipped)) -gt 0 ]
}

# keep_logs NAME FILE...: if an item failed, saves the files together as target/check/NAME in the checkout.
keep_logs() {
  local name=$1
  shift
  [ $failed -gt 0 ] || return 0
  mkdir -p "$root/target/check"
  cat "$@" >"$root/target/check/$name" 2>/dev/null
  echo "log: target/check/$name"
}

# ---- what an item may lack on this machine or as this user ------------------------------------------------------------

# lacks REASON: ends an item that cannot be run here.
lacks() {
  echo "lacks: $*"
  exit 77
}

# need CONDITION [ARGUMENT...]: ends an item if one of the conditions below is not met.
need() {
  local why
  why=$("$@") || lacks "$why"
}

# The conditions: each prints what is missing, and fails.
programs() {
  local each missing=()
  for each; do command -v "$each" >/dev/null || missing+=("$each"); done
  [ ${#missing[@]} -eq 0 ] || { echo "no ${missing[*]} here" && return 1; }
}
python_module() { /usr/bin/python3 -c "import $1" 2>/dev/null || { echo "Python has no module $1 here" && return 1; }; }
being_root() { [ "$(id -u)" -eq 0 ] || { echo "it takes root" && return 1; }; }
fuse() {
  programs fusermount || return
  [ -r /dev/fuse ] && [ -w /dev/fuse ] || { echo "$(id -un) cannot open /dev/fuse" && return 1; }
}
guests() { # [OPTION-OF-v9fs-run...]
  "$root/tests/tools/v9fs-run" --check "$@" 2>&1 | sed 's/^v9fs-run: //'
  return "${PIPESTATUS[0]}"
}

# ---- processes --------------------------------------------------------------------------------------------------------

# Prints a free loopback port, below those that the system gives to clients.
free_port() {
  python3 -c '
import random, socket
while True:
    port = random.randrange(10000, 32000)
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        continue
    print(port)
    break'
}

# stop PID...: ends processes, by SIGKILL after ten seconds.
stop() {
  local pid
  kill "$@" 2>/dev/null
  for pid; do
    for _ in $(seq 100); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$pid" 2>/dev/null
  done
  return 0
}
