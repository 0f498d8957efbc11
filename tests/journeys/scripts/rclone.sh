# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
export RCLONE_CONFIG=$PWD/rclone.conf
cat >"$RCLONE_CONFIG" <<END
[w]
type = sftp
host = 127.0.0.1
port = $P
user = $U
key_file = $STATE/client_key
known_hosts_file = $STATE/known_hosts
disable_hashcheck = true
END
[ -e "$STATE/client_key" ] || sed -i "s|^key_file.*|key_file = $(ls ~/.ssh/id_* | grep -v pub | head -n 1)|" "$RCLONE_CONFIG"
rclone lsf w:/ | has_all_mounts
rclone copy --create-empty-src-dirs tree w:/local/$TAG
rclone copy --create-empty-src-dirs w:/local/$TAG w:/tmp/$TAG
rclone copy --create-empty-src-dirs w:/tmp/$TAG w:/local/$TAG-back
rclone check --download tree w:/tmp/$TAG
rclone copy --create-empty-src-dirs w:/local/$TAG-back back
same tree back
echo 'What are you?' | rclone rcat w:/agents/gptfs/inbox/$TAG.txt
answered() { rclone cat w:/agents/gptfs/outbox/${TAG}_response.txt >answer.txt 2>/dev/null && [ -s answer.txt ]; }
until_done answered
is_demo_answer answer.txt
rclone purge w:/tmp/$TAG
