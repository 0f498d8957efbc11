#!/usr/bin/env bash
# Attacks on a running host, from outside and by its own users, one after the other, while a witness uses SFTP, 9P and HTTP all
# the time: no operation of the witness fails or takes longer than two seconds, the host survives, and its log has no uncaught
# exception. Hosts have the shipped limits and a heap of 512 MiB, or of 256 MiB for items whose names say so.
#
#   tests/abuse/run.sh [quick|full] [ITEM-PATTERN]
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
only=${2:-}
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
if ! why=$(programs python3 ssh-keygen setpriv) || ! why=$(python_module paramiko); then
  skip "attacks" "$why"
  totals
  exit
fi
. "$root/tests/abuse/lib.sh"
ulimit -Sn "$(ulimit -Hn)"

# ---- hosts, each started by the first item that needs it, and again after an attack that it did not survive ---------------------

start_main() {
  local export=
  if [ "$(id -u)" -eq 0 ]; then
    mkdir -p "$work/export/proc"
    mountpoint -q "$work/export/proc" || mount --bind /proc "$work/export/proc"
    export="    - {name: export, path: /export, config: {local_dir: $work/export}}"
  fi
  launch main "$export
  gptfs:
    - {path: /agents/model, config: {$model, data_dir: ./gptfs}}
    - {name: held, path: /agents/held, config: {$model, data_dir: ./held}}
    - {name: large, path: /agents/large, config: {$model, data_dir: ./large, workers: 1}}" "" env
}
start_small() { heap=-Xmx256m launch small "" "" env; }
start_poor() { java_options=-XX:-MaxFDLimit launch poor "" "keep_alive: 1s" bash -c 'ulimit -n 300 && exec "$@"' -; }
start_stuck() {
  mkdir -p "$work/stuck" "$work/fuse/stuck"
  exec_python "$here/stuckfs.py" "$work/fuse/stuck" >"$work/stuckfs.log" 2>&1 &
  helpers+=($!)
  until grep -q ready "$work/stuckfs.log"; do
    kill -0 $! || return 1
    sleep 0.1
  done
  echo $! >"$work/fuse.pid"
  java_options=-XX:ActiveProcessorCount=2 launch stuck \
    "    - {name: stuck, path: /stuck, config: {local_dir: $work/fuse/stuck}}" "" env
}
start_hang() {
  local classes=$work/hang-classes
  mkdir -p "$classes/META-INF/services" "$work/plugins/hang"
  "$JAVA_HOME/bin/javac" -d "$classes" -cp "$(echo "$WARREN_DIST"/lib/*.jar | tr ' ' ':')" "$here/hang/HangPlugin.java"
  echo hang.HangPlugin >"$classes/META-INF/services/dev.warren.api.Plugin"
  printf 'Warren-Api-Version: 1\n' >"$work/manifest"
  "$JAVA_HOME/bin/jar" -c -f "$work/plugins/hang/hang.jar" -m "$work/manifest" -C "$classes" .
  launch hang "  hang: {path: /hang}" "" env
}

# up NAME: makes sure that the host is serving.
up() {
  kill -0 "${pids[$1]:-0}" 2>/dev/null && [ -n "${pids[$1]:-}" ] || "start_$1"
  serving "$1" 90
}

# ---- items -----------------------------------------------------------------------------------------------------------------------

against() { # HOST COMMAND...
  local host=$1
  shift
  up "$host"
  under_witness "$host" "$@"
}

# The attack comes from another user, which requires root.
by_stranger() {
  need being_root
  up main
  under_witness main as_stranger "$1"
}

# The log is limited: one line per refused attach would flood it.
refused_attaches() {
  need being_root
  up main
  local before
  before=$(wc -l <"$work/main/serve.err")
  under_witness main as_stranger refused
  [ "$(other_lines main "$before")" -lt 20 ] || { echo "$(other_lines main "$before") lines of log" && return 1; }
}

few_descriptors() {
  up poor
  local before
  before=$(wc -l <"$work/poor/serve.err")
  under_witness poor attack_ninep descriptors
  [ "$(other_lines poor "$before")" -lt 30 ] || { echo "$(other_lines poor "$before") lines of log" && return 1; }
}

kernel_trees() {
  need being_root
  up main
  . "$work/main/ports"
  python "$here/attack_ninep.py" kernel_trees "$ninep" "${pids[main]}"
}

# SIGTERM ends the host within the drain time of two seconds plus five, even if calls hang. A thread in a system call that the
# kernel does not end outlives the exit; the rest of the process is a zombie by then.
ends_in_time() { # NAME
  kill "${pids[$1]}"
  for _ in $(seq 100); do
    case $(ps -o stat= -p "${pids[$1]}") in '' | Z*) return 0 ;; esac
    sleep 0.1
  done
  echo "SIGTERM has not ended it after ten seconds"
  return 1
}

stuck_calls() {
  need being_root
  need fuse
  up stuck
  under_witness stuck attack_ninep stuck
  ends_in_time stuck
}

# Meanwhile the witness lists /, including the mount point of the plugin that does not open.
frozen_disk() {
  need being_root
  need programs mkfs.ext4 fsfreeze
  truncate -s 64M "$work/disk.img"
  mkfs.ext4 -q -F "$work/disk.img"
  mkdir -p "$work/disk"
  mount -o loop "$work/disk.img" "$work/disk"
  local result=0
  beside_frozen_disk || result=$?
  fsfreeze -u "$work/disk" || true
  kill -9 "${pids[frozen]}" || true
  umount -l "$work/disk"
  return $result
}
start_frozen() { launch frozen "    - {name: frozen, path: /frozen, config: {local_dir: $work/disk}}" "" env; }
# A second host takes over the state directory of the first, of which only the calls that hang on the disk are left.
beside_frozen_disk() {
  start_frozen
  serving frozen 90 || return
  fsfreeze -f "$work/disk" || return
  under_witness frozen attack_ninep frozen || return
  ends_in_time frozen || return
  [ ! -e "$work/frozen/9p.sock" ] || { echo "the Unix socket is still there" && return 1; }
  start_frozen
  serving frozen 90
}

hanging_plugin() {
  start_hang
  serving hang 40
  . "$work/hang/ports"
  python - "$here" "$ninep" <<'END'
import sys

sys.path.insert(0, sys.argv[1])
import ninep

try:
    ninep.Client(int(sys.argv[2])).list("/hang")
    sys.exit("/hang answers")
except OSError as e:
    print(e)
    if e.errno != 5:
        raise
END
  # The host executes commands while another command hangs.
  WITNESS_SKIPS=hang under_witness hang attack_ninep commands
  ends_in_time hang
}

# An answer that does not arrive delays nothing else on the same sshfs mount.
waiting_file() {
  need programs sshfs
  need fuse
  up main
  under_witness main held_journey
}
held_journey() {
  set -e
  local mnt=$work/main/mnt
  mkdir -p "$mnt"
  sshfs -p "$SFTP" -o IdentityFile="$work/id",IdentitiesOnly=yes,StrictHostKeyChecking=no,UserKnownHostsFile=/dev/null,LogLevel=ERROR \
    -o direct_io,dir_cache=no,attr_timeout=0,entry_timeout=0 user@127.0.0.1:/agents/held "$mnt"
  echo 'hold this' >"$mnt/inbox/held.txt"
  echo 'hold that' >"$mnt/inbox/other.txt"
  cat "$mnt/wait/held" >/dev/null 2>&1 &
  local first=$!
  cat "$mnt/wait/other" >/dev/null 2>&1 &
  local second=$!
  sleep 1
  timeout 2 ls "$mnt/inbox"
  timeout 2 df "$mnt"
  timeout 10 sh -c 'echo "quick one" >"$1/inbox/quick.txt" && cat "$1/wait/quick"' - "$mnt"
  kill $first # the kernel lets the process end when its read returns
  timeout 2 sh -c 'echo cancel held >"$1" && echo cancel other >"$1"' - "$mnt/ctl"
  timeout 5 tail --pid=$first -f /dev/null
  timeout 5 tail --pid=$second -f /dev/null
  rm -f "$mnt"/inbox/*.txt
  fusermount -u "$mnt"
}
export -f held_journey

attack_on() { # NAME FUNCTION [ARGUMENT...]
  [ -n "$only" ] && [[ $1 != *$only* ]] && return
  item "$@"
  # A subshell started the host, so its pid must be read here.
  for file in "$work"/*/pid; do [ -e "$file" ] && pids[$(basename "$(dirname "$file")")]=$(cat "$file"); done
}

attack_on "quiet: the witness alone" against main sleep 2
attack_on "1: before log-in, 70 connections with 13 messages of 255 kB each, with 256 MiB" against small attack_sftp before_log_in
attack_on "2: 52 connections of 10 channels, five bytes each" against main attack_sftp channels
attack_on "3: 21 connections of 60,000 fids, with 256 MiB" against small attack_ninep fids
attack_on "4: eight batches of 59 MiB at once" against main attack_gptfs batches
attack_on "4: an answer of 240 MiB, more than the budget" against main attack_gptfs answer
attack_on "5: 1,100 silent connections of another user" by_stranger strangers
attack_on "6: 10 connections, 400 refused attaches each" refused_attaches
attack_on "7: 165 idle connections a second" against main attack_sftp idle
attack_on "8: 70 idle HTTP connections" against main attack_http
attack_on "10: look-ups that never answer, and SIGTERM" stuck_calls
[ "${1:-quick}" != full ] || attack_on "10: changes on a frozen disk, SIGTERM, and another host beside the rest" frozen_disk
attack_on "12: a plugin that hangs when it is opened" hanging_plugin
attack_on "13: sshfs beside an answer that does not come" waiting_file
attack_on "14: 16,000 locks released at once" against main attack_ninep locks
attack_on "15: an upload of 20 kB/s" against poor attack_sftp slow_upload
attack_on "20: a client that opens more files than there are descriptors" few_descriptors
attack_on "24: a /proc below an export" kernel_trees
attack_on "sum: all documented limits at once, with 256 MiB" against small attack_limits
totals
