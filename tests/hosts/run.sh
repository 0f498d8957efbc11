#!/usr/bin/env bash
# Real clients (OpenSSH's sftp, sshfs and rclone) use three hosts on one PostgreSQL behind HAProxy, as examples/many-hosts starts them.
# Meanwhile hosts are killed, stopped and restarted, PostgreSQL is restarted and its disk is full, and clocks are wrong. The model is a
# slow stand-in that counts calls.
#
#   tests/hosts/run.sh [quick|full] [ITEM-PATTERN]
#
# WARREN_DIST  an unpacked distribution (bin/warren)
set -uo pipefail
level=${1:-quick}
only=${2:-}
root=$(cd "$(dirname "$(readlink -f "$0")")/../.." && pwd -P)
here=$root/tests/hosts
: "${WARREN_DIST:?names no unpacked distribution}"
. "$root/tests/lib/items.sh"
case $level in
  quick) prompts=1000 few=120 pack=10 lines=400 times=1 rounds=2 directories=12 longest=60 ;;
  full) prompts=10000 few=600 pack=50 lines=5000 times=5 rounds=30 directories=100 longest=1000 ;;
  *) echo "usage: $0 [quick|full] [ITEM-PATTERN]" && exit 2 ;;
esac
export PATH=$PATH:/usr/sbin # Debian's haproxy
base=/dev/shm
[ -w "$base" ] && [ "$(df -k --output=avail "$base" | tail -n 1)" -gt 1000000 ] || base=${TMPDIR:-/tmp}
work=$(mktemp -d "$base/warren-hosts.XXXXXX")
log=$work/log
hosts=(one two three)
example='' model='' dir=/nowhere killer=''
small=$work/small # where a separate disk is mounted for a while
. "$here/faults.sh"

cleanup() {
  local pids each
  pids=$(cat "$dir"/*/pid "$work/pids" 2>/dev/null)
  for each in "$dir/mnt" "$work/mnt"; do mountpoint -q "$each" && fusermount -uz "$each"; done
  # shellcheck disable=SC2086 # they are numbers
  [ -z "$pids" ] || kill -CONT $pids 2>/dev/null
  keep_logs hosts-clients.log "$log" "$work/example.log"
  keep_logs hosts-hosts.log "$work"/*.hostlog "$dir"/*/log
  # shellcheck disable=SC2046,SC2086
  stop $(cat "$dir/four/pid" 2>/dev/null) $model
  if [ -n "$example" ]; then
    kill "$example" 2>/dev/null
    for _ in $(seq 300); do
      kill -0 "$example" 2>/dev/null || break
      sleep 0.1
    done
    # shellcheck disable=SC2086
    kill -9 $example $pids 2>/dev/null
  fi
  ! mountpoint -q "$small" || umount "$small"
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# ---- the example ----------------------------------------------------------------------------------------------

# readme N: prints the N-th block of commands.
readme() { awk -v n="$1" '/^```bash$/ { i++; on = i == n; next } /^```$/ { on = 0 } on' "$root/examples/many-hosts/README.md"; }

starts() {
  (cd "$root" && TMPDIR=$work WARREN_DIST=$work/dist LEASE=3s API_HOST=http://127.0.0.1:$model_port/v1/chat/completions OPENAI_API_KEY=none \
    exec env --default-signal=INT bash -c "exec $(readme 1)") >"$work/example.log" 2>&1 &
  echo $! >"$work/example.pid"
  until_ is_told || { cat "$work/example.log" && return 1; }
}
is_told() {
  kill -0 "$(cat "$work/example.pid")" || return 0 # the following commands then fail
  grep -q 'Ctrl-C ends' "$work/example.log"
}

# For direct connections, which are possible only from addresses other than the proxy's.
direct() { # NAME PORT
  sed -e "s/^Host .*/Host $1/" -e "s/ Port .*/ Port $2/" -e '$a\  BindAddress 127.0.0.5' "$dir/ssh_config" >>"$work/ssh_config"
}
learn() {
  local i
  port=$(sed -n 's/^Three hosts behind 127.0.0.1:\([0-9]*\).*/\1/p' "$work/example.log")
  for i in 0 1 2; do direct "${hosts[i]}" $((port + 1 + i)); done
  PGPASSWORD=$(cat "$dir/postgresql/password")
  export PGPASSWORD PGHOST=127.0.0.1 PGPORT=$((port + 7)) PGUSER=warren
}

# ---- helpers --------------------------------------------------------------------------------------------------

# until_ COMMAND...: waits for three minutes at most, because a busy machine takes up to one minute to start a host.
until_() {
  local end=$((SECONDS + 180))
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || { echo "not within 180 s: $*" && return 1; }
    sleep 0.2
  done
}
client() { [[ $1 != *$only* ]] || item "$1" in_directory "${@:2}"; }
in_directory() {
  need programs "${@:2}"
  [[ " $* " != *' sshfs '* ]] || need fuse
  [ "$1" != disk_full ] || need small_disk
  mkdir -p "$work/$1"
  cd "$work/$1"
  set -x
  "$1"
}
fails() { if "$@"; then echo "should have failed: $*" && return 1; fi; }
batch() { sftp -q -b - -F "$dir/ssh_config" "$@" warren; } # through HAProxy
at() { sftp -q -b - -F "$work/ssh_config" "$1"; }          # one host alone
ready() { curl -sf -m 5 "http://127.0.0.1:$((port + 4 + $1))/readyz" >/dev/null; }
all_ready() { ready 0 && ready 1 && ready 2; }
# read_at HOST PATH: prints a file, or nothing.
read_at() { at "$1" <<<"get $2 read_at" >read_at.log 2>&1 && cat read_at; }
calls() { grep -cxF "$1" "$work/calls"; } # PROMPT
all_calls() { wc -l <"$work/calls"; }
random() { head -c "$1" /dev/urandom >"$2"; }

# ---- clients --------------------------------------------------------------------------------------------------

answered_on_another() {
  local each
  echo 'Tell me a joke' >joke.txt
  at one <<<"put joke.txt /agents/gptfs/inbox/first.txt"
  for each in two three one; do
    at "$each" <<<"get /agents/gptfs/wait/first $each"
    grep -x 'call 1 for Tell me a joke' "$each"
    tail -n 1 "$each" | grep -x end
  done
  batch <<<'put joke.txt /agents/gptfs/inbox/second.txt'
  batch <<<'get /agents/gptfs/wait/second second'
  [ "$(calls 'Tell me a joke')" = 2 ]
}

# The client's address is in the list of sessions, and in a log.
clients_address() {
  batch -o BindAddress=127.0.0.7 <<<'get /sys/sessions sessions'
  grep -E '"remote_address":"127\.0\.0\.7:' sessions
  fails grep -E '"remote_address":"127\.0\.0\.1:' sessions
  grep -hE 'session .* of user from 127\.0\.0\.7:[0-9]+ begins' "$dir"/*/log
}

# The README's commands, which kill two hosts below the mount.
commands_of_readme() {
  readme 2 >commands
  (cd "$dir" && timeout 60 bash -e "$work/commands_of_readme/commands") >output
  cat output
  [ "$(grep -c '^Tell me a joke$' output)" = 2 ]
  grep -E '"remote_address"' output
  until_ all_ready
}

# The host that serves the mount, found by the client's address, is killed while files are open and written.
sshfs_goes_on() {
  local mnt=$work/mnt each killed=
  mkdir -p "$mnt"
  sshfs -F "$dir/ssh_config" -o reconnect,BindAddress=127.0.0.8,direct_io,dir_cache=no,attr_timeout=0,entry_timeout=0 warren:/ "$mnt"
  random 3000000 a
  cp a "$mnt/shared/a"
  sync "$mnt/shared/a" # a close in sshfs does not wait for the server
  for each in "${hosts[@]}"; do
    if read_at "$each" /sys/sessions | grep '"127\.0\.0\.8:'; then killed=$each; fi
  done
  kill -9 "$(cat "$dir/$killed/pid")"
  until_ cmp a "$mnt/shared/a"
  cp a "$mnt/shared/b"
  mkdir "$mnt/shared/d"
  mv "$mnt/shared/b" "$mnt/shared/d/c"
  cmp a "$mnt/shared/d/c"
  fusermount -u "$mnt"
  batch <<<'get /shared/d/c c'
  cmp a c
}

# A host that serves a part of the copy is killed during the copy.
rclone_completes() {
  local copy n each
  mkdir tree
  for n in $(seq 24); do random 400000 "tree/$n"; done
  rclone --config /dev/null --sftp-host 127.0.0.1 --sftp-port "$port" --sftp-user user --sftp-key-file "$dir/id" --sftp-disable-hashcheck \
    --bwlimit 4M --log-level INFO copy tree :sftp:/shared/rclone &
  copy=$!
  until_ eval 'batch <<<"ls -1 /shared/rclone" | grep /4'
  for each in "${hosts[@]}"; do # a host that has at least one of rclone's connections
    read_at "$each" /sys/sessions | grep '"127\.0\.0\.1:' || continue
    kill -9 "$(cat "$dir/$each/pid")"
    break
  done
  wait "$copy"
  until_ eval 'batch <<<"get -r /shared/rclone got"' # HAProxy may send one more client to the dead host
  diff -r tree got
}

# ---- jobs -----------------------------------------------------------------------------------------------------

works_everywhere() {
  local each
  for each in "${hosts[@]}"; do [ "$(running_calls "$each")" -gt 0 ] || return; done
}

# All hosts work on the lines of a batch. Each host is killed meanwhile, including the one that owns the batch.
each_line_has_one_answer() {
  local n end=$((SECONDS + 120 + lines / 2))
  until_ all_ready
  until_ are_idle
  for n in $(seq "$lines"); do
    echo "{\"custom_id\": \"Line $n\", \"body\": {\"messages\": [{\"role\": \"user\", \"content\": \"Line $n\"}]}}"
  done >many.jsonl
  batch <<<'put many.jsonl /agents/gptfs/inbox/many.jsonl'
  until_ works_everywhere
  kill_hosts &
  killer=$!
  trap 'kill $killer' EXIT
  until batch <<<'get /agents/gptfs/outbox/many_output.jsonl output'; do
    [ "$SECONDS" -lt "$end" ]
    sleep 1
  done
  kill "$killer"
  wait "$killer" || true
  trap - EXIT
  until_ all_ready
  until_ are_idle
  until_ eval 'batch <<<"get /agents/gptfs/outbox/many_status.json status" && grep \"completed\",\"timestamp status'
  batch <<<'ls -1 /agents/gptfs/outbox/.rev' >revisions
  [ "$(grep -c '/many\.' revisions)" = 1 ]
  batch <<<'get /agents/gptfs/outbox/many_output.jsonl again'
  cmp output again
  python3 "$here/lines.py" "$lines" output status "$work/calls"
}

# Reads the number of calls from the host itself, because the list of all hosts shows slightly older numbers.
running_calls() { read_at "$1" /agents/gptfs/stats.json | sed -n '/"queue"/,/}/ s/.*"running_calls" : \([0-9]*\).*/\1/p'; } # HOST
are_idle() {
  local each
  for each in "${hosts[@]}"; do [ "$(running_calls "$each")" = 0 ] || return; done
}
is_held() {
  for each in "${hosts[@]}"; do
    [ "$(running_calls "$each")" = 1 ] && stopped=$each && return
  done
  return 1
}

# The stopped host does not publish its answer when it continues, because another host has run the job meanwhile.
stopped_longer_than_its_lease() {
  local stopped each
  until_ all_ready
  until_ are_idle
  echo 'Hold this' >held.txt
  batch <<<'put held.txt /agents/gptfs/inbox/held.txt'
  until_ is_held
  kill -STOP "$(cat "$dir/$stopped/pid")"
  batch <<<'get /agents/gptfs/wait/held new'
  grep -x 'call 2 for Hold this' new
  touch "$work/release Hold this" # the model now responds to the first call
  sleep 1
  kill -CONT "$(cat "$dir/$stopped/pid")"
  until_ grep 'this host has not renewed its lease of' "$dir/$stopped/log"
  until_ are_idle
  for each in "${hosts[@]}"; do
    printf 'get /agents/gptfs/outbox/held_%s '"$each"'_%s\n' response.txt r status.json s | at "$each"
    cmp new "${each}_r"
    grep '"possible_duplicate":true' "${each}_s"
    at "$each" <<<'ls -1 /agents/gptfs/outbox/.rev' >revisions
    [ "$(grep -c '/held\.' revisions)" = 1 ]
  done
  [ "$(calls 'Hold this')" = 2 ]
}

# ---- backup ---------------------------------------------------------------------------------------------------

alone() { [ "$(psql -X -t -A -c 'SELECT count(*) FROM gptfs_hosts' agents_restored)" = 1 ]; }
mounted() { at four <<<'get /agents/gptfs/stats.json stats'; }

restored() {
  local each before four
  for each in agents shared; do
    pg_dump -Fc "$each" >"$each.dump"
    createdb "${each}_restored"
    pg_restore -d "${each}_restored" "$each.dump"
  done
  batch <<'COMMANDS'
get -r /agents/gptfs/outbox outbox
get -r /agents/gptfs/inbox inbox
get -r /shared shared
COMMANDS
  before=$(all_calls)
  mkdir -p "$dir/four"
  sed -E 's/^( *url: .*)$/\1_restored/' "$root/examples/many-hosts/config.yaml" >"$dir/four/config.yaml"
  four=$(free_port)
  (cd "$dir/four" && mkdir -m 700 state && cp ../host_key state/ssh_host_ed25519_key && LEASE=3s OPENAI_API_KEY=none \
    API_HOST=http://127.0.0.1:$model_port/v1/chat/completions SFTP_PORT=$four HTTP_PORT=$(free_port) DATABASE_PORT=$PGPORT \
    DATABASE_PASSWORD=$PGPASSWORD exec "$WARREN_DIST/bin/warren" serve config.yaml) >>"$work/four.log" 2>&1 &
  echo $! >"$dir/four/pid"
  direct four "$four"
  until_ mounted
  until_ alone # the other hosts in the copied database count as dead, and their jobs are free
  at four <<'COMMANDS'
get -r /agents/gptfs/outbox outbox2
get -r /agents/gptfs/inbox inbox2
get -r /shared shared2
COMMANDS
  diff -r outbox outbox2
  diff -r inbox inbox2
  diff -r shared shared2
  [ "$(find outbox -name '*_response.txt' | wc -l)" -gt 1 ]
  echo 'Now a new one' >new.txt
  at four <<<'put new.txt /agents/gptfs/inbox/new.txt'
  at four <<<'get /agents/gptfs/wait/new answer'
  grep -x 'call 1 for Now a new one' answer
  [ "$(all_calls)" = $((before + 1)) ]
  stop "$(cat "$dir/four/pid")" || true
  mv "$work/four.log" "$dir/four/log"
}

# ---- at the end -----------------------------------------------------------------------------------------------

# It is expected that hosts and clients disappear during requests, and that a busy machine is slow.
host_logs() {
  cat "$dir"/*/log | grep -E '^[0-9-]*T|Exception|^\s+at ' |
    grep -vE 'org.apache.sshd|o\.a\.s\.|ServerSessionImpl|ServerConnectionService|SftpChannelSession' |
    grep -vE 'opening .* takes longer than|it is mounted once it opens|does not answer in time' |
    grep -vE 'longer than its lease|not renewed (its|their) lease|cannot go on: another host owns the job|is ignored: the parent process' |
    grep -nE 'Exception|ERROR|WARN|^\s+at ' >"$work/unexpected" || true
  cat "$work/unexpected"
  [ ! -s "$work/unexpected" ]
}

ends() {
  local pids each
  pids=$(cat "$dir"/{one,two,three}/pid && head -n 1 "$dir/postgresql/data/postmaster.pid")
  echo "$pids" >"$work/pids"
  for each in "${hosts[@]}"; do cp "$dir/$each/log" "$work/$each.hostlog"; done # for keep_logs, in case an item has failed
  kill -INT "$example"
  until_ eval '! kill -0 $example' 2>/dev/null
  # shellcheck disable=SC2086
  fails kill -0 $pids
  fails test -e "$dir"
  for each in {0..7}; do fails bash -c "exec 3<>/dev/tcp/127.0.0.1/$((port + each))"; done
}

main() {
  local why
  . "$root/tests/lib/jdk.sh"
  find_jdk || exit 1
  export WARREN_JAVA=$JAVA_HOME HOME=$work/home
  chmod 711 "$work"
  mkdir "$HOME"
  : >"$log"
  : >"$work/calls"
  if ! why=$(programs haproxy psql pg_dump pg_restore curl sftp ssh-keygen python3); then
    skip "hosts behind HAProxy" "$why"
    totals
    return
  fi
  model_port=$(free_port)
  python3 "$here/model.py" "$model_port" "$work" 0.2 >"$work/model.log" 2>&1 &
  model=$!
  with_clocks
  item "the example starts" starts
  dir=$(find "$work" -maxdepth 1 -name 'tmp.*')
  example=$(cat "$work/example.pid")
  if [ "$failed" -gt 0 ]; then
    totals
    return
  fi
  learn
  client "sftp: a prompt on one host is answered on another" answered_on_another
  client "sftp: sessions are those of the client's address" clients_address
  client "sshfs: the README's commands, with two hosts killed" commands_of_readme sshfs
  client "sshfs -o reconnect goes on when its host is killed" sshfs_goes_on sshfs
  client "rclone: a copy is completed when a host is killed" rclone_completes rclone
  client "three hosts write the same prompt at once: one content wins, and the status says which" written_by_all_at_once
  client "the clocks of the hosts are an hour apart" clocks_an_hour_apart faketime
  client "both databases restored from pg_dump: the same files, and no call is paid for again" restored
  client "$directories directories with 1 to $longest prompts take turns" directories_take_turns
  client "$prompts prompts while hosts are killed: each has one answer" killed_at_random
  client "a batch of $lines lines while hosts are killed: each line has one answer" each_line_has_one_answer
  client "a host that was stopped for longer than its lease publishes nothing" stopped_longer_than_its_lease
  [[ "nothing unexpected in the hosts' logs" != *$only* ]] || item "nothing unexpected in the hosts' logs" host_logs
  # These cause log messages, so they come after the check of the logs.
  client "PostgreSQL is restarted and connections are cut under load: errors at worst, and nothing is lost" database_restarted
  client "the database's disk is full under load: errors at worst, and nothing is lost" disk_full
  client "hosts that are older than the tables leave their jobs to newer ones" older_than_the_tables
  item "Ctrl-C ends everything" ends
  [ "$failed" -gt 0 ] || example=
  totals
}

main; exit # on one line, because bash then reads no more of this file, which may have changed
