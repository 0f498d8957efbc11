#!/usr/bin/env bash
# The Linux kernel's own 9P client against Warren, in throw-away guests of two kernels: programs and system calls on
# a mount of a localfs directory, with and without the client's page cache. What is checked: guest/checks.py.
#
#   tests/ninep/v9fs.sh [quick|full] [ITEM...]
#
# WARREN_TOOLS  directory of v9fs-run and uml-trixie (default: ../shared/tools beside this checkout)
# WARREN_DIST   an unpacked distribution (bin/warren). Without it the module's own test server is started from
#               protocols/ninep/target, which needs `mvn test-compile -pl protocols/ninep` before.
# V9FS_ONLY     a pattern of configurations, such as '6.12 none*'
# Prints PASS or FAIL for each item and 'N passed, N failed' at the end. full takes about an hour.
set -uo pipefail
level=${1:-quick}
shift
items=("$@")
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/ninep
tools=${WARREN_TOOLS:-$root/../shared/tools}
base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-9p.XXXXXX")
data=$work/data
port=$((20000 + RANDOM % 10000))
server=
passed=0 failed=0

case $level in quick) limit=280 ;; full) limit=5000 ;; *) echo "usage: $0 [quick|full] [ITEM...]" && exit 2 ;; esac
[ -x "$tools/v9fs-run" ] || { echo "no v9fs-run in $tools; set WARREN_TOOLS" && exit 2; }

cleanup() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null
    for _ in $(seq 50); do
      kill -0 "$server" 2>/dev/null || break
      sleep 0.1
    done
    kill -9 "$server" 2>/dev/null
  fi
  if [ $failed -gt 0 ] && [ -s "$work/server.log" ]; then
    mkdir -p "$root/target/check"
    cp "$work/server.log" "$root/target/check/ninep-server.log"
    echo "log of the server: target/check/ninep-server.log"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the server -----------------------------------------------------------------------------------------------

# A plugin with a file whose reads never answer, to interrupt.
stuck_plugin() {
  local classes=$work/stuck-classes
  mkdir -p "$classes/META-INF/services" "$work/plugins/stuck"
  "$JAVA_HOME/bin/javac" -d "$classes" -cp "$(echo "$WARREN_DIST"/lib/*.jar | tr ' ' ':')" "$here/stuck/StuckPlugin.java" &&
    echo stuck.StuckPlugin >"$classes/META-INF/services/dev.warren.api.Plugin" &&
    printf 'Warren-Api-Version: 1\n' >"$work/manifest" &&
    "$JAVA_HOME/bin/jar" -c -f "$work/plugins/stuck/stuck.jar" -m "$work/manifest" -C "$classes" .
}

start_server() {
  mkdir -p "$data"
  . "$root/tests/lib/jdk.sh"
  find_jdk || exit 2
  if [ -n "${WARREN_DIST:-}" ]; then
    stuck_plugin || exit 2
    cat >"$work/config.yaml" <<END
server: {state_dir: $work/state, plugin_dirs: [$WARREN_DIST/plugins, $work/plugins]}
ninep: {listen: ["127.0.0.1:$port"]}
plugins:
  localfs: {path: /local, config: {local_dir: $data}}
  memfs: {path: /tmp, config: {}}
  stuck: {path: /stuck, config: {}}
END
    (cd "$work" && exec "$WARREN_DIST/bin/warren" serve config.yaml) >"$work/server.log" 2>&1 &
  else
    local classpath=$work/classpath
    (cd "$root" && mvn -q -o dependency:build-classpath -Dmdep.outputFile="$classpath" -pl protocols/ninep) || exit 2
    local module=$root/protocols/ninep/target
    "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED \
      -cp "$module/test-classes:$module/classes:$(cat "$classpath")" \
      dev.warren.ninep.NinepTestServer "$port" "$data" >"$work/server.log" 2>&1 &
  fi
  server=$!
  for _ in $(seq 300); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && return
    kill -0 "$server" 2>/dev/null || break
    sleep 0.1
  done
  echo "the server does not listen:"
  cat "$work/server.log"
  exit 2
}

# ---- the guests -----------------------------------------------------------------------------------------------

kernel_6_12() {
  local dir=/tmp/warren-k612 # uml-trixie wants a short path
  [ -x "$dir/usr/bin/linux" ] || "$tools/uml-trixie" "$dir" >"$work/uml-trixie.log" 2>&1 ||
    { cat "$work/uml-trixie.log" && return 1; }
  kernel=(--kernel "$dir/usr/bin/linux")
}

number=0
# guest KERNEL CACHE ACCESS [ITEM...]
guest() {
  local name="$1 $2 $3" cache=$2 access=$3 kernel=() status out
  # shellcheck disable=SC2053 # it is a pattern
  [[ $name == ${V9FS_ONLY:-*} ]] || return
  number=$((number + 1))
  out=$work/guest-$number.log
  mkdir -p "$data/m$number"
  if [ "$1" = 6.12 ] && ! kernel_6_12; then
    failed=$((failed + 1))
    echo "FAIL $name: no kernel 6.12"
    return
  fi
  shift 3
  [ ${#items[@]} -eq 0 ] || set -- "${items[@]}"
  "$tools/v9fs-run" --port "$port" "${kernel[@]}" --rootdir "$here/guest" --rw "$data/m$number" \
    --opts "msize=262144,cache=$cache,access=$access" --timeout $limit -- \
    "export MNT=/mnt/local/m$number UNDER=\$V9FS_SHARE STUCK=/mnt/stuck/never CACHE=$cache KERNEL=\$(uname -r)
     python3 -B \$V9FS_EXTRA/checks.py $level $*" >"$out" 2>&1
  status=$?
  sed -n "s/^PASS /PASS $name: /p; s/^FAIL /FAIL $name: /p" "$out"
  passed=$((passed + $(grep -c '^PASS' "$out")))
  failed=$((failed + $(grep -c '^FAIL' "$out")))
  # A guest that did not come to its end, or whose kernel complained.
  if [ $status -gt 1 ] || { [ $status -eq 1 ] && ! grep -q '^FAIL' "$out"; } || grep -q 'kernel complained' "$out"; then
    failed=$((failed + 1))
    echo "FAIL $name: the guest ended with status $status"
  fi
  grep -qE '^FAIL|kernel complained' "$out" || [ $status -gt 0 ] && sed 's/^/    /' "$out" | grep -v '^    PASS' | tail -n 40
  rm -rf "$data/m$number"
}

start_server
started=$(date +%s)
if [ "$level" = full ]; then
  for kernel in 6.1 6.12; do
    for cache in none mmap; do
      for access in client user; do
        guest $kernel $cache $access
      done
    done
  done
else
  # Each kernel, cache and access mode once with everything, and again where they are apt to differ.
  guest 6.1 none client
  guest 6.12 mmap user
  guest 6.1 mmap user sqlite_wal shared_mmap locks_two_processes unlink_while_open fifo_and_socket
  guest 6.12 none client append_8_writers locks_two_processes unlink_while_open changes_underneath interrupted_read
fi
echo "took $(($(date +%s) - started)) s"
echo "$passed passed, $failed failed"
[ $failed -eq 0 ] && [ $passed -gt 0 ]
