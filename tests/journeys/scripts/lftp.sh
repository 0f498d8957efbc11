lftp_run() {
  lftp -c "set cmd:fail-exit yes; set net:max-retries 2; set sftp:connect-program 'ssh -a -x ${ssh_options[*]} -p $P';
    open sftp://$U:@127.0.0.1; $1"
}
lftp_run "cls -1 /" | has_all_mounts
lftp_run "mirror -R tree /local/$TAG; mirror /local/$TAG from-local; mirror -R from-local /tmp/$TAG;
  mirror --parallel=3 /tmp/$TAG from-tmp; mirror -R from-tmp /local/$TAG-back; mirror /local/$TAG-back back"
same tree from-tmp
same tree back
echo 'What are you?' >prompt.txt
lftp_run "put prompt.txt -o /agents/gptfs/inbox/$TAG.txt"
answered() { lftp_run "cat /agents/gptfs/outbox/${TAG}_response.txt" >answer.txt 2>/dev/null && [ -s answer.txt ]; }
until_done answered
is_demo_answer answer.txt
lftp_run "rm -r /tmp/$TAG"
