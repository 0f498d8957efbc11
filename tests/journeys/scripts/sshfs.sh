# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
cd ~ # as in a terminal
eval "$SSHFS_COMMAND"
cd - >/dev/null
trap 'fusermount -u ~/mnt || fusermount -uz ~/mnt' EXIT
m=~/mnt
ls -1 $m | has_all_mounts
cp -r tree $m/local/$TAG
cp -r $m/local/$TAG $m/tmp/$TAG
cp -r $m/tmp/$TAG $m/local/$TAG-back
same tree $m/tmp/$TAG
same tree $m/local/$TAG-back
grep -q localfs $m/sys/mounts
grep -q . $m/sys/version
rsync -a tree/ $m/tmp/$TAG-rsync
rsync -a $m/tmp/$TAG-rsync/ back
same tree back
rsync -a --checksum --dry-run --itemize-changes $m/tmp/$TAG-rsync/ back | { ! grep '^[<>]'; }
echo 'What are you?' >$m/agents/gptfs/inbox/$TAG.txt
cat $m/agents/gptfs/wait/$TAG >answer.txt
is_demo_answer answer.txt
until_done cmp answer.txt $m/agents/gptfs/outbox/${TAG}_response.txt
mv $m/tmp/$TAG $m/local/$TAG-moved
same tree $m/local/$TAG-moved
rm -r $m/local/$TAG
[ ! -e $m/local/$TAG ] && [ ! -e $m/tmp/$TAG ]
trap - EXIT
fusermount -u ~/mnt
