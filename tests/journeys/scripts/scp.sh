# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
at=$U@127.0.0.1
copy() { scp -q -p -P "$P" "${ssh_options[@]}" "$@"; }
copy -r tree "$at:/local/$TAG"
copy -r -3 "scp://$at:$P//local/$TAG" "scp://$at:$P//tmp/$TAG"
copy -r -3 "scp://$at:$P//tmp/$TAG" "scp://$at:$P//local/$TAG-back"
copy -r "$at:/local/$TAG-back" back
same tree back
echo 'What are you?' >prompt.txt
copy prompt.txt "$at:/agents/gptfs/inbox/$TAG.txt"
copy "$at:/agents/gptfs/wait/$TAG" answer.txt
is_demo_answer answer.txt
