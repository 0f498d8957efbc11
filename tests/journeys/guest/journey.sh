# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
# Runs in the guest as root: the printed commands, and the journey on each mount.
cd /tmp
sudo() { "$@"; }
ip link set lo up 2>/dev/null || ifconfig lo up
mkfifo ready
python3 "$V9FS_EXTRA/forward.py" "$V9FS_HOST" "$NINEP" "$SOCKET" >ready &
read -r _ <ready

journey() { # NAME
  for mount in agents local sys tmp; do ls /mnt | grep -qx $mount; done
  cp -r "$V9FS_SHARE/tree" "/mnt/local/$1"
  cp -r "/mnt/local/$1" "/mnt/tmp/$1"
  cp -r "/mnt/tmp/$1" "/mnt/local/$1-back"
  diff -r "$V9FS_SHARE/tree" "/mnt/tmp/$1"
  diff -r "$V9FS_SHARE/tree" "/mnt/local/$1-back"
  grep -q localfs /mnt/sys/mounts
  echo 'What are you?' >"/mnt/agents/gptfs/inbox/$1.txt"
  grep -q "Warren's demo" "/mnt/agents/gptfs/wait/$1"
  rm -r "/mnt/tmp/$1" "/mnt/local/$1" "/mnt/local/$1-back"
  echo "$1: done"
}

eval "$(sed -n 1p "$V9FS_SHARE/commands")"
journey guest-1
umount /mnt
eval "$(sed -n 2p "$V9FS_SHARE/commands")"
journey guest-2
mkdir -p /mnt/local/both
echo 'hello sftp' >/mnt/local/both/from-9p
until [ -e /mnt/local/both/from-sftp ]; do sleep 0.3; done
[ "$(cat /mnt/local/both/from-sftp)" = 'hello 9p' ]
umount /mnt
diodmount -n -o "port=$NINEP" 127.0.0.1:/local /mnt
[ "$(cat /mnt/both/from-9p)" = 'hello sftp' ]
umount /mnt
echo 'all done'
