# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
# Runs in a throw-away guest, where the printed commands are run exactly as printed: guest/forward.py forwards connections to
# the host's address and Unix socket from the guest to the host.
share=$(mktemp -d "$STATE/../share.XXXXXX")
cp -r "${TREE:-tree}" "$share/tree"
grep -o '[a-z ]*mount -t 9p .*' "$OUT" >"$share/commands"
[ "$(wc -l <"$share/commands")" -eq 2 ]
"$TOOLS/v9fs-run" --no-mount --port "$NINEP" --rootdir "$HERE/guest" --rw "$share" --timeout 280 -- \
  "NINEP=$NINEP SOCKET=$STATE/9p.sock sh -e \$V9FS_EXTRA/journey.sh" &
guest=$!
# Both front ends at once on the same files: each waits for what the other one writes, and reads it.
seen() { printf 'get /local/both/from-9p seen\n' | sftp_printed 2>/dev/null && [ "$(cat seen)" = 'hello sftp' ]; }
cd "$share"
ended=0
until_ended() {
  until seen; do
    kill -0 $guest 2>/dev/null || return 1
    sleep 0.5
  done
}
until_ended
echo 'hello 9p' >answer
printf 'put answer /local/both/part\nrename /local/both/part /local/both/from-sftp\n' | sftp_printed
wait $guest
cd /
rm -rf "$share"
