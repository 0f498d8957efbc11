eval "$HTTP_COMMAND" >ready
cat ready
for mount in /local /tmp /sys /agents/gptfs; do grep -q "$mount" ready; done
