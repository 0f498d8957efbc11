# shellcheck disable=SC2010,SC2012,SC2034,SC2086,SC2103,SC2164 # all names are plain words, and it runs under set -e
eval "$HTTP_COMMAND" >ready
cat ready
for mount in /local /tmp /sys /agents/gptfs; do grep -q "$mount" ready; done
