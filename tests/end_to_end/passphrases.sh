#!/bin/sh
# Passphrases come from a file, a descriptor or a terminal; never from argv, and without a terminal nobody is asked.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city
printf 'mật khẩu đúng\nsecond line\n' >"$scene/right"
printf 'wrong\n' >"$scene/wrong"
: >"$scene/empty"

run 2 init "$city" --city --code H26 --name "Hà Nội"
says "--passphrase-file"
[ ! -e "$city/motcua.db" ] || flunk "a failed init left a node behind"
run 2 init "$city" --city --code H26 --name "Hà Nội" --passphrase-file "$scene/empty"
run 3 init "$city" --city --code H26 --name "Hà Nội" --passphrase-file "$scene/none"
run 0 init "$city" --city --code H26 --name "Hà Nội" --passphrase-file "$scene/right"
root=$(cat "$scene/out")
run 0 status "$city" --json
tr -d ' ' <"$scene/out" | grep -q '"insecure":false' || flunk "a node with a passphrase is shown as insecure"
[ -f "$scene/city-recovery.key" ] || flunk "no recovery key beside the city"

# A secret never stands in any file in the clear: the sealed keys do not hold it, and the demonstration's do say so.
! grep -rqF 'mật khẩu đúng' "$city" || flunk "the passphrase was written to disk"

commune=$scene/badinh
exec 7<"$scene/right"
run 0 enrol request "$commune" --code H26.00004 --name "Phường Ba Đình" --passphrase-fd 7
exec 7<&-
# The city sees the key that the office sees, and before anybody is asked for a passphrase.
key=$(grep -oE 'key [0-9a-f]{64}' "$scene/err" || :)
run 2 enrol approve "$city" "$commune/enrol.request" --parent H26 --out "$scene/ticket"
says "${key:-the key of the officer}"
run 4 enrol approve "$city" "$commune/enrol.request" --parent H26 --out "$scene/ticket" --passphrase-file "$scene/wrong"
[ ! -e "$scene/ticket" ] || flunk "a ticket without an approval"
# One descriptor serves the officer's key and the node's.
exec 7<"$scene/right"
run 0 enrol approve "$city" "$commune/enrol.request" --parent H26 --out "$scene/ticket" --passphrase-fd 7
exec 7<&-
run 4 enrol accept "$commune" "$scene/ticket" --upstream 127.0.0.1:1 --root "$root" --passphrase-file "$scene/wrong"
run 0 enrol accept "$commune" "$scene/ticket" --upstream 127.0.0.1:1 --root "$root" --passphrase-file "$scene/right"
run 2 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --passphrase-file "$scene/right"

# At a terminal: asked, twice for a new key, and what is typed is not shown.
if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
  say "LOUD: there is no pseudo-terminal here (script, /dev/pts): that a terminal is asked, and shows no secret, is NOT shown"
  exit 77
fi
# typed FIRST SECOND WORDS: answers motcua's two questions, each once it is asked. Leaves the exit code in `code`.
typed() {
  rm -f "$scene/keyboard" "$scene/out"
  mkfifo "$scene/keyboard"
  : >"$scene/out"
  script -qefc "'$motcua' $3" /dev/null <"$scene/keyboard" >"$scene/out" 2>"$scene/err" &
  terminal=$!
  exec 8>"$scene/keyboard"
  within 20 grep -q 'Passphrase of' "$scene/out"
  printf '%s\n' "$1" >&8
  if [ -n "$2" ]; then
    within 20 grep -q 'The same again' "$scene/out"
    printf '%s\n' "$2" >&8
  fi
  code=0
  wait "$terminal" || code=$?
  exec 8>&-
}
typed "" "" "init $scene/hue --city --code H46 --name Hue"
[ "$code" -eq 2 ] || flunk "an empty passphrase at the terminal ended with $code"
typed "one two three" "one two four" "init $scene/hue --city --code H46 --name Hue"
[ "$code" -eq 2 ] || flunk "two passphrases that differ ended with $code"
[ ! -e "$scene/hue" ] || flunk "a refused passphrase left a directory"
typed "one two three" "one two three" "init $scene/hue --city --code H46 --name Hue"
[ "$code" -eq 0 ] || flunk "init at a terminal ended with $code"
says "Passphrase of"
says_not "one two three"
printf 'one two three\n' >"$scene/hue-pass"
run 0 officer add "$scene/hue" "Lê Văn Nam" --roles auditor --passphrase-file "$scene/hue-pass"
