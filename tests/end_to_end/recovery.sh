#!/bin/sh
# A commune's disk dies after a backup: restored, it knows what it is, fetches what it had sent, goes on in the next log of its line, and
# is approved; then somebody starts the old disk, which hears that its log is closed, and what only it holds is carried over.
. "$(dirname "$0")/support/scene.sh"
. "$(dirname "$0")/support/kill.sh"

city=$scene/city badinh=$scene/badinh old=$scene/old
echo "giữ kín" >"$scene/backup.pass"
found_city "$city"
free_port; city_port=$port
enrol "$badinh" H26.00004 "Phường Ba Đình" H26 "$city_port" "$city"
serve "$city" "$city_port"
receive() { run 0 dossier receive "$1" --procedure 1.004222 --applicant "$2" --json; dossier=$(tr -d '\n' <"$scene/out" | sed -n 's/.*"code": *"\([^"]*\)".*/\1/p'); }

receive "$badinh" "Trần Thị Mai"; before=$dossier
run 0 backup make "$badinh" "$scene/badinh.backup" --passphrase-file "$scene/backup.pass"
run 0 backup verify "$scene/badinh.backup" --passphrase-file "$scene/backup.pass"
receive "$badinh" "Lê Văn Bưởi"; sent=$dossier
run 0 sync "$badinh" --once
receive "$badinh" "Nguyễn Văn An"; unsent=$dossier

# the disk dies
mv "$badinh" "$old"
echo "giu kin" >"$scene/wrong.pass"
run 4 backup verify "$scene/badinh.backup" --passphrase-file "$scene/wrong.pass"
run 0 restore "$scene/badinh.backup" "$badinh" --passphrase-file "$scene/backup.pass"
run 4 dossier receive "$badinh" --procedure 1.004222 --applicant "Phạm Thị Đào"
says "motcua recover"
run 0 recover "$badinh"
says "not asked yet"
run 4 doctor "$badinh"
says "restored"
run 4 recover "$badinh" --go-on
says "motcua sync"
run 0 dossier show "$badinh" "$before"  # reading works
run 3 dossier show "$badinh" "$sent"

run 0 sync "$badinh" --once
run 0 dossier show "$badinh" "$sent"
run 0 recover "$badinh"
says "nothing more"
run 0 recover "$badinh" --go-on

# at once it records again, and moves what the line holds
receive "$badinh" "Phạm Thị Đào"; after=$dossier
[ "$after" != "$unsent" ] || flunk "the number of the lost disk's last dossier was given again"
run 0 dossier assign "$badinh" "$sent" --unit "Tư pháp"
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$after"
run 0 enrol approve "$city" "$badinh/enrol.request" --parent H26 --out "$scene/again.ticket"
run 0 sync "$badinh" --once
run 0 status "$badinh"
says "recorded, held and witnessed"
run 0 doctor "$badinh"
run 0 audit verify "$badinh"
run 0 audit verify "$city"

# the old disk turns up, and somebody starts it
"$motcua" sync "$old" --once >"$scene/out" 2>"$scene/err" || :
run 4 dossier receive "$old" --procedure 1.004222 --applicant "Kẻ sinh đôi"
says "closed"
run 0 sync "$badinh" --once
run 0 audit verify "$city"

# what it recorded and never sent is carried over, killed in the middle and asked again; nothing is written to it
"$motcua" dossier show "$badinh" "$unsent" >"$scene/out" 2>&1 && says "không có hiệu lực"
run 4 adopt "$old" --from "$badinh"  # not the other way round
find "$old" -type f -exec cksum {} + | sort >"$scene/before"
cp -a "$badinh" "$scene/untouched"
trace_points "$scene/points" adopt "$badinh" --from "$old"
says "could not be carried"
carry_over() {
  rm -rf "$badinh"; cp -a "$scene/untouched" "$badinh"
  killed_at "$1" "$2" adopt "$badinh" --from "$old"
  run 0 adopt "$badinh" --from "$old"
  run 0 dossier show "$badinh" "$unsent"
  [ ! -e "$badinh/old-disk-copy" ] || flunk "the copy of the old disk was left behind"
}
each_point "$scene/points" 12 carry_over
run 0 adopt "$badinh" --from "$old"
says "0 acts carried over"
find "$old" -type f -exec cksum {} + | sort >"$scene/after"
cmp "$scene/before" "$scene/after" || flunk "adopt wrote to the old disk"
run 0 dossier show "$badinh" "$unsent"
says_not "không có hiệu lực"
run 0 sync "$badinh" --once
run 0 dossier show "$city" "$unsent"
says_not "không có hiệu lực"
for place in "$badinh" "$city"; do run 0 audit verify "$place"; done
run 0 rebuild "$badinh"
say "ok"
