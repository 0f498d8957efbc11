#!/usr/bin/env bash
# Runs the attacks of tests/abuse in rotation on one running host with the shipped limits and a heap of 512 MiB, each while a
# witness uses the host. At the end the host must be alive, and its memory and descriptors must be back where they began; the
# numbers are printed. Run by hand, not by ./check. Attacks that leave calls hanging for good and those that need a host of
# their own are left out.
#
#   tests/abuse/soak.sh [TIME]        15m by default; 90s, 1h
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
time=${1:-15m}
case $time in
  *h) seconds=$((${time%h} * 3600)) ;;
  *m) seconds=$((${time%m} * 60)) ;;
  *) seconds=${time%s} ;;
esac
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
if ! why=$(programs python3 ssh-keygen setpriv) || ! why=$(python_module paramiko); then
  skip "soak" "$why"
  totals
  exit
fi
. "$root/tests/abuse/lib.sh"
ulimit -Sn "$(ulimit -Hn)"

# The accepted increase at the end. Classes, compiled code and the pools of libraries are allocated at the first use of each
# feature; leaking one connection's buffers, or one descriptor in each attack, exceeds these after a few rounds.
more_heap=24 more_resident=100 more_descriptors=12 more_threads=24

attack_seconds=240 # the machine may be slow; only the witness's waiting times are checked
attacks=(
  "attack_sftp before_log_in"
  "attack_sftp channels"
  "attack_ninep fids"
  "attack_gptfs batches"
  "attack_gptfs answer"
  "attack_sftp idle"
  "attack_http"
  "attack_ninep locks"
  "attack_limits"
)
[ "$(id -u)" -ne 0 ] || attacks+=("as_stranger strangers" "as_stranger refused")

# ---- the resources of a host: MiB of heap after a collection, MiB resident, descriptors, threads ------------------------------------------

measure() {
  local pid=${pids[soak]} heap resident
  # Twice: garbage found by the first collection may own something that a cleaner closes only after it.
  "$JAVA_HOME/bin/jcmd" "$pid" GC.run >>"$log" && sleep 1 && "$JAVA_HOME/bin/jcmd" "$pid" GC.run >>"$log" && sleep 1 || return 1
  heap=$("$JAVA_HOME/bin/jcmd" "$pid" GC.heap_info | sed -n 's/^ *\(DefNew\|Tenured\) .* used \([0-9]*\)K.*/\2/p' | awk '{ sum += $1 } END { print int(sum / 1024); exit NR < 2 }') || return 1
  resident=$(resident)
  echo "$heap $resident $(descriptors) $(awk '/^Threads/ { print $2 }' "/proc/$pid/status")"
}
descriptors() { find "/proc/${pids[soak]}/fd" -mindepth 1 | wc -l; }

# Connections of the last attack end by themselves; a descriptor that is still open after half a minute has leaked.
calm_down() {
  local tries=30
  while [ "$(descriptors)" -gt $((began[2] + more_descriptors)) ] && [ $tries -gt 0 ]; do
    tries=$((tries - 1))
    sleep 1
  done
}

# The host must return its memory by itself within three minutes.
rest() {
  local end=$((SECONDS + 180))
  until [ "$(resident)" -le $((began[1] + more_resident)) ] || [ $SECONDS -ge $end ]; do sleep 1; done
  echo "idle: $(resident) MiB resident after $((SECONDS - end + 180)) s"
}
resident() { awk '/^VmRSS/ { print int($2 / 1024) }' "/proc/${pids[soak]}/status"; }

compare() { # NAME BEGAN ENDED MORE
  echo "$1: $2 at the beginning, $3 at the end, up to $(($2 + $4)) is fine"
  [ "$3" -le $(($2 + $4)) ]
}
lives() { kill -0 "${pids[soak]}" && under_witness soak sleep 2; }

launch soak "  gptfs:
    - {path: /agents/model, config: {$model, data_dir: ./gptfs}}
    - {name: large, path: /agents/large, config: {$model, data_dir: ./large, workers: 1}}" "" env
serving soak 90 2>/dev/null || exit 1
under_witness soak sleep 5 >>"$log" 2>&1
read -ra began < <(measure)
[ ${#began[@]} -eq 4 ] || { echo "cannot measure the host" && exit 1; }
echo "begin: ${began[0]} MiB of heap, ${began[1]} MiB resident, ${began[2]} descriptors, ${began[3]} threads"

round=0
until [ $SECONDS -ge "$seconds" ]; do
  round=$((round + 1))
  for attack in "${attacks[@]}"; do
    [ $SECONDS -lt "$seconds" ] && kill -0 "${pids[soak]}" 2>/dev/null || break
    read -ra command <<<"$attack"
    item "round $round: $attack" under_witness soak "${command[@]}"
  done
  kill -0 "${pids[soak]}" 2>/dev/null || break
  echo "round $round: $(measure) (heap, resident, descriptors, threads)"
done

item "the host is alive after $round rounds" lives
calm_down
rest
read -ra ended < <(measure || echo 99999 99999 99999 99999) # a host that has ended is a failure
echo "end: ${ended[0]} MiB of heap, ${ended[1]} MiB resident, ${ended[2]} descriptors, ${ended[3]} threads"
item "heap, MiB after a collection" compare heap "${began[0]}" "${ended[0]}" $more_heap
item "resident memory, MiB" compare resident "${began[1]}" "${ended[1]}" $more_resident
item "descriptors" compare descriptors "${began[2]}" "${ended[2]}" $more_descriptors
item "threads" compare threads "${began[3]}" "${ended[3]}" $more_threads
totals
