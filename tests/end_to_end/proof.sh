#!/bin/sh
# What was recorded can be shown to a third party, and what was tampered with is found, with exit code 5 and the place.
. "$(dirname "$0")/support/scene.sh"

city=$scene/city commune=$scene/badinh log=motcua/H26.00004/
found_city "$city"
free_port
enrol "$commune" H26.00004 "Phường Ba Đình" H26 "$port" "$city"
run 0 import events "$commune" "$sample"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Nguyễn Văn Đức" --json
act=$(tr -d ' \n' <"$scene/out" | sed 's/.*"act":"\([0-9a-f]*\)".*/\1/')
serve "$city" "$port"
run 0 sync "$commune" --once
stop "$server"
origin=$(mark "$city" "$log" origin)
size=$(mark "$city" "$log" size)

# One act by its id and by its place, the same bytes on both nodes; COSE_Sign1 in the frozen profile.
run 0 audit act "$commune" "$act" --out "$scene/act.commune"
signer=$(cat "$scene/out")
[ "$(printf '%s' "$signer" | wc -c)" -eq 64 ] || flunk "the signer is not 64 hex digits"
run 0 audit act "$city" "$origin:$((size - 1))" --out "$scene/act.city"
cmp "$scene/act.commune" "$scene/act.city" || flunk "the act differs between the nodes"
[ "$(head -c 7 "$scene/act.city" | od -An -tx1 | tr -d ' \n')" = d28443a10127a0 ] || flunk "the envelope is out of profile"
# The signature is checked by another implementation: OpenSSL over the COSE Sig_structure.
if command -v openssl >/dev/null; then
  envelope_bytes=$(wc -c <"$scene/act.city")
  head -c $((envelope_bytes - 66)) "$scene/act.city" | tail -c +8 >"$scene/payload"
  { printf '\204\152Signature1\103\241\001\047\100'; cat "$scene/payload"; } >"$scene/signed"
  tail -c 64 "$scene/act.city" >"$scene/signature"
  printf '302a300506032b6570032100%s' "$signer" | tr a-f A-F | basenc --base16 -d >"$scene/key.der"
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$scene/key.der" -rawin -in "$scene/signed" -sigfile "$scene/signature" \
    >"$scene/out" 2>"$scene/err" || flunk "OpenSSL does not accept the signature"
fi

# An export grows; what it was before is proven to be a beginning of what it is.
run 0 audit export "$city" "$scene/export"
cp "$scene/export/$origin/checkpoint" "$scene/earlier"
run 0 dossier receive "$commune" --procedure 1.001193 --applicant "Trần Thị Bích"
serve "$city" "$port"
run 0 sync "$commune" --once
stop "$server"
run 0 audit export "$city" "$scene/export"
run 0 audit verify --from "$scene/export" --root "$root" --since "$scene/earlier"

# A flipped byte in every kind of exported file is found and named.
tampered() { # FILE OFFSET WORDS
  rm -rf "$scene/forged"
  cp -R "$scene/export" "$scene/forged"
  byte=$(tail -c +$(($2 + 1)) "$scene/forged/$1" | head -c 1 | od -An -tu1 | tr -d ' ')
  # shellcheck disable=SC2059  # the format is the byte
  printf "\\$(printf '%03o' $((byte ^ 1)))" | dd of="$scene/forged/$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
  run 5 audit verify --from "$scene/forged" --root "$root"
  says "$3"
}
entries=$(cd "$scene/export" && find "$origin/tile/entries" -type f | sort | tail -n 1)
tile=$(cd "$scene/export" && find "$origin/tile/0" -type f | sort | tail -n 1)
for offset in 3 77 200 400; do tampered "$entries" "$offset" "$origin"; done
tampered "$tile" 5 "$origin"
tampered "$origin/checkpoint" $(($(printf '%s' "$origin" | wc -c) + 8)) "$origin"

# Exactly one act less, under a checkpoint that still names it: the tail is missed.
rm -rf "$scene/forged"
cp -R "$scene/export" "$scene/forged"
rm "$scene/forged/$entries"
run 5 audit verify --from "$scene/forged" --root "$root"

# A whole log that is not there is no proof of a forgery, and no proof of anything else: it is named.
rm -rf "$scene/forged"
cp -R "$scene/export" "$scene/forged"
rm -r "${scene:?}/forged/$origin"
run 0 audit verify --from "$scene/forged" --root "$root"
says "$origin: listed in the registry, and nothing of it is here"
says_not "All of it verifies"
run 5 audit verify --from "$scene/forged" --root "$root" --since "$scene/earlier"
