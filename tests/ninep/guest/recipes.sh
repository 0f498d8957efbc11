# Runs in a guest of tests/ninep/run.sh: recipes.sh DIRECTORY PORT. Each file of the directory is a part of docs/ninep.md, run
# as root in a separate shell, and must succeed. The host's PORT is forwarded to its Unix socket.
mkdir -p /tmp/etc /tmp/home
cp -a /etc/. /tmp/etc/ 2>/dev/null
mount --bind /tmp/etc /etc # the host's own must not be changed
: >/etc/fstab
cd /tmp/home || exit 1
python3 -B "$V9FS_EXTRA/relay.py" 127.0.0.1:5640 "$V9FS_HOST:$V9FS_PORT" unix:state/9p.sock "$V9FS_HOST:$2" &
until [ -S state/9p.sock ]; do sleep 0.05; done
failed=0
for recipe in "$1"/*; do
  title=$(grep -v '^#' "$recipe" | grep -m 1 '^mount\|^systemctl start')
  if sh -eu "$recipe" >/tmp/out 2>&1; then
    echo "PASS recipe $(basename "$recipe"): $title"
  else
    echo "FAIL recipe $(basename "$recipe"): $title"
    sed 's/^/    /' "$recipe" /tmp/out
    failed=1
  fi
  awk '$3 == "9p" { print $2 }' /proc/mounts | while read -r at; do umount "$at"; done
done
exit $failed
