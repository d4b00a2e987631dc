#!/bin/bash
set -euo pipefail
exec 3<> /dev/tcp/127.0.0.1/3310
echo PING >&3
read -r -t 5 answer <&3
[ "$answer" = PONG ]
