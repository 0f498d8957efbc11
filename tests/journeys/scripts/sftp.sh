# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
sftp_printed <<<'ls -1 /' | has_all_mounts
sftp_printed <<END
put -r tree /local/$TAG
get -r /local/$TAG from-local
put -r from-local /tmp/$TAG
get -r /tmp/$TAG from-tmp
put -r from-tmp /local/$TAG-back
get -r /local/$TAG-back back
cp /local/$TAG/large /tmp/$TAG/copied
get /tmp/$TAG/copied
get /sys/version
END
same tree from-local
same tree from-tmp
same tree back
cmp tree/large copied
grep -q . version
echo 'What are you?' >prompt.txt
sftp_printed <<END
put prompt.txt /agents/gptfs/inbox/$TAG.txt
get /agents/gptfs/wait/$TAG answer.txt
rm /agents/gptfs/inbox/$TAG.txt
END
is_demo_answer answer.txt
