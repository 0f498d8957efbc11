#!/usr/bin/env bash
# The first use of Warren by a new user, with the shipped configuration (on other ports), as root and as an ordinary user: the
# commands that the host prints, exactly as printed, and common clients. Each mounts, lists all mounts, copies a tree in,
# between mounts in both directions, and out, compares bytes, runs a prompt and unmounts.
#
#   tests/journeys/run.sh [quick|full] [ITEM-PATTERN]
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
only=${2:-}
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/journeys
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
. "$root/tests/lib/jdk.sh"
find_jdk || exit 2
if ! why=$(programs sftp ssh setpriv python3); then
  skip "the journeys" "$why"
  totals
  exit
fi

# All processes of the ordinary user run in a mount namespace of their own in which /dev/fuse is open to everyone, as it is on
# every machine with udev; on some test machines only root may open it.
if [ "$(id -u)" -eq 0 ] && [ -z "${JOURNEYS_INSIDE:-}" ]; then
  node=$(mktemp -d /dev/shm/warren-fuse.XXXXXX)
  trap 'rm -rf "$node"' EXIT
  if mknod -m 666 "$node/fuse" c 10 229 2>/dev/null; then
    JOURNEYS_INSIDE=1 unshare --mount -- sh -c 'mount --bind "$1/fuse" /dev/fuse && shift && exec "$@"' \
      sh "$node" "$0" "$@"
    exit
  fi
fi

base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-journeys.XXXXXX")
chmod 755 "$work"
log=$work/log
hosts=()

cleanup() {
  for m in "$work"/*/home/mnt; do
    mountpoint -q "$m" 2>/dev/null && { fusermount -u "$m" 2>/dev/null || fusermount -uz "$m"; }
  done
  [ ${#hosts[@]} -eq 0 ] || stop "${hosts[@]}"
  if [ $failed -gt 0 ]; then
    mkdir -p "$root/target/check"
    cp "$log" "$root/target/check/journeys-clients.log"
    cat "$work"/*/serve.err >"$root/target/check/journeys-servers.log"
    echo "logs: target/check/journeys-clients.log and journeys-servers.log"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the hosts ------------------------------------------------------------------------------------------------

# as USER COMMAND...: runs the command as the user, with a home directory of the user's own.
as() {
  local user=$1
  shift
  if [ "$user" = "$(id -un)" ]; then
    env HOME="$work/$user/home" "$@"
  else
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups env HOME="$work/$user/home" USER="$user" \
      LOGNAME="$user" "$@"
  fi
}

# Starts a host for a user in a directory of the user's, and waits for its greeting.
start() {
  local user=$1 dir=$work/$1
  mkdir -p "$dir/home" "$dir/run"
  sftp_port=$(free_port) ninep_port=$(free_port) http_port=$(free_port)
  sed "s/:2022\b/:$sftp_port/; s/:5640\b/:$ninep_port/; s/:2080\b/:$http_port/" "$WARREN_DIST/config.yaml" >"$dir/run/config.yaml"
  chown -R "$user:" "$dir"
  echo "$sftp_port" >"$dir/sftp_port"
  echo "$ninep_port" >"$dir/ninep_port"
  # The ordinary user has an API key but asks for the stand-in anyway; root has no key.
  local key='' demo=()
  if [ "$user" = nobody ]; then key=sk-not-to-be-used demo=(--demo); fi
  (cd "$dir/run" && OPENAI_API_KEY=$key as "$user" env WARREN_JAVA="$JAVA_HOME" "$work/dist/bin/warren" serve \
    "${demo[@]}" >"$dir/serve.out" 2>"$dir/serve.err") &
  hosts+=($!)
  for _ in $(seq 900); do
    grep -q "mount with sshfs" "$dir/serve.out" 2>/dev/null && break
    kill -0 $! 2>/dev/null || break
    sleep 0.1
  done
  grep -q "mount with sshfs" "$dir/serve.out" || { cat "$dir/serve.out" "$dir/serve.err"; exit 1; }
  # Signals must go to the Java process, not to the shell around it.
  hosts+=("$(pgrep -u "$user" -f -- "-Dwarren.home=$work/dist" | tail -n 1)")
}

# printed USER PURPOSE: the command below '# PURPOSE', as printed
printed() {
  sed -n "/^  # $2/{n;s/^  //p;q}" "$work/$1/serve.out"
}

# ---- helpers --------------------------------------------------------------------------------------------------

# journey USER NAME SCRIPT [PROGRAM...]: runs a script in scripts/ as the user, in a directory of its own
journey() {
  local user=$1 name=$2 script=$3 began status dir why
  [ -n "$only" ] && [[ "$user: $name" != *$only* ]] && return
  if ! why=$(programs "${@:4}") || { [ "$script" = sshfs ] && ! why=$(fuse); } || { [ "$script" = v9fs ] && ! why=$(guests); }; then
    skip "$user: $name" "$why"
    return
  fi
  dir=$work/$user/$script
  mkdir -p "$dir"
  cp -r "$work/tree" "$dir/tree"
  chown -R "$user:" "$dir"
  began=$EPOCHREALTIME
  echo "=== $user: $name" >>"$log"
  (cd "$dir" && as "$user" env U="$user" P="$(cat "$work/$user/sftp_port")" NINEP="$(cat "$work/$user/ninep_port")" \
    STATE="$work/$user/run/state" OUT="$work/$user/serve.out" SFTP_COMMAND="$(printed "$user" 'look around')" \
    SSHFS_COMMAND="$(printed "$user" 'mount with sshfs')" \
    HTTP_COMMAND="$(printed "$user" health)" TAG="$script" TOOLS="$root/tests/tools" HERE="$here" \
    timeout 300 bash -e -c ". $work/lib.sh; . $work/scripts/$script.sh") >>"$log" 2>&1
  status=$?
  verdict $status "$user: $name" "$began"
  rm -rf "$dir"
}

ipv6_loopback() {
  python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' 2>/dev/null ||
    { echo "this machine has no ::1" && return 1; }
}

# A host that listens on ::1 only: the printed command, and the file for 'ssh -F', both with strict checks of the host's key.
ipv6() {
  local dir=$work/ipv6 port command
  need ipv6_loopback
  mkdir -p "$dir/home"
  cd "$dir"
  export HOME=$dir/home
  port=$(free_port)
  cat >config.yaml <<END
server: {state_dir: ./state}
sftp: {listen: ['[::1]:$port']}
plugins: {memfs: {path: /tmp}}
END
  WARREN_JAVA=$JAVA_HOME "$work/dist/bin/warren" serve config.yaml >serve.out 2>&1 &
  ipv6_host=$!
  trap 'stop "$ipv6_host" || :' EXIT
  for _ in $(seq 900); do
    ! grep -q "look around" serve.out || break
    kill -0 "$ipv6_host" || { cat serve.out && return 1; }
    sleep 0.1
  done
  command=$(sed -n '/^  # look around/{n;s/^  sftp //p;q}' serve.out)
  echo "sftp $command"
  [[ $command == *"@[::1]"* ]]
  echo "put config.yaml /tmp" | eval "sftp -q -b - -o StrictHostKeyChecking=yes $command"
  echo "get /tmp/config.yaml copied" | sftp -q -b - -F state/ssh_config -o StrictHostKeyChecking=yes warren
  cmp config.yaml copied
}

# The tree that is copied: small and large files, empty ones, unusual names, directories.
make_tree() {
  mkdir -p "$1/deep/er" "$1/with space" "$1/empty"
  head -c 3000000 /dev/urandom >"$1/large"
  : >"$1/deep/empty file"
  for i in $(seq 30); do head -c $((i * 97)) /dev/urandom >"$1/deep/er/$i"; done
  printf 'ä\n' >"$1/with space/ünïcode.txt"
}

# ---- the journeys ---------------------------------------------------------------------------------------------

: >"$log"
chmod 644 "$log"
cp -r "$WARREN_DIST" "$work/dist"
cp -r "$here/scripts" "$here/lib.sh" "$work"
chmod -R a+rX "$work/dist" "$work/scripts" "$work/lib.sh"
make_tree "$work/tree"

users=("$(id -un)")
if [ "$(id -u)" -eq 0 ]; then
  users=(nobody root)
fi
for user in "${users[@]}"; do
  start "$user"
  journey "$user" "sftp as printed, and between mounts" sftp
  journey "$user" "scp" scp scp
  journey "$user" "sshfs as printed, rsync over it" sshfs sshfs rsync
  journey "$user" "rclone" rclone rclone
  journey "$user" "lftp" lftp lftp
  journey "$user" "diod's tools: diodls, diodcat" diod diodls diodcat
  journey "$user" "health over HTTP as printed" http curl
done
journey "$(id -un)" "mount -t 9p as printed, over a Unix socket, over TCP, by diodmount; SFTP at the same time" v9fs diodmount
if [ "${#users[@]}" -eq 2 ]; then
  # Mounting requires root; root may access every user's host.
  as_root() {
    local began=$EPOCHREALTIME
    (cd "$work/nobody" && U=nobody P=$(cat "$work/nobody/sftp_port") NINEP=$(cat "$work/nobody/ninep_port") \
      STATE=$work/nobody/run/state OUT=$work/nobody/serve.out SFTP_COMMAND=$(printed nobody 'look around') \
      TAG=v9fs TOOLS=$root/tests/tools HERE=$here TREE=$work/tree \
      timeout 300 bash -e -c ". $work/lib.sh; . $work/scripts/v9fs.sh") >>"$log" 2>&1
    verdict $? "nobody: mount -t 9p as printed, by root" "$began"
  }
  if [ -n "$only" ] && [[ "nobody: mount -t 9p" != *$only* ]]; then
    :
  elif why=$(guests); then
    as_root
  else
    skip "nobody: mount -t 9p as printed, by root" "$why"
  fi
fi
if [ -z "$only" ] || [[ "sftp over IPv6" == *$only* ]]; then
  item "sftp over IPv6, as printed and by ssh_config" ipv6
fi
totals
