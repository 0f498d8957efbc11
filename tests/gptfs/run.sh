#!/usr/bin/env bash
# gptfs with real clients (OpenSSH's sftp, sshfs, rclone, lftp, the Linux kernel's 9P client in a throw-away guest) against a
# third party's OpenAI-compatible server, aimock, whose journal shows how many requests actually arrived.
#
#   WARREN_DIST=... tests/gptfs/run.sh [quick|full] [ITEM...]
#
# WARREN_DIST   an unpacked distribution (bin/warren).
# GPTFS_ROUNDS  how often the prompts are rewritten under a reader who loops (default: 8; full: 60)
# ITEM          names of functions below, to run these only; sshfs_caches and power_cuts run only if they are named, or with full
set -uo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/gptfs
level=${1:-quick}
shift || true
only=" $* "
. "$root/tests/lib/items.sh"
case $level in quick) rounds=8 kills=3 prompts=3 cuts=2 ;; full) rounds=60 kills=30 prompts=30 cuts=20 ;; *) echo "usage: $0 [quick|full] [ITEM...]" && exit 2 ;; esac
base=/dev/shm
[ -w "$base" ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-gptfs.XXXXXX")
log=$work/log
key=sk-test-$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
model=
mnt=$work/mnt
direct=$work/direct

cleanup() {
  local dir
  for dir in "$mnt" "$direct"; do
    mountpoint -q "$dir" 2>/dev/null && { fusermount3 -u "$dir" 2>/dev/null || fusermount3 -uz "$dir"; }
  done
  # shellcheck disable=SC2046 # they are numbers
  stop $(cat "$work/host.pid" "$work/power.pid" 2>/dev/null) $model
  for dir in "$work/disk" "$work/xfs"; do ! mountpoint -q "$dir" || umount "$dir"; done
  if [ "$failed" -gt 0 ]; then
    mkdir -p "$root/target/check"
    cp "$log" "$root/target/check/gptfs-clients.log"
    cp "$work/host.log" "$root/target/check/gptfs-host.log"
    echo "logs: target/check/gptfs-clients.log and gptfs-host.log"
  fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

[ -x "${WARREN_DIST:-}/bin/warren" ] || { echo "WARREN_DIST must name an unpacked distribution" && exit 1; }
. "$root/tests/lib/jdk.sh"
find_jdk || exit 1

# ---- the model and the host -----------------------------------------------------------------------------------

recent_node() {
  programs node npm || return
  node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 15) ? 0 : 1)' ||
    { echo "the model's stand-in takes Node 20.15 or newer, and this is $(node --version)" && return 1; }
}
# Most items check their results through sshfs.
if ! why=$(recent_node) || ! why=$(programs sftp scp ssh ssh-keygen sshfs curl python3) || ! why=$(fuse); then
  skip "gptfs with real clients" "$why"
  totals
  exit
fi
port=$(free_port) model_port=$(free_port) ninep_port=$(free_port)

if ! (cd "$here" && npm ci --no-audit --no-fund) >"$log" 2>&1; then
  cat "$log"
  echo "npm cannot install what package-lock.json pins"
  exit 1
fi
AIMOCK_API_KEYS=$key node "$here/node_modules/@copilotkit/aimock/dist/cli.js" \
  --port "$model_port" --fixtures "$here/fixtures.json" --journal-max 0 --strict --log-level warn >"$work/model.log" 2>&1 &
model=$!

ssh-keygen -q -t ed25519 -N '' -f "$work/id"
cat >"$work/config.yaml" <<END
server: {state_dir: $work/state}
sftp:
  listen: [127.0.0.1:$port]
  users:
    - {name: user, authorized_keys: $work/id.pub}
ninep:
  listen: [127.0.0.1:$ninep_port]
plugins:
  gptfs:
    path: /agents/gptfs
    config:
      api_host: http://127.0.0.1:$model_port/v1/chat/completions
      api_key: \${env:TEST_API_KEY}
      model: gpt-4o-mini
      workers: 4
      data_dir: $work/data
END

start_host() {
  set +x # otherwise the trace, which contains the key, would go to the host's log
  (cd "$work" && exec env TEST_API_KEY="$key" WARREN_JAVA_HOME="$JAVA_HOME" \
    "$WARREN_DIST/bin/warren" serve "$work/config.yaml") >>"$work/host.log" 2>&1 &
  echo $! >"$work/host.pid"
  await_port "$port" $! "$work/host.log"
}

# await_port PORT PID LOG
await_port() {
  for _ in $(seq 600); do
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
    kill -0 "$2" 2>/dev/null || break
    sleep 0.1
  done
  cat "$3"
  echo "nothing listens on port $1"
  exit 1
}

await_port "$model_port" $model "$work/model.log"
start_host
cat >"$work/ssh_config" <<END
Host w
  HostName 127.0.0.1
  Port $port
  User user
  IdentityFile $work/id
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile $work/known_hosts
  LogLevel ERROR
END
mkdir "$mnt" "$direct"
mount_all() {
  sshfs -F "$work/ssh_config" w:/agents/gptfs "$mnt" && # with sshfs's own caches, as many users have them
    sshfs -F "$work/ssh_config" -o direct_io,dir_cache=no,attr_timeout=0,entry_timeout=0 w:/agents/gptfs "$direct"
}
mount_all 2>>"$log" || { cat "$log" && exit 1; }

# ---- helpers --------------------------------------------------------------------------------------------------

# journey NAME FUNCTION [PROGRAM...]
journey() {
  [ "$only" = "  " ] || case $only in *" $2 "*) ;; *) return ;; esac
  item "$1" traced "${@:2}"
}
traced() {
  need programs "${@:2}"
  set -x
  "$1"
}

batch() { sftp -q -b - -F "$work/ssh_config" w; }

# posts TEXT: prints how many requests with this text have reached the model.
posts() {
  curl -sf -H "Authorization: Bearer $key" "http://127.0.0.1:$model_port/__aimock/journal" | python3 -c '
import json, sys
entries = json.load(sys.stdin)
entries = entries if isinstance(entries, list) else entries.get("entries", entries.get("requests", []))
print(sum(sys.argv[1] in json.dumps(e.get("body")) for e in entries if e.get("method") == "POST"))' "$1"
}

# all_posts: prints how many requests have reached the model. Its journal omits large bodies.
all_posts() {
  posts ''
}

# answer NAME: waits for the answer with the documented loop, and prints it.
answer() {
  local text n=0
  until text=$(cat "$mnt/outbox/$1_response.txt" 2>/dev/null); do
    n=$((n + 1))
    [ $n -lt 300 ] || return 1
    sleep 0.1
  done
  printf '%s' "$text"
}

# status NAME EXPRESSION: prints a value of the status, read on the host's disk.
status() {
  python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' \
    "$work/data/outbox/$1_status.json" "$2"
}

mebibyte() { # NAME
  { printf 'mebibyte %s ' "$1"; head -c 1048000 /dev/zero | tr '\0' x; echo; } >"$work/$1.txt"
}

# ---- items ----------------------------------------------------------------------------------------------------

echo_sshfs() {
  echo 'Tell me a joke' >"$mnt/inbox/prompt.txt"
  [ "$(answer prompt)" = 'Why did the rabbit cross the warren? To get to the other burrow.' ]
  [ "$(posts 'Tell me a joke')" = 1 ]
  [ "$(status prompt 's["status"]')" = completed ]
}

put_sftp() {
  mebibyte put
  local before
  before=$(all_posts)
  echo "put $work/put.txt /agents/gptfs/inbox/put.txt" | batch
  [ "$(answer put)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

put_sftp_attributes() {
  mebibyte putp
  local before
  before=$(all_posts)
  echo "put -p $work/putp.txt /agents/gptfs/inbox/putp.txt" | batch
  [ "$(answer putp)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

scp_file() {
  mebibyte scp
  local before
  before=$(all_posts)
  scp -q -F "$work/ssh_config" "$work/scp.txt" w:/agents/gptfs/inbox/scp.txt
  [ "$(answer scp)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

cp_sshfs() {
  mebibyte cp
  local before
  before=$(all_posts)
  cp "$work/cp.txt" "$mnt/inbox/cp.txt"
  [ "$(answer cp)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

rclone_copy() {
  mebibyte rclone
  local before
  before=$(all_posts)
  rclone --config /dev/null --sftp-host 127.0.0.1 --sftp-port "$port" --sftp-user user --sftp-key-file "$work/id" \
    copyto "$work/rclone.txt" :sftp:/agents/gptfs/inbox/rclone.txt
  [ "$(answer rclone)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

lftp_() {
  lftp -c "set sftp:connect-program 'ssh -a -x -F $work/ssh_config'; set sftp:use-full-path true; set net:max-retries 1
    $1; open -u user, sftp://w; put $work/$2.txt -o /agents/gptfs/inbox/$2.txt"
}

lftp_put() {
  mebibyte lftp
  local before
  before=$(all_posts)
  lftp_ 'set xfer:use-temp-file off' lftp
  [ "$(answer lftp)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

lftp_temporary() {
  mebibyte lftptemp
  local before
  before=$(all_posts)
  lftp_ 'set xfer:use-temp-file on' lftptemp
  [ "$(answer lftptemp)" = received ]
  lftp_ 'set xfer:use-temp-file on' lftptemp # lftp removes the old file first
  sleep 1
  [ "$(answer lftptemp)" = received ]
  [ "$(status lftptemp 's["revision"]')" = 2 ]
  [ "$(all_posts)" = $((before + 2)) ]
}

rsync_sshfs() {
  mebibyte rsync
  local before
  before=$(all_posts)
  rsync -t "$work/rsync.txt" "$mnt/inbox/rsync.txt"
  [ "$(answer rsync)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
}

# Runs after killed_upload and uploads the rest of the same file.
resumed_upload() {
  local before
  before=$(all_posts)
  echo "reput $work/killed.txt /agents/gptfs/inbox/killed.txt" | batch
  [ "$(answer killed)" = received ]
  [ "$(all_posts)" = $((before + 1)) ]
  [ "$(status killed 's["bytes"]')" = "$(stat -c %s "$work/killed.txt")" ]
}

# guest COMMAND [OPTION...]: runs the command in a guest with the whole namespace on /mnt and $work/guest at $V9FS_SHARE.
guest() {
  local command=$1
  shift
  mkdir -p "$work/guest"
  "$root/tests/tools/v9fs-run" --port "$ninep_port" --opts msize=262144,cache=none --rw "$work/guest" --timeout 240 "$@" -- "$command"
}

journey_9p() {
  need guests
  mkdir -p "$work/guest"
  mebibyte nine
  cp "$work/nine.txt" "$work/guest/"
  local before
  before=$(all_posts)
  guest 'set -e
    cd /mnt/agents/gptfs
    echo "Tell me a joke" >inbox/guest.txt
    cat wait/guest
    until cat outbox/guest_response.txt 2>/dev/null; do sleep 1; done
    echo
    cp $V9FS_SHARE/nine.txt inbox/nine.txt
    cat wait/nine
    echo
    echo "Tell me a joke, and another one" >inbox/guest.txt
    cat wait/guest
    if echo x >outbox/x.txt; then exit 1; fi' >"$work/guest.out"
  [ "$(grep -o rabbit "$work/guest.out" | wc -l)" = 3 ]
  grep -qx received "$work/guest.out"
  [ "$(posts 'Tell me a joke, and another one')" = 1 ]
  [ "$(all_posts)" = $((before + 3)) ]
}

# The guest is switched off in the middle of a write, so its kernel closes nothing.
killed_9p() {
  need guests
  local before n=0
  before=$(all_posts)
  guest 'exec 5>/mnt/agents/gptfs/inbox/off.txt; i=0
    while [ $i -lt 100000 ]; do echo "mebibyte off $i" >&5; i=$((i + 1)); sleep 0.1; done' &
  local guest=$!
  until [ -s "$work/data/inbox/off.txt" ]; do
    n=$((n + 1))
    [ $n -lt 1200 ]
    kill -0 $guest
    sleep 0.1
  done
  pkill -TERM -P $guest # v9fs-run ends the guest too
  wait $guest || true
  n=0
  until stats | grep -q 'inbox/off.txt'; do
    n=$((n + 1))
    [ $n -lt 100 ]
    sleep 0.1
  done
  sleep 1.5 # longer than the settling time
  [ "$(all_posts)" = "$before" ]
}

wait_direct() {
  echo 'Tell me a joke' >"$direct/inbox/directly.txt"
  grep -q rabbit "$direct/wait/directly"
}

# within COMMAND...: runs the command with a time limit. A process that hangs on a mount cannot be ended, so it is left behind.
within() {
  "$@" &
  local pid=$! n=0
  while kill -0 $pid 2>/dev/null; do
    n=$((n + 1))
    [ $n -lt 150 ] || { echo "hangs: $*" && return 1; }
    sleep 0.1
  done
  wait $pid
}

# One file waits for its answer on a mount that others use: their requests continue, and so does the command that ends the wait.
waiting_file() {
  echo pause >"$direct/ctl"
  echo 'Tell me a joke' >"$direct/inbox/held.txt"
  cat "$direct/wait/held" >"$work/held.1" 2>&1 &
  local first=$! second
  cat "$direct/wait/held" >"$work/held.2" 2>&1 &
  second=$!
  sleep 1
  kill -0 $first
  kill -0 $second
  within ls -l "$direct" "$direct/inbox" >"$work/held.ls"
  grep -q held.txt "$work/held.ls"
  within df "$direct"
  within cat "$direct/stats.json" >"$work/held.stats"
  kill $first # the kernel lets the process end when its read returns
  within cat "$direct/inbox/held.txt" | grep -q joke
  kill -0 $second
  within sh -c "echo cancel held >'$direct/ctl'"
  within tail --pid=$first -f /dev/null
  within tail --pid=$second -f /dev/null
  [ ! -s "$work/held.1" ]
  grep -q held "$work/held.2" # the reason why it could not be opened
  echo resume >"$direct/ctl"
  echo 'Tell me a joke' >"$direct/inbox/held.txt"
  within cat "$direct/wait/held" | grep -q rabbit
}

# Readers loop over answers by the documented recipes, through sshfs with all its caches, while the prompts are replaced by
# longer and shorter ones: they never see a wrong, truncated or stale answer.
rewriting_reader() {
  python3 "$here/reader.py" "$mnt" "${GPTFS_ROUNDS:-$rounds}"
}

# Only by hand: measures what a client of sshfs sees, as docs/gptfs.md describes it.
sshfs_caches() {
  python3 "$here/caches.py" "$mnt" "$work/data" | tee /dev/stderr >"$root/target/check/sshfs-caches.txt"
}

killed_upload() {
  local before
  before=$(all_posts)
  { printf 'mebibyte killed '; head -c 7000000 /dev/zero | tr '\0' x; } >"$work/killed.txt"
  echo "put $work/killed.txt /agents/gptfs/inbox/killed.txt" >"$work/killed.batch"
  sftp -q -l 2000 -b "$work/killed.batch" -F "$work/ssh_config" w &
  local client=$! n=0
  until [ -s "$work/data/inbox/killed.txt" ]; do
    n=$((n + 1))
    [ $n -lt 200 ]
    sleep 0.05
  done
  pkill -9 -P $client || true
  kill -9 $client
  wait $client || true
  n=0
  until echo "get /agents/gptfs/stats.json $work/stats.json" | sftp -q -b - -F "$work/ssh_config" w >/dev/null 2>&1 \
    && grep -q 'inbox/killed.txt' <(stats); do
    n=$((n + 1))
    [ $n -lt 100 ]
    sleep 0.1
  done
  sleep 1.5 # longer than the settling time
  [ "$(all_posts)" = "$before" ]
}

stats() {
  echo "get /agents/gptfs/stats.json $work/stats.json" | batch >/dev/null
  cat "$work/stats.json"
}

resubmission() {
  echo 'first question, once more' >"$mnt/inbox/again.txt"
  [ "$(answer again)" = 'the first answer' ]
  echo 'second question, once more' >"$mnt/inbox/again.txt"
  [ "$(answer again)" = 'the second answer, which is much longer than the first one was' ]
  [ "$(posts 'first question, once more')" = 1 ]
  [ "$(posts 'second question, once more')" = 1 ]
  [ "$(cat "$mnt/outbox/.rev/again.1_response.txt")" = 'the first answer' ]
}

sed_in_place() {
  echo 'first question' >"$mnt/inbox/sed.txt"
  answer sed
  sed -i s/first/second/ "$mnt/inbox/sed.txt"
  [ "$(answer sed)" = 'the second answer, which is much longer than the first one was' ]
  sleep 1
  [ "$(status sed 's["revision"]')" = 2 ]
}

append_sshfs() {
  echo 'first question' >"$mnt/inbox/append.txt"
  answer append
  echo 'and the second question' >>"$mnt/inbox/append.txt"
  [ "$(answer append)" = 'the second answer, which is much longer than the first one was' ]
}

touch_is_no_job() {
  touch "$mnt/inbox/empty.txt"
  : >"$mnt/inbox/empty2.txt"
  sleep 1
  [ ! -e "$work/data/outbox/empty_status.json" ]
  [ ! -e "$work/data/outbox/empty2_status.json" ]
}

retried() {
  echo 'try again' >"$mnt/inbox/retry.txt"
  [ "$(answer retry)" = 'second time lucky' ]
  [ "$(posts 'try again')" = 2 ]
  [ "$(status retry 's["attempts"]')" = 2 ]
}

pass_through() {
  printf '%s' '{"messages":[{"role":"user","content":"first question"}],"x_big":12345678901234567890}' \
    >"$mnt/inbox/request.json"
  [ "$(answer request)" = 'the first answer' ]
  [ "$(status request 's["model"]')" = gpt-4o-mini ] || [ "$(status request 's["model"]')" != None ]
}

batch_file() {
  for i in 1 2 3; do
    printf '{"custom_id":"%s","method":"POST","url":"/v1/chat/completions","body":{"messages":[{"role":"user","content":"line %s"}]}}\n' $i $i
  done >"$mnt/inbox/many.jsonl"
  local n=0
  until [ -e "$work/data/outbox/many_output.jsonl" ]; do
    n=$((n + 1))
    [ $n -lt 200 ]
    sleep 0.1
  done
  [ "$(wc -l <"$work/data/outbox/many_output.jsonl")" = 3 ]
  grep -q "a line's answer" "$work/data/outbox/many_output.jsonl"
}

wait_sftp() {
  echo 'Tell me a joke' >"$mnt/inbox/waited.txt"
  echo "get /agents/gptfs/wait/waited $work/waited" | batch
  grep -q rabbit "$work/waited"
}

outbox_is_for_reading() {
  if (echo x >"$mnt/outbox/x.txt"); then return 1; fi
  if (echo x >>"$mnt/outbox/prompt_response.txt"); then return 1; fi
  if mv "$mnt/outbox/prompt_response.txt" "$mnt/inbox/x.txt"; then return 1; fi
  rm "$mnt/outbox/prompt_response.txt" "$mnt/outbox/prompt_status.json"
  [ ! -e "$work/data/outbox/prompt_response.txt" ]
}

ctl_pauses() {
  echo pause >"$mnt/ctl"
  echo 'Tell me a joke' >"$mnt/inbox/paused.txt"
  sleep 1
  [ "$(status paused 's["status"]')" = pending ]
  echo resume >"$mnt/ctl"
  answer paused | grep -q rabbit
}

survives_kill() {
  echo pause >"$mnt/ctl"
  for i in $(seq 20); do echo "Tell me a joke, number $i" >"$mnt/inbox/k$i.txt"; done
  sleep 1
  local pid
  pid=$(cat "$work/host.pid")
  kill -9 "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  fusermount3 -uz "$mnt" || true # sshfs may have ended by itself
  fusermount3 -uz "$direct" || true
  start_host
  mount_all
  for i in $(seq 20); do answer "k$i" | grep -q rabbit; done
  [ "$(posts 'joke, number ')" = 20 ]
}

# Fifty SFTP clients put prompts while the host is killed at random: each prompt whose put succeeded is answered, and a prompt that was
# sent twice is flagged.
kills() {
  need programs sftp python3
  local clients pid n=0
  fusermount3 -uz "$mnt" || true
  fusermount3 -uz "$direct" || true
  mkdir "$work/clients"
  cp "$work/ssh_config" "$work/clients/"
  python3 "$here/clients.py" put "$work/clients" "$prompts" &
  clients=$!
  while [ $n -lt "$kills" ]; do
    sleep "$(awk -v s="$RANDOM" 'BEGIN { srand(s); print 0.3 + 1.5 * rand() }')"
    pid=$(cat "$work/host.pid")
    kill -9 "$pid"
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    set +x # start_host ends the trace, because of the key
    start_host
    set -x
    n=$((n + 1))
  done
  wait $clients
  set +x # otherwise the trace, which contains the key, would go to the log
  TEST_API_KEY=$key python3 "$here/clients.py" check "$work/clients" "$work/data" "http://127.0.0.1:$model_port/__aimock/journal"
  set -x
  mount_all
}

# A power cut leaves on the disk what was written to it by then, and nothing of the page cache. So the disk is a file with an ext4, on an XFS
# that copies a file as it is at one moment. From each copy a host is started: nothing that was accepted, synced by its client, or shown as
# completed may be undone. What a disk keeps in a cache of its own is not lost.
power_cuts() {
  need being_root
  need programs sftp python3 mkfs.xfs mkfs.ext4
  [[ $(</proc/filesystems) = *xfs* ]] || lacks "the kernel has no XFS"
  local clients n url=http://127.0.0.1:$model_port/__aimock/journal
  local cut_dir=$work/power
  mkdir -p "$cut_dir" "$work/xfs" "$work/disk"
  truncate -s 4G "$work/xfs.img"
  mkfs.xfs -q -m reflink=1 "$work/xfs.img"
  mount -o loop "$work/xfs.img" "$work/xfs"
  truncate -s 512M "$work/xfs/disk"
  mkfs.ext4 -q "$work/xfs/disk"
  mount -o loop "$work/xfs/disk" "$work/disk"
  sed "s/$port/$(free_port)/; s/$ninep_port/$(free_port)/; s|$work/data|$work/disk/data|; s|$work/state|$work/disk/state|" \
    "$work/config.yaml" >"$cut_dir/config.yaml"
  power_port=$(sed -n 's/.*listen: \[127.0.0.1:\(.*\)\]/\1/p' "$cut_dir/config.yaml" | head -n 1)
  sed "s/Port .*/Port $power_port/" "$work/ssh_config" >"$cut_dir/ssh_config"
  set +x # otherwise the trace, which contains the key, would go to the log
  export TEST_API_KEY=$key
  start_on_disk
  python3 "$here/clients.py" put "$cut_dir" "$prompts" &
  clients=$!
  until [ -s "$cut_dir/accepted" ]; do sleep 0.1; done
  for ((n = 0; n < cuts; n++)); do
    sleep "$(awk -v s="$RANDOM" 'BEGIN { srand(s); print 0.2 + 1.2 * rand() }')"
    python3 "$here/clients.py" before "$cut_dir/cut$n" "$work/disk/data" "$url"
    cp --reflink=always "$work/xfs/disk" "$work/xfs/cut$n"
  done
  wait $clients
  python3 "$here/clients.py" check "$cut_dir" "$work/disk/data" "$url"
  for ((n = 0; n < cuts; n++)); do
    end_on_disk
    umount "$work/disk"
    mount -o loop "$work/xfs/cut$n" "$work/disk"
    python3 "$here/clients.py" calls "$cut_dir/cut$n" "$url"
    start_on_disk
    python3 "$here/clients.py" after "$cut_dir/cut$n" "$work/disk/data" "$url"
  done
  end_on_disk
  umount "$work/disk" "$work/xfs"
  rm "$work/xfs.img"
}
start_on_disk() {
  (cd "$work" && exec env WARREN_JAVA_HOME="$JAVA_HOME" "$WARREN_DIST/bin/warren" serve "$work/power/config.yaml") >>"$work/host.log" 2>&1 &
  echo $! >"$work/power.pid"
  await_port "$power_port" $! "$work/host.log"
}
end_on_disk() {
  local pid
  pid=$(cat "$work/power.pid")
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
}

# Restores a backup as docs/operations.md describes. Prompts that had been answered are not sent again; prompts that waited are.
restored_backup() {
  need programs sqlite3 tar
  local copy=$work/copy sftp answered pid n=0
  echo 'Tell me a joke to keep' >"$mnt/inbox/kept.txt"
  answer kept | grep -q rabbit
  echo pause >"$mnt/ctl"
  echo 'Tell me a joke later' >"$mnt/inbox/later.txt"
  until [ "$(status later 's["status"]' 2>/dev/null)" = pending ]; do
    n=$((n + 1))
    [ $n -lt 100 ]
    sleep 0.1
  done
  mkdir -p "$copy/.gptfs"
  sqlite3 "$work/data/.gptfs/jobs.db" ".backup '$copy/.gptfs/jobs.db'"
  tar -C "$work/data" --exclude './.gptfs/jobs.db*' -cf - . | tar -C "$copy" -xpf -
  echo resume >"$mnt/ctl"
  answer later | grep -q rabbit
  answered=$(all_posts)
  sftp=$(free_port)
  sed "s|$work/data|$copy|; s|$work/state|$work/state2|; s|:$port\b|:$sftp|; /^ninep:/,/^plugins:/{/^plugins:/!d}" \
    "$work/config.yaml" >"$work/restored.yaml"
  set +x # otherwise the trace, which contains the key, would go to the log
  (cd "$work" && exec env TEST_API_KEY="$key" WARREN_JAVA_HOME="$JAVA_HOME" \
    "$WARREN_DIST/bin/warren" serve "$work/restored.yaml") >>"$work/host.log" 2>&1 &
  pid=$!
  set -x
  await_port "$sftp" $pid "$work/host.log"
  n=0 # on a slow machine the port is open before the mount is ready
  until echo "get /agents/gptfs/outbox/kept_response.txt $work/kept" | sftp -q -b - -P "$sftp" -F "$work/ssh_config" w; do
    n=$((n + 1))
    [ $n -lt 100 ]
    sleep 0.3
  done
  echo "get /agents/gptfs/wait/later $work/later" | sftp -q -b - -P "$sftp" -F "$work/ssh_config" w
  kill $pid && wait $pid || true
  grep -q rabbit "$work/later" && grep -q rabbit "$work/kept"
  [ "$(posts 'Tell me a joke to keep')" = 1 ]
  [ "$(all_posts)" = $((answered + 1)) ]
}

no_key() {
  local found
  found=$(grep -rlF "$key" "$work/data" "$work/copy" "$work/state" "$work/host.log" || true)
  echo "the key is in: $found"
  [ -z "$found" ]
}

journey 'echo > through sshfs is answered by one request' echo_sshfs
journey '1 MiB by sftp put is one request' put_sftp
journey '1 MiB by sftp put -p is one request' put_sftp_attributes
journey '1 MiB by scp is one request' scp_file
journey '1 MiB by rclone is one request' rclone_copy rclone
journey '1 MiB by lftp put is one request' lftp_put lftp
journey '1 MiB by lftp with a temporary file is one request, and so is the next' lftp_temporary lftp
journey '1 MiB by rsync onto sshfs is one request' rsync_sshfs rsync
journey '1 MiB by cp through sshfs is one request' cp_sshfs
journey 'a killed upload is no request' killed_upload
journey 'the rest of a killed upload makes one request of the whole' resumed_upload
journey 'a guest kernel over 9P: prompt, wait, 1 MiB by cp, a changed prompt' journey_9p
journey 'a guest that is switched off while it writes is no request' killed_9p
journey 'a reader who loops sees no wrong, cut or stale answer' rewriting_reader
journey 'a changed prompt never shows the old answer' resubmission
journey 'sed -i is one new revision' sed_in_place
journey '>> through sshfs sends the whole file' append_sshfs
journey 'touch and : > are no requests' touch_is_no_job
journey '429 and then 200 is answered by two requests' retried
journey 'JSON goes out as it is' pass_through
journey 'a batch of three lines' batch_file
journey 'sftp get of wait/NAME waits' wait_sftp
journey 'cat wait/NAME through sshfs with direct_io waits' wait_direct
journey 'one file that waits keeps nobody else on the mount waiting' waiting_file
journey 'the outbox is for reading and removing' outbox_is_for_reading
journey 'ctl pauses and resumes' ctl_pauses
journey '20 waiting jobs survive kill -9' survives_kill
journey '50 SFTP clients lose nothing while the host is killed again and again' kills
journey 'a copy made while the host runs is restored beside it, and pays for nothing twice' restored_backup
journey 'the key is in no file and no log' no_key

case $level$only in *" power_cuts "* | "full  ") journey 'after a power cut, nothing is undone that was accepted or completed' power_cuts ;; esac
case $level$only in *" sshfs_caches "* | "full  ") journey 'what sshfs caches' sshfs_caches ;; esac

totals
