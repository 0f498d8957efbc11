# shellcheck shell=bash disable=SC2153 # under_witness sets the variables in capitals
# Functions that run.sh and soak.sh share: hosts to be attacked, and a witness during each attack. To be sourced with $root,
# $WARREN_DIST and $JAVA_HOME set, in a script that has sourced tests/lib/items.sh.
here=$root/tests/abuse
base=/dev/shm # if it is large enough; in a container it often is not
[ -w "$base" ] && [ "$(df -k --output=avail "$base" | tail -n 1)" -gt 4000000 ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-abuse.XXXXXX")
log=$work/log
: >"$log"
declare -A pids
helpers=()
chmod 755 "$work"

cleanup() {
  for each in "$work"/*/pid; do [ ! -e "$each" ] || kill -9 "$(cat "$each")" 2>/dev/null; done
  [ ${#helpers[@]} -eq 0 ] || kill -9 "${helpers[@]}" 2>/dev/null
  wait 2>/dev/null
  for m in "$work"/*/mnt; do fusermount -uz "$m" 2>/dev/null; done
  [ ! -e "$work/fuse.pid" ] || kill -9 "$(cat "$work/fuse.pid")" 2>/dev/null # ends all processes that wait for it
  for m in "$work/fuse/stuck" "$work/export/proc"; do ! grep -q " $m " /proc/mounts || umount -l "$m"; done
  keep_logs abuse-commands.log "$log"
  keep_logs abuse-hosts.log "$work"/*/serve.err
  rm -rf --one-file-system "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Debian's Python, because only that one has Debian's Python packages; another one may come first in the PATH.
python() { /usr/bin/python3 -B "$@"; }
exec_python() { exec /usr/bin/python3 -B "$@"; } # in the background: $! is Python itself

# launch NAME PLUGINS SECTIONS [COMMAND...]: starts a host with the shipped limits in the background, through the command if one
# is given.
launch() {
  local name=$1 plugins=$2 sections=$3 dir=$work/$1 sftp ninep http
  shift 3
  mkdir -p "$dir"
  sftp=$(free_port) ninep=$(free_port) http=$(free_port)
  cat >"$dir/config.yaml" <<END
server: {state_dir: $dir/state, plugin_dirs: [$WARREN_DIST/plugins, $work/plugins], drain_timeout: 2s}
ninep: {listen: ["unix:$dir/9p.sock", "127.0.0.1:$ninep"]}
sftp:
  listen: ["127.0.0.1:$sftp"]
  users:
    - {name: user, authorized_keys: $work/id.pub}
    - {name: reader, authorized_keys: $work/id.pub, read_only: true}
  $sections
http: {listen: ["127.0.0.1:$http"]}
plugins:
  memfs:
    - {path: /tmp, config: {max_bytes: 64MiB}}
    - {name: full, path: /full, config: {max_bytes: 64MiB}}
  sysfs: {path: /sys}
  localfs:
    - {path: /local, config: {local_dir: $dir/data, create: true}}
$plugins
END
  printf '%s\n' "sftp=$sftp ninep=$ninep http=$http" >"$dir/ports"
  # The default heap when these attacks were found; a host with memory limits must not need more.
  (cd "$dir" && WARREN_JAVA=$JAVA_HOME WARREN_OPTS="${heap:--Xmx512m} ${java_options:-}" exec "$@" "$WARREN_DIST/bin/warren" \
    serve config.yaml) >"$dir/serve.out" 2>>"$dir/serve.err" </dev/null &
  pids[$name]=$!
  echo $! >"$dir/pid"
}

# serving NAME [SECONDS]: waits until the host is serving.
serving() {
  local tries=$(($2 * 5))
  until grep -q 'serves' "$work/$1/serve.out"; do
    tries=$((tries - 1))
    kill -0 "${pids[$1]}" 2>/dev/null && [ $tries -gt 0 ] || { tail -n 5 "$work/$1/serve.err" && return 1; }
    sleep 0.2
  done
}

# under_witness NAME COMMAND...: runs the attack while a witness uses the host; fails if the witness was disturbed, the host
# died, or its log has an uncaught exception.
under_witness() {
  local name=$1 dir=$work/$1 sftp ninep http lines witness attack=0 seen=0
  shift
  . "$dir/ports"
  lines=$(wc -l <"$dir/serve.err")
  rm -f "$dir/ready"
  exec_python "$here/witness.py" "$sftp" "$work/id" "$ninep" "$dir/9p.sock" "$http" "$dir/ready" &
  witness=$!
  until [ -e "$dir/ready" ]; do
    kill -0 "$witness" 2>/dev/null || break
    sleep 0.05
  done
  # The attackers run at a lower priority, because this tests the host, not the machine.
  SFTP=$sftp NINEP=$ninep HTTP=$http HOST=${pids[$name]} timeout "${attack_seconds:-60}" nice -n 10 bash -c '"$@"' attack "$@" || attack=$?
  kill "$witness"
  wait "$witness" || seen=$?
  kill -0 "${pids[$name]}" || { echo "the host has ended:" && tail -n 5 "$dir/serve.err" && return 1; }
  if tail -n "+$((lines + 1))" "$dir/serve.err" | grep -nE 'OutOfMemoryError|Exception in thread|[Uu]ncaught|^java\.|^\s+at '; then
    echo "the log has an uncaught exception"
    return 1
  fi
  [ "$attack" -eq 0 ] || echo "the attack itself: status $attack"
  [ "$attack" -eq 0 ] && [ "$seen" -eq 0 ]
}

# other_lines NAME SINCE-LINE: the number of lines in a host's log that are not about sessions, of which the witness has many.
other_lines() {
  tail -n "+$(($2 + 1))" "$work/$1/serve.err" | grep -cvE 'session (ended|.* begins)|session .* (ends|ended)'
}


# ---- the attacks: functions that run under the witness of a host -----------------------------------------------------------

attack_sftp() { python "$here/attack_sftp.py" "$1" "$SFTP" "$work/id"; }
attack_ninep() { python "$here/attack_ninep.py" "$1" "$NINEP" "${@:2}"; }
as_stranger() { setpriv --reuid=65534 --regid=65534 --clear-groups /usr/bin/python3 -B "$work/scripts/attack_ninep.py" "$1" "$NINEP"; }
attack_http() { python "$here/attack_http.py" "$HTTP"; }
attack_gptfs() { python "$here/attack_gptfs.py" "$1" "$NINEP" "$SFTP" "$work/id"; }
attack_limits() { python "$here/attack_limits.py" "$SFTP" "$work/id" "$NINEP" "$HTTP" "$root/docs/configuration.md"; }
export -f attack_sftp attack_ninep as_stranger attack_http attack_gptfs attack_limits python
export here work root

ssh-keygen -q -t ed25519 -N '' -f "$work/id"
mkdir -p "$work/plugins" "$work/scripts"
cp "$here"/*.py "$work/scripts"
chmod -R a+rX "$work/scripts"
model_port=$(free_port)
exec_python "$here/model.py" "$model_port" &
helpers+=($!)
model="api_host: 'http://127.0.0.1:$model_port/v1/chat/completions', api_key: sk-none, model: none, settle: 100ms"
