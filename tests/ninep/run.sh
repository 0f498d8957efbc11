#!/usr/bin/env bash
# The Linux kernel's own 9P client against Warren, in throw-away guests with two kernels: programs and system calls on a mount
# of a localfs directory, with and without the client's page cache (the checks: guest/checks.py), and the mount recipes of
# docs/ninep.md exactly as documented. The host runs as the user who runs this script; if that is root, a second host runs as
# nobody.
#
#   tests/ninep/run.sh [quick|full] [ITEM...]
#
# quick runs every item on one configuration of each kernel, and the core items on all others, with short loads;
# full runs everything everywhere, for about an hour.
#
# WARREN_DIST  an unpacked distribution (default: the one that is built in server/target)
# V9FS_ONLY    a pattern of configurations, such as '6.12 none*'
set -uo pipefail
level=${1:-quick}
shift || true
items=("$@")
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/ninep
tools=$root/tests/tools
. "$root/tests/lib/items.sh"
dist=${WARREN_DIST:-$(find "$root/server/target" -maxdepth 1 -name 'warren-*' -type d 2>/dev/null | head -n 1)}
base=/dev/shm # if it is large enough; in a container it often is not
[ -w "$base" ] && [ "$(df -k --output=avail "$base" | tail -n 1)" -gt 1000000 ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-9p.XXXXXX")
log=$work/log
helpers=()
nobody=65534

# Items whose results depend on the configuration: caches, locks, files that disappear or change, users.
core="sqlite_rollback sqlite_wal append_8_writers locks_two_processes unlink_while_open fifo_and_socket shared_mmap
  tail_f changes_underneath changes_by_sftp interrupted_read each_user callers set_gid_directory unreadable_program"

case $level in quick) limit=280 ;; full) limit=5000 ;; *) echo "usage: $0 [quick|full] [ITEM...]" && exit 2 ;; esac
[ -x "$dist/bin/warren" ] || { echo "no distribution; run ./check unit first, or set WARREN_DIST" && exit 2; }

cleanup() {
  local each
  [ ${#helpers[@]} -eq 0 ] || stop "${helpers[@]}"
  if [ "$failed" -gt 0 ]; then
    mkdir -p "$root/target/check"
    for each in "$work"/*/server.log; do
      cp "$each" "$root/target/check/ninep-$(basename "$(dirname "$each")").log"
    done
    echo "logs of the hosts: target/check/ninep-*.log"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the hosts ------------------------------------------------------------------------------------------------

# A plugin with a file whose reads never return, to be interrupted.
stuck_plugin() {
  local classes=$work/stuck-classes
  mkdir -p "$classes/META-INF/services" "$work/plugins/stuck"
  "$JAVA_HOME/bin/javac" -d "$classes" -cp "$(echo "$dist"/lib/*.jar | tr ' ' ':')" "$here/stuck/StuckPlugin.java" &&
    echo stuck.StuckPlugin >"$classes/META-INF/services/dev.warren.api.Plugin" &&
    printf 'Warren-Api-Version: 1\n' >"$work/manifest" &&
    "$JAVA_HOME/bin/jar" -c -f "$work/plugins/stuck/stuck.jar" -m "$work/manifest" -C "$classes" .
}

# host NAME [WRAPPER...]: starts a host, and sets port, sftp and data. Its files are in $work/NAME.
host() {
  local name=$1 callers=""
  shift
  port=$(free_port) sftp=$(free_port) data=$work/$name/data
  mkdir -p "$data" "$work/$name/callers" "$work/$name/clients" "$work/$name/ctl" "$work/$name/state"
  truncate -s 64M "$work/$name/ctl/zero" # what diodload reads and writes
  : >"$work/$name/ctl/null"
  if [ $# -gt 0 ]; then
    chown -R $nobody:$nobody "$work/$name"
  elif [ "$(id -u)" -eq 0 ]; then
    callers="- {name: callers, path: /callers, config: {local_dir: $work/$name/callers, identity: caller}}
    - {name: clients, path: /clients, config: {local_dir: $work/$name/clients, identity: client}}"
  fi
  cat >"$work/$name/config.yaml" <<END
server: {state_dir: $work/$name/state, plugin_dirs: [$dist/plugins, $work/plugins]}
ninep: {listen: ["127.0.0.1:$port", "unix:$work/$name/state/9p.sock"]}
sftp: {listen: ["127.0.0.1:$sftp"], users: [{name: user, authorized_keys: $work/id.pub}]}
plugins:
  localfs:
    - {name: local, path: /local, config: {local_dir: $data}}
    - {name: load, path: /ctl, config: {local_dir: $work/$name/ctl}}
    $callers
  memfs: {path: /tmp, config: {}}
  stuck: {path: /stuck, config: {}}
END
  (cd "$work/$name" && exec "$@" "$dist/bin/warren" serve config.yaml) >"$work/$name/server.log" 2>&1 &
  helpers+=($!)
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$port" 4<>"/dev/tcp/127.0.0.1/$sftp") 2>/dev/null && return
    kill -0 "${helpers[-1]}" 2>/dev/null || break
    sleep 0.1
  done
  echo "FAIL  host $name: it does not listen"
  cat "$work/$name/server.log"
  exit 1
}

# ---- the guests -----------------------------------------------------------------------------------------------

# Downloads the kernel once; prints the reason if that fails.
kernel_6_12() {
  local dir=$root/target/tools/linux-6.12
  [ -x "$dir/usr/bin/linux" ] || [ -e "$work/uml-trixie.log" ] || "$tools/uml-trixie" "$dir" >"$work/uml-trixie.log" 2>&1
  kernel=(--kernel "$dir/usr/bin/linux")
  [ -x "$dir/usr/bin/linux" ] || { tail -n 1 "$work/uml-trixie.log" && return 1; }
}

processor=$(taskset -cp $$ | sed 's/.*[-:, ]//')
number=0
# run_guest NAME KERNEL COMMAND [OPTION-OF-v9fs-run...]: counts the PASS and FAIL lines that it prints.
run_guest() {
  local name=$1 version=$2 command=$3 kernel=() status out=$work/guest-$number.log
  shift 3
  echo "      $name: a guest"
  if { [ "$version" = 6.12 ] && ! kernel_6_12 >"$out"; } || ! guests "${kernel[@]}" >"$out"; then
    skip "$name" "$(tail -n 1 "$out")"
    return
  fi
  # On one processor, a packet between the guest and its relay takes half the time.
  taskset -c "$processor" "$tools/v9fs-run" --port "$port" "${kernel[@]}" --rootdir "$here/guest" --rw "$data/m$number" --timeout "$limit" "$@" -- \
    "$command" >"$out" 2>&1
  status=$?
  sed -n "s|^PASS |PASS  $name: |p; s|^FAIL |FAIL  $name: |p" "$out"
  passed=$((passed + $(grep -c '^PASS' "$out")))
  failed=$((failed + $(grep -c '^FAIL' "$out")))
  # The guest did not finish, or its kernel reported an error.
  if [ $status -gt 1 ] || { [ $status -eq 1 ] && ! grep -q '^FAIL' "$out"; } || grep -q 'kernel complained' "$out"; then
    failed=$((failed + 1))
    echo "FAIL  $name: the guest ended with status $status"
  fi
  if [ $status -gt 0 ] || grep -qE '^FAIL|kernel complained' "$out"; then
    sed 's/^/    /' "$out" | grep -v '^    PASS' | tail -n 40
  fi
  rm -rf "$data/m$number"
}

# guest [-h HOST] KERNEL CACHE ACCESS [ITEM...]
guest() {
  local of=""
  if [ "$1" = -h ]; then
    of="$2: "
    shift 2
  fi
  local version=$1 cache=$2 access=$3 name="$of$1 $2 $3"
  # shellcheck disable=SC2053 # it is a pattern
  [[ $name == ${V9FS_ONLY:-*} ]] || return
  shift 3
  [ ${#items[@]} -eq 0 ] || set -- "${items[@]}"
  number=$((number + 1))
  mkdir -p "$data/m$number"
  [ -z "$of" ] || chown $nobody:$nobody "$data/m$number"
  cp "$work/id" "$data/m$number/.id"
  local callers='' clients=''
  grep -q '/callers' "$(dirname "$data")/config.yaml" && callers=/mnt/callers clients=/mnt/clients
  run_guest "$name" "$version" \
    "export MNT=/mnt/local/m$number UNDER=\$V9FS_SHARE STUCK=/mnt/stuck/never CACHE=$cache KERNEL=\$(uname -r)
     export CALLERS=$callers CLIENTS=$clients SFTP=$sftp KEY=\$V9FS_SHARE/.id
     python3 -B \$V9FS_EXTRA/checks.py $level $*" \
    --opts "msize=262144,cache=$cache,access=$access" --fwd "$sftp"
}

# The recipes of the documentation, in a guest where 127.0.0.1:5640 and ./state/9p.sock are forwarded to the host.
recipes() {
  local name="docs/ninep.md $1" relayed
  # shellcheck disable=SC2053 # it is a pattern
  [[ $name == ${V9FS_ONLY:-*} ]] || return
  [ ${#items[@]} -eq 0 ] || return
  number=$((number + 1))
  mkdir -p "$data/m$number/recipes" "$data/data"
  awk -v to="$data/m$number/recipes" '
    /^<!-- run: guest -->$/ { marked = 1; next }
    /^```/ && inside { inside = 0; close(file); next }
    /^```/ && marked { inside = 1; marked = 0; file = sprintf("%s/%02d", to, ++n); next }
    { marked = 0 }
    inside { print >file }' "$root/docs/ninep.md"
  relayed=$(free_port)
  python3 -B "$here/guest/relay.py" "127.0.0.1:$relayed" "unix:$(dirname "$data")/state/9p.sock" &
  helpers+=($!)
  run_guest "$name" "$1" "sh \$V9FS_EXTRA/recipes.sh \$V9FS_SHARE/recipes $relayed" --no-mount --fwd "$relayed"
}

# ---- clients without a kernel -----------------------------------------------------------------------------------

# Debian's diod tools. An item, without set -e. dtop, diodshowmount and dioddate are left out: they read files that only diod
# has.
diod_tools() {
  set +e
  need programs diodls diodcat diodload
  local dir=$data/diod at="127.0.0.1:$port" as
  mkdir -p "$dir/d"
  head -c 3000000 /dev/urandom >"$dir/big"
  (echo first && cat "$dir/big") >"$work/both"
  echo first >"$dir/small"
  [ "$(diodls -s "$at" -a /local diod 2>&1 | sort | xargs)" = "big d small" ] &&
    diodls -l -s "$at" -a local/diod | grep -q '^-rw.* 3000000 .* big$' || return
  diodcat -s "$at" -a /local/diod small big | cmp - "$work/both" || return
  for as in 4096 12345 1048576; do
    diodcat -m "$as" -s "$at" -a "" local/diod/big | cmp - "$dir/big" || return
  done
  ! diodcat -s "$at" -a /local none 2>/dev/null && ! diodcat -s "$at" -a /none none 2>/dev/null || return
  for as in "" -g; do
    # shellcheck disable=SC2086 # it is none or one
    timeout 60 diodload -s "$at" -n 8 -r 2 $as >"$work/load" 2>&1 && grep -q '[1-9][0-9]* ops/s' "$work/load" &&
      ! grep -q error "$work/load" || { cat "$work/load" && return 1; }
  done
  if [ "$(id -u)" -eq 0 ]; then # another user is refused
    "${as_nobody[@]}" diodcat -s "$at" -a /local diod/small >"$work/refused" 2>&1 && return 1
    grep -q 'Permission denied' "$work/refused" || return
  fi
  rm -rf "$dir"
}

# The tool with which bench/ measures still works.
load_generator() {
  need programs gcc
  gcc -O2 -Wall -Werror -pthread -o "$work/p9bench" "$tools/p9bench.c"
  "$work/p9bench" --aname /local --seconds 0.1 --bytes 4194304 --files 100 --conns 2 "tcp:127.0.0.1:$port" \
    getattr walkstat open write read randread randwrite create unlink readdir
}

# A function is parsed as a whole before it runs, so this file may be edited meanwhile.
main() {
  . "$root/tests/lib/jdk.sh"
  find_jdk || exit 1
  chmod 711 "$work"
  ssh-keygen -q -t ed25519 -N '' -f "$work/id"
  as_nobody=(setpriv --reuid "$nobody" --regid "$nobody" --clear-groups)
  if [ "$(id -u)" -eq 0 ] && ! "${as_nobody[@]}" test -x "$dist/bin/warren"; then
    cp -R "$dist" "$work/dist" # below a directory that only this user can access
    dist=$work/dist
  fi
  stuck_plugin || exit 1
  local version cache access each why
  if ! why=$(programs ssh-keygen python3); then
    skip "9P's clients" "$why"
    totals
    return
  fi

  host owner
  if [ "$level" = full ]; then
    for version in 6.1 6.12; do
      for cache in none mmap; do
        for access in client user; do
          guest $version $cache $access
        done
      done
      guest $version loose client many_names names_and_times
    done
  else
    guest 6.1 none client
    guest 6.12 mmap user
    guest 6.12 loose client many_names names_and_times
    # shellcheck disable=SC2086 # they are words
    for each in '6.1 none user' '6.1 mmap client' '6.1 mmap user' '6.12 none client' '6.12 none user' '6.12 mmap client'; do
      guest $each $core
    done
  fi
  for version in 6.1 6.12; do recipes $version; done
  # shellcheck disable=SC2053 # it is a pattern
  if [ ${#items[@]} -eq 0 ] && [[ "diod tools" == ${V9FS_ONLY:-*} ]]; then
    item "diodls, diodcat, diodload" diod_tools
    item "bench's load generator" load_generator
  fi

  # A host without root's rights, as most hosts are. If root does not run this script, the first host had no such rights either.
  if [ "$(id -u)" -eq 0 ]; then
    host nobody "${as_nobody[@]}"
    # shellcheck disable=SC2086 # they are words
    guest -h nobody 6.12 none client $core git rsync
    # shellcheck disable=SC2086 # they are words
    guest -h nobody 6.1 mmap user $core
  fi

  totals
}

main; exit # on one line, because bash then reads no more of this file, which may have changed
