#!/bin/sh
# What ./check runs: the user's journey with everyone's clients, in about three minutes.
exec "$(dirname "$(readlink -f "$0")")/journeys.sh"
