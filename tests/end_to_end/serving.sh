#!/bin/sh
# Verbs do the same with a running `serve` as without; new acts go up by themselves; SIGTERM drains.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city hub=$scene/hub commune=$scene/badinh log=motcua/H26.00004/
found_city "$city"
free_port; city_port=$port
free_port; hub_port=$port
free_port; commune_port=$port
enrol "$hub" H26.01 "Trung tâm số 1" H26 "$city_port" "$city"
enrol "$commune" H26.00004 "Phường Ba Đình" H26.01 "$hub_port" "$city"
serve "$city" "$city_port"; city_server=$server
serve "$hub" "$hub_port"; hub_server=$server
serve "$commune" "$commune_port"; commune_server=$server

# Through the socket: recorded, and soon held by the hub and witnessed by the city, without any sync verb.
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
dossier=$(tr -d ' \n' <"$scene/out" | sed 's/.*"code":"\([^"]*\)".*/\1/')
run 0 dossier step "$commune" "$dossier" assign
run 0 import events "$commune" "$sample"
all_marks() { [ "$(mark "$commune" "$log" witnessed)" = "$(mark "$commune" "$log" recorded)" ]; }
within 60 all_marks
same_log "$commune" "$city" "$log" || flunk "the city's log is not the commune's"
[ "$(mark "$commune" "$log" held)" = "$(mark "$commune" "$log" recorded)" ] || flunk "witnessed but not held"

# The registry comes down by itself too: an officer who is approved now can sign soon.
run 0 officer add "$commune" "Lê Văn Nam" --roles desk,handler
run 0 enrol approve "$city" "$commune/officer.request"
signs() { "$motcua" dossier receive "$commune" --procedure 1.001193 --applicant X --as "Lê Văn Nam" >"$scene/out" 2>"$scene/err" </dev/null; }
within 60 signs

# Readers do not disturb, a second writer is sent through the first.
run 0 status "$commune" --json
run 0 dossier list "$commune" --json
run 0 audit verify "$commune"
run 0 rebuild "$commune"
run 0 sync "$commune" --once

# The hub goes away and comes back: the commune finds it again by itself.
stop "$hub_server"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Trần Thị Bích" --as "Lê Văn Nam"
serve "$hub" "$hub_port"; hub_server=$server
within 90 all_marks

stop "$commune_server"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Phạm Văn Giang" --as "Lê Văn Nam"
run 0 sync "$commune" --once
stop "$hub_server"
stop "$city_server"
for node in "$city" "$hub" "$commune"; do run 0 audit verify "$node"; done
