# Faults of the hosts, of PostgreSQL and of clocks, and what the hosts do meanwhile. To be sourced by run.sh.

# ---- prompts while something goes wrong -----------------------------------------------------------------------

# upload NAMES TARGET: uploads the files of the working directory that are named in a list. If an upload fails or the connection is lost,
# it is not known whether the file arrived, so it is uploaded again.
upload() {
  local begun
  until [ ! -s "$1" ]; do
    sed "s|.*|put & $2/|" "$1" | batch >"$1.log" 2>&1 && return
    cat "$1.log"
    tr -d '\r' <"$1.log" | grep -vE '^(sftp> |\+ )' >>../errors || true
    begun=$(grep -c '^sftp> put' "$1.log") || true
    if [ "$begun" -gt 0 ]; then
      sed -n "${begun}p" "$1" >>../doubtful
      sed -i -n "$begun,\$p" "$1"
    fi
    sleep 0.5
  done
}

# uploads FROM COUNT TARGET: writes COUNT files, which are numbered from FROM on, and uploads them; then more, until the file `enough`
# exists or the function that causes the trouble has ended.
uploads() {
  local n=$1 next each
  until [ "$n" -ge $(($1 + $2)) ] && { [ -e ../enough ] || ! kill -0 "$trouble"; }; do
    next=$((n + pack))
    for each in $(seq "$n" $((next - 1))); do echo "$name $each" >"$each.txt"; done
    seq -f '%g.txt' "$n" $((next - 1)) >"$1.names"
    upload "$1.names" "$3"
    n=$next
  done
}

# each_has_one_answer COUNT TROUBLE [OPTION]: uploads prompts, and other files, while something goes wrong, and waits for all answers.
# TROUBLE is the function that causes the trouble; it creates the file `enough` when it has caused enough of it. OPTION is passed to
# answers.py.
each_has_one_answer() {
  local name=${PWD##*/} running=() each end
  until_ all_ready
  until_ are_idle
  mkdir prompts files
  : >errors
  : >doubtful
  batch <<<"mkdir /agents/gptfs/inbox/$name"
  batch <<<"mkdir /shared/$name"
  "$2" &
  trouble=$!
  trap 'kill $trouble' EXIT
  for each in 1 2 3 4; do
    (cd prompts && uploads ${each}00000 $(($1 / 4)) "/agents/gptfs/inbox/$name") &
    running+=($!)
  done
  (cd files && uploads 1 "$pack" "/shared/$name") &
  running+=($!)
  wait "${running[@]}"
  end=$((SECONDS + 120 + $1 / 4))
  until [ "$(published)" = "$(find prompts -name '*.txt' | wc -l)" ]; do
    [ "$SECONDS" -lt "$end" ]
    sleep 1
  done
  kill "$trouble"
  wait "$trouble" || true
  trap - EXIT
  until_ all_ready
  until_ are_idle # by then, late responses have arrived
  batch <<<"get -r /agents/gptfs/outbox/$name outbox"
  batch <<<"get -r /shared/$name shared"
  diff -r -x '*.names*' files shared
  python3 "$here/answers.py" prompts outbox "$work/calls" doubtful ${3:+"$3"}
}
published() { batch <<<"ls -1 /agents/gptfs/outbox/$name" | grep -c '_response.txt$'; }

# Kills one host at a time, so that others are always running.
kill_hosts() {
  local i
  while sleep $((2 + RANDOM % 3)); do
    i=$((RANDOM % 3))
    echo "kills ${hosts[i]}"
    kill -9 "$(cat "$dir/${hosts[i]}/pid")"
    until_ ready "$i"
    touch enough
  done
}
killed_at_random() { each_has_one_answer "$prompts" kill_hosts --twice; }

# ---- PostgreSQL -----------------------------------------------------------------------------------------------

sql() { psql -X -q -t -A -c "$1" "${2:-postgres}"; }
cut_connections() { sql "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN ('agents', 'shared')"; }
postmaster() { head -n 1 "$dir/postgresql/data/postmaster.pid"; }

# stop_database SECONDS: ends PostgreSQL; the example starts it again after SECONDS.
stop_database() {
  local server parent
  server=$(postmaster)
  parent=$(ps -o ppid= -p "$server" | tr -d ' ')
  echo "$parent" >"$work/pids" # so that the stopped process is continued in any case
  kill -STOP "$parent"
  kill -INT "$server"
  sleep "$1"
  kill -CONT "$parent"
  until_ sql 'SELECT 1'
}

# The connections are cut several times, then the server is restarted, alternately before requests stop waiting for it, and afterwards.
break_database() {
  local each pause
  for each in $(seq "$times"); do
    for pause in 0 7; do
      for _ in 1 2; do
        sleep 1.$((RANDOM % 10))
        cut_connections
      done
      sleep 1
      stop_database $pause
    done
  done
  touch enough
  exec sleep infinity
}
database_restarted() {
  each_has_one_answer "$few" break_database
  only_io_errors
}
# A host that only lacks its database is not expected to report other errors or to lose connections.
only_io_errors() {
  sort errors | uniq -c
  [ -s errors ]
  fails grep -v ': Failure$' errors
}

# move DATABASE TABLESPACE: moves a database; meanwhile, hosts cannot connect to it.
move() {
  sql "ALTER DATABASE $1 ALLOW_CONNECTIONS false"
  until_ eval "cut_connections; sql 'ALTER DATABASE $1 SET TABLESPACE $2'"
  sql "ALTER DATABASE $1 ALLOW_CONNECTIONS true"
}

# Fills the disk with a file, the ballast, and removes the file when a client has received an error.
fill_disk() {
  local each before
  for each in $(seq "$times"); do
    sleep 1
    before=$(wc -l <errors)
    cat /dev/zero >"$small/ballast" || true
    until_ eval '[ "$(wc -l <errors)" -gt $before ]'
    rm "$small/ballast"
  done
  touch enough
  exec sleep infinity
}

# The small disk has the data, but not the write-ahead log: PostgreSQL ends if it cannot write the latter.
small_disk() {
  being_root || return
  mkdir "$small"
  mount -t tmpfs -o "size=$(($(sql "SELECT pg_database_size('agents')") / 1048576 + 100))m,mode=700,uid=$(stat -c %u "$dir/postgresql/data")" \
    none "$small" 2>/dev/null || { echo "$(id -un) cannot mount a tmpfs" && return 1; }
}
disk_full() {
  sql "CREATE TABLESPACE small LOCATION '$small'"
  move agents small
  each_has_one_answer "$few" fill_disk
  move agents pg_default
  sql "DROP TABLESPACE small"
  umount "$small"
  only_io_errors
}

# ---- clocks ---------------------------------------------------------------------------------------------------

# The start script of the distribution, preceded by what the file `clock` of a host contains.
with_clocks() {
  mkdir -p "$work/dist/bin"
  printf '#!/bin/sh\n[ ! -r clock ] || . ./clock\nexec "%s/bin/warren" "$@"\n' "$WARREN_DIST" >"$work/dist/bin/warren"
  chmod +x "$work/dist/bin/warren"
}
# is_off HOST SECONDS: whether the time of the last line of the host's log is later than now by SECONDS, give or take half an hour.
is_off() {
  local last
  last=$(grep -aoE '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[^ ]+' "$dir/$1/log" | tail -n 1)
  last=$(($(date -d "$last" +%s) - $(date +%s) - $2))
  [ ${last#-} -lt 1800 ]
}
seen() { sql 'SELECT min(seen_at) FROM gptfs_hosts' agents; }

# The following tests run with these clocks. No host is considered dead, files get the database's time, and a call is repeated when
# it is due.
clocks_an_hour_apart() {
  local each before library clock name other
  library=$(ls /usr/lib/*/faketime/libfaketime.so.1)
  for each in two:+1h three:-1h; do
    # libfaketime's own fix for timed waits would end all timed waits of a JVM at once.
    printf 'export FAKETIME=%s FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 LD_PRELOAD=%s\n' "${each#*:}" "$library" \
      >"$dir/${each%:*}/clock"
    kill -9 "$(cat "$dir/${each%:*}/pid")"
  done
  until_ all_ready
  is_off one 0
  until_ is_off two 3600
  until_ is_off three -3600
  until_ eval '[ "$(sql "SELECT count(*) FROM gptfs_hosts" agents)" = 3 ]' # the killed ones are forgotten
  echo 'Hold on' >hold.txt
  at one <<<'put hold.txt /agents/gptfs/inbox/hold.txt'
  until_ is_held
  before=$(seen)
  until_ eval '[ "$(seen)" -gt $((before + 8000)) ]' # longer than two leases
  touch "$work/release Hold on"
  for each in two three; do
    echo "Fail once on $each" >"$each.txt"
    at "$each" <<<"put $each.txt /agents/gptfs/inbox/retry-$each.txt"
  done
  for name in retry-two retry-three hold; do
    case $name in retry-two) other=three ;; retry-three) other=two ;; *) other=one ;; esac
    printf 'get -p /agents/gptfs/%s\n' "wait/$name $name" "outbox/${name}_response.txt response-$name" "outbox/${name}_status.json $name.json" |
      at "$other"
    cmp "$name" "response-$name"
    clock=$(stat -c %Y "response-$name")
    clock=$((clock - $(date +%s)))
    [ ${clock#-} -lt 1800 ]
    grep '"possible_duplicate":false' "$name.json"
  done
  [ "$(calls 'Hold on')" = 1 ]
  for each in two three; do [ "$(calls "Fail once on $each")" = 2 ]; done
}

# ---- one file, three writers ----------------------------------------------------------------------------------

# All three write at the same time, for a second or more. The contents have different lengths, so that a mixture would be noticed.
written_by_all_at_once() {
  local n each i writers winners succeeded
  until_ all_ready
  batch <<<'mkdir /agents/gptfs/inbox/race'
  for n in $(seq "$rounds"); do
    writers=() i=1
    for each in "${hosts[@]}"; do
      { printf 'Round %s by %s' "$n" "$each" && head -c $((50000 + 7000 * i)) /dev/zero | tr '\0' "$i"; } >"$each.txt"
      sftp -q -l 400 -b <(echo "put $each.txt /agents/gptfs/inbox/race/$n.txt") -F "$work/ssh_config" "$each" &
      writers+=($!)
      i=$((i + 1))
    done
    succeeded=0
    for each in "${writers[@]}"; do
      if wait "$each"; then succeeded=$((succeeded + 1)); fi
    done
    echo "$succeeded of them succeeded"
    [ "$succeeded" -gt 0 ]
    winners=()
    for each in "${hosts[@]}"; do
      printf 'get /agents/gptfs/%s\n' "wait/race/$n answer" "inbox/race/$n.txt file" "outbox/race/${n}_status.json status" \
        "outbox/race/${n}_response.txt response" | at "$each"
      cmp answer response
      for i in "${hosts[@]}"; do
        if cmp -s file "$i.txt"; then winners+=("$i"); fi
      done
      head -n 1 answer | sed 's/^call [0-9]* for //' | tr -d '\n' | cmp - file
      grep "\"sha256\":\"$(sha256sum file | cut -d ' ' -f 1)\",\"bytes\":$(stat -c %s file)," status
      grep '"status":"completed"' status
    done
    echo "winners: ${winners[*]}"
    [ "${winners[*]}" = "${winners[0]} ${winners[0]} ${winners[0]}" ]
  done
}

# ---- many directories -----------------------------------------------------------------------------------------

waiting() { sql 'SELECT count(*) FROM gptfs_jobs WHERE ended = 0 AND lease_owner IS NULL' agents; }
control() { echo "$1" >line && batch <<<'put line /agents/gptfs/ctl'; }

# All prompts wait before the first call begins. The order of the calls shows whether directories took turns.
directories_take_turns() {
  local each running=() all end
  until_ all_ready
  until_ are_idle
  control pause
  python3 "$here/fair.py" prompts "$directories" "$longest"
  all=$(find fair -name '*.txt' | wc -l)
  batch <<<'mkdir /agents/gptfs/inbox/fair'
  for each in 1 2 3 4; do
    find fair -mindepth 1 -maxdepth 1 | awk -v n="$each" 'NR % 4 == n % 4 { print "put -r " $0 " /agents/gptfs/inbox/fair/" }' | batch &
    running+=($!)
  done
  wait "${running[@]}"
  until_ eval "[ \"\$(waiting)\" = $all ]"
  control resume
  end=$((SECONDS + 60 + all / 4))
  until [ "$(grep -c '^fair' "$work/calls")" = "$all" ]; do
    [ "$SECONDS" -lt "$end" ]
    sleep 0.5
  done
  until_ are_idle
  python3 "$here/fair.py" check "$directories" "$longest" "$work/calls"
  control purge # ten thousand answers are kept: otherwise those of the next test would be removed once they are read
}

# ---- upgrades -------------------------------------------------------------------------------------------------

must_be_upgraded() { curl -s -m 5 "http://127.0.0.1:$((port + 4 + $1))/readyz" | grep 'must be upgraded'; }

# As if a newer host had migrated the tables. The hosts leave, but files can still be read.
older_than_the_tables() {
  local i
  until_ all_ready
  echo 'Before the upgrade' >prompt.txt
  batch <<<'put prompt.txt /agents/gptfs/inbox/upgrade.txt'
  batch <<<'get /agents/gptfs/wait/upgrade answer'
  sql "INSERT INTO warren_schema VALUES ('gptfs-hosts', 99, 0, 99)" agents
  for i in 0 1 2; do until_ must_be_upgraded $i; done
  until_ eval '[ "$(sql "SELECT count(*) FROM gptfs_hosts" agents)" = 0 ]'
  for i in "${hosts[@]}"; do
    fails at "$i" <<<'put prompt.txt /agents/gptfs/inbox/afterwards.txt'
    at "$i" <<<'get /agents/gptfs/outbox/upgrade_response.txt response'
    cmp answer response
  done
  [ "$(sql "SELECT count(*) FROM gptfs_jobs WHERE lease_owner IS NOT NULL" agents)" = 0 ]
}
