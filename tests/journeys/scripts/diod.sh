# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
# The tools of diod's own client library can only read.
diodls -s 127.0.0.1:$NINEP -a / | has_all_mounts
printf 'put -r tree /local/%s\nput -r tree /tmp/%s\n' $TAG $TAG | sftp_printed
for mount in local tmp; do
  diodcat -s 127.0.0.1:$NINEP -a /$mount/$TAG large | cmp - tree/large
done
diodcat -s 127.0.0.1:$NINEP -a / local/$TAG/deep/er/17 tmp/$TAG/deep/er/30 | cmp - <(cat tree/deep/er/17 tree/deep/er/30)
diodls -s 127.0.0.1:$NINEP -a /local/$TAG/deep -l er | grep -qw 30
diodcat -s 127.0.0.1:$NINEP -a /sys mounts | grep -q localfs
echo 'What are you?' >prompt.txt
printf 'put prompt.txt /agents/gptfs/inbox/%s.txt\n' $TAG | sftp_printed
answered() { diodcat -s 127.0.0.1:$NINEP -a /agents/gptfs/outbox ${TAG}_response.txt >answer.txt 2>/dev/null; }
until_done answered
is_demo_answer answer.txt
