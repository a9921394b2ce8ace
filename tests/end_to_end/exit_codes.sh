#!/bin/sh
# Every verb's way to fail has its exit code, says why on stderr as `motcua: …`, and leaves things as they were.
. "$(dirname "$0")/support/scene.sh"

# 0 and 2: the command line itself
for verb in init enrol "enrol request" "enrol approve" "enrol accept" officer "officer add" "officer admit" serve sync dossier "dossier receive" \
  "dossier submit" "dossier list" "dossier show" "dossier history" "dossier due" "dossier step" "dossier hand-over" "dossier take-over" \
  "dossier arbitrate" receipt "receipt print" "receipt verify" lookup "day close" "year close" registry "registry show" "registry import" "registry publish" report \
  "report headline" "report ii06a" "report evaluation" "report overdue" import "import events" status audit "audit verify" "audit export" "audit act" "audit codes" "audit evidence" "audit verify-fork" rebuild adopt scrub \
  "registry seal" "registry convict"; do
  # shellcheck disable=SC2086  # a verb is words
  run 0 $verb --help
  grep -q . "$scene/out" || flunk "$verb --help says nothing"
done
run 0 --version
run 0 --help
run 2
run 2 nonsense
run 2 status
run 2 status "$scene/a" --nonsense
run 2 init "$scene/a" --code H26 --name "Hà Nội" --insecure-no-passphrase
run 2 init "$scene/a" --city --code h26 --name "Hà Nội" --insecure-no-passphrase
run 2 init "$scene/a" --city --code H26. --name "Hà Nội" --insecure-no-passphrase
run 2 init "$scene/a" --city --code H26 --name "Hà Nội" --passphrase-file x --passphrase-fd 3
[ ! -e "$scene/a" ] || flunk "a refused init left a directory"

# 3: what is not there
for verb in "status" "sync --once" "rebuild" "dossier list" "audit verify"; do
  # shellcheck disable=SC2086
  set -- $verb
  case $# in
    1) run 3 "$1" "$scene/none" ;;
    *) case $2 in -*) run 3 "$1" "$scene/none" "$2" ;; *) run 3 "$1" "$2" "$scene/none" ;; esac ;;
  esac
done
run 3 serve "$scene/none"

city=$scene/city commune=$scene/badinh
found_city "$city"
free_port
# 4 (and 3 and 5): a directory in use, a request twice, a ticket of another root, work before enrolment
run 4 init "$city" --city --code H26 --name "Hà Nội" --insecure-no-passphrase
mkdir "$scene/full"
echo precious >"$scene/full/file"
run 4 init "$scene/full" --city --code H26 --name "Hà Nội" --insecure-no-passphrase
[ "$(ls "$scene/full")" = file ] || flunk "a refused init wrote into the directory"
[ ! -e "$scene/full-recovery.key" ] || flunk "a refused init wrote a recovery key"

run 0 enrol request "$commune" --code H26.00004 --name "Phường Ba Đình" --insecure-no-passphrase
run 4 enrol request "$commune" --code H26.00004 --name "Phường Ba Đình" --insecure-no-passphrase
run 2 enrol request "$scene/b" --code "H26..4" --name "Phường" --insecure-no-passphrase
run 2 enrol approve "$city" "$commune/enrol.request" --out "$scene/ticket"
run 3 enrol approve "$city" "$scene/none" --parent H26 --out "$scene/ticket"
run 3 enrol approve "$city" "$commune/enrol.request" --parent H99 --out "$scene/ticket"
[ ! -e "$scene/ticket" ] || flunk "a ticket under an office that does not exist"
head -c 100 "$commune/enrol.request" >"$scene/cut.request"
run 5 enrol approve "$city" "$scene/cut.request" --parent H26 --out "$scene/ticket"
sed 's/Phường Ba Đình/Phường Ba Đinh/' "$commune/enrol.request" >"$scene/changed.request"
run 5 enrol approve "$city" "$scene/changed.request" --parent H26 --out "$scene/ticket"
run 0 enrol approve "$city" "$commune/enrol.request" --parent H26 --out "$scene/ticket"

run 4 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức"
found_root=$root
found_city "$scene/other"
run 5 enrol accept "$commune" "$scene/ticket" --upstream "127.0.0.1:$port" --root "$root"
other_root=$root root=$found_root
head -c 300 "$scene/ticket" >"$scene/cut.ticket"
run 5 enrol accept "$commune" "$scene/cut.ticket" --upstream "127.0.0.1:$port"
run 0 enrol accept "$commune" "$scene/ticket" --upstream "127.0.0.1:$port" --root "$root"
run 0 enrol accept "$commune" "$scene/ticket" --upstream "127.0.0.1:$port" --root "$root"

# dossiers: unknown ones, steps that the rules do not allow
run 3 dossier show "$commune" H26.00004-700101-0001
run 3 dossier step "$commune" H26.00004-700101-0001 assign
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
dossier=$(tr -d ' \n' <"$scene/out" | sed 's/.*"code":"\([^"]*\)".*/\1/')
run 2 dossier step "$commune" "$dossier" nonsense
run 4 dossier step "$commune" "$dossier" resume
run 4 dossier step "$commune" "$dossier" complete
run 0 dossier step "$commune" "$dossier" assign
run 0 dossier step "$commune" "$dossier" complete
run 4 dossier step "$commune" "$dossier" complete
run 3 dossier receive "$commune" --procedure 1.001193 --applicant X --as "Nobody"

# officers: two make --as necessary; a role that the officer lacks is refused before anything is signed
run 2 officer add "$commune" "Lê Văn Nam" --roles king
run 0 officer add "$commune" "Lê Văn Nam" --roles auditor
run 4 dossier receive "$commune" --procedure 1.001193 --applicant X
run 4 dossier receive "$commune" --procedure 1.001193 --applicant X --as "Lê Văn Nam"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant X --as "Cán bộ 1"
run 4 officer admit "$commune" "$commune/officer.request" --as "Cán bộ 1" # an auditor, which the head is not
run 0 enrol approve "$city" "$commune/officer.request"
run 0 officer add "$commune" "Phạm An" --roles desk
run 4 dossier receive "$commune" --procedure 1.001193 --applicant X --as "Phạm An"
run 3 officer admit "$commune" "$scene/none" --as "Cán bộ 1"
run 4 officer admit "$commune" "$commune/enrol.request" --as "Cán bộ 1"
run 4 officer admit "$commune" "$commune/officer.request" --as "Phạm An"
run 0 officer admit "$commune" "$commune/officer.request" --as "Cán bộ 1"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant X --as "Phạm An" --json
receipt=$(sed 's/.*"receipt":"\([^"]*\)".*/\1/' "$scene/out")
run 0 officer add "$city" "Đỗ Minh" --roles auditor

# imports: a missing file, rejected rows
run 3 import events "$commune" "$scene/none.csv" --as "Cán bộ 1"
{ head -n 4 "$sample"; echo 'not,a,row'; } >"$scene/bad.csv"
run 4 import events "$commune" "$scene/bad.csv" --as "Cán bộ 1" --rejects "$scene/rejects"
grep -q . "$scene/rejects" || flunk "a rejected row without a line in the reject file"

# 5 and 3: proofs
run 2 audit verify --from "$scene/export"
run 3 audit verify --from "$scene/export" --root "$root"
run 3 audit act "$commune" "motcua/H26.00004/none:1" --out "$scene/act"
run 3 audit act "$commune" 0000000000000000000000000000000000000000000000000000000000000000 --out "$scene/act"
run 2 audit act "$commune" nonsense --out "$scene/act"
run 0 receipt verify "$commune" "$receipt"
run 2 receipt verify "$commune"
run 2 receipt verify "$commune" "$receipt" --registry "$scene/ticket"
run 2 receipt verify "$commune" "$receipt" --root "$root"
run 5 receipt verify "$commune" MOTCUA1:NONSENSE
run 5 receipt verify "$commune" -
run 3 receipt verify "$scene/other" "$receipt" # which lists no such node
run 0 receipt verify --registry "$scene/ticket" --root "$root" "$receipt"
run 5 receipt verify --registry "$scene/ticket" --root "$other_root" "$receipt"
run 3 receipt verify --registry "$scene/none" "$receipt"
run 3 receipt print "$commune" H26.00004-700101-0001
run 0 audit codes "$commune"
run 2 audit codes "$commune" --from nonsense
run 3 audit codes "$scene/none"
run 0 dossier receive "$city" --procedure 1.001193 --applicant X --as "Trần Văn Bình"
run 0 registry block "$city" H26 500 900 --as "Trần Văn Bình"
run 5 audit codes "$city"
says "outside block 500 to 900"

# 6: the hub is away; 4: somebody who is no hub of ours answers
run 6 sync "$commune" --once
serve "$scene/other" "$port"
run 4 sync "$commune" --once
stop "$server"

# 7: a database that is none
cp -a "$commune" "$scene/broken"
rm -f "$scene/broken"/motcua.db-*
echo "not a database, though long enough to be read as one" >"$scene/broken/motcua.db"
run 7 status "$scene/broken" --json

# 8: a second serve of the same directory
free_port
serve "$city" "$port"
run 8 serve "$city" --listen 127.0.0.1:0
stop "$server"
