#!/bin/sh
# A program as unwilling to end as they come: it, its child, its grandchild and an orphan in a session of its own all
# ignore TERM. Each writes its process id into the folder of the first argument.
trap '' TERM
echo $$ > "$1/parent"
sh -c 'trap "" TERM; echo $$ > "$1/child"; sh -c "trap \"\" TERM; echo \$\$ > \"\$1/grandchild\"; sleep 300; sleep 300" grandchild "$1"; sleep 300' child "$1" &
(setsid sh -c 'trap "" TERM; echo $$ > "$1/orphan"; sleep 300; sleep 300' orphan "$1" &)
echo started
wait
sleep 300
