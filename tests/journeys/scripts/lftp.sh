# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
# lftp 4.9 sometimes hangs after its last command, when everything is done.
lftp_run() {
  timeout 100 lftp -c "set cmd:fail-exit yes; set net:max-retries 2; set sftp:connect-program 'ssh -a -x ${ssh_options[*]} -p $P';
    open sftp://$U:@127.0.0.1; $1"
}
lftp_run "cls -1 /" | has_all_mounts
lftp_run "mirror -R tree /local/$TAG; mirror /local/$TAG from-local; mirror -R from-local /tmp/$TAG;
  mirror --parallel=3 /tmp/$TAG from-tmp; mirror -R from-tmp /local/$TAG-back; mirror /local/$TAG-back back"
same tree from-tmp
same tree back
echo 'What are you?' >prompt.txt
lftp_run "put prompt.txt -o /agents/gptfs/inbox/$TAG.txt"
answered() {
  rm -f answer.txt
  timeout 15 lftp -c "set sftp:connect-program 'ssh -a -x ${ssh_options[*]} -p $P'; open sftp://$U:@127.0.0.1;
    get /agents/gptfs/outbox/${TAG}_response.txt -o answer.txt" 2>/dev/null || true
  [ -s answer.txt ]
}
until_done answered
is_demo_answer answer.txt
lftp_run "rm -r /tmp/$TAG"
