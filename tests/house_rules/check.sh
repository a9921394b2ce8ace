#!/bin/sh
# Rules over the source that a compiler does not see: sh tests/house_rules/check.sh [SOURCE_FOLDER]
# Prints every breach as FILE:LINE: why, and exits 1 if there is one.
set -eu
cd "${1:-$(dirname "$0")/../..}"
breaches=$(mktemp)
trap 'rm -f "$breaches"' EXIT

breach() { sed "s|\$|   <- $1|" >>"$breaches"; }
sources() { find "$@" -name '*.cpp' -o -name '*.hpp' 2>/dev/null; }

# includes_only FOLDER PREFIX...: quoted includes of FOLDER may begin with these prefixes alone.
includes_only() {
  folder=$1
  shift
  [ -d "$folder" ] || return 0
  allowed=$(printf '%s|' "$@")
  find "$folder" -name '*.[ch]pp' -exec grep -nH '^ *# *include *"' {} + |
    grep -vE "include *\"(${allowed%|})" | breach "$folder may include only: $*" || :
}

# --- one direction: crypto <- sync <- node <- cli; inside sync: act <- log <- session, act <- registry <- calendar <- dossier <- report ---
includes_only crypto crypto/
includes_only sync/act crypto/ sync/act/
includes_only sync/log crypto/ sync/act/ sync/log/
includes_only sync/registry crypto/ sync/act/ sync/log/ sync/registry/
includes_only sync/calendar crypto/ sync/act/ sync/log/ sync/registry/ sync/calendar/
includes_only sync/dossier crypto/ sync/act/ sync/log/ sync/registry/ sync/calendar/ sync/dossier/
includes_only sync/report crypto/ sync/act/ sync/log/ sync/registry/ sync/calendar/ sync/dossier/ sync/report/
includes_only sync/session crypto/ sync/act/ sync/log/ sync/registry/ sync/session/
includes_only sync crypto/ sync/
includes_only node crypto/ sync/ node/
includes_only cli crypto/ sync/ node/ cli/

# --- crypto and sync have no sockets, files, clocks, threads, randomness or journal of their own ---
find crypto sync -name '*.[ch]pp' -exec grep -nHE \
  '# *include *<(sys/|netinet/|arpa/|unistd|fcntl|boost/asio|boost/beast|spdlog|thread|mutex|shared_mutex|condition_variable|future|atomic|fstream|filesystem|random|sqlite3|ctime|time\.h)' \
  {} + | breach "the world belongs to node/" || :
find crypto sync -name '*.[ch]pp' -exec grep -nHE 'randombytes_|system_clock::now|steady_clock::now|getenv' {} + |
  breach "time and randomness are injected" || :

# --- how the code reads ---
sources crypto sync node cli tests | xargs grep -nHE 'co_await [^;]*\{[^}]*\}' | grep -vE 'co_await [^;{]*\[' |
  breach "g++ 12 frees a braced aggregate inside co_await twice: name it first" || :
sources crypto sync node cli | xargs grep -nHwE 'TODO|FIXME|XXX|HACK' | breach "finish it, or file it" || :
sources crypto sync node cli | xargs grep -nHE '^ *assert\(|# *include *<cassert>' | breach "assert vanishes in Release: use ensure()" || :
sources crypto sync node cli | xargs grep -nHE '^ *using namespace std;' | breach "names stay where they come from" || :
find crypto sync node cli tests \( -iname '*util*' -o -iname '*helper*' -o -iname '*common*' -o -iname '*misc*' \) |
  breach "a drawer, not a name" || :
for file in $(find crypto sync node cli tests .ci \( -name '*.[ch]pp' -o -name '*.sh' -o -name '*.go' \) -type f); do
  lines=$(wc -l <"$file")
  [ "$lines" -le 450 ] || echo "$file: $lines lines" | breach "two files in one"
done
for header in $(find crypto sync node cli tests -name '*.hpp'); do
  head -n 2 "$header" | grep -q '^///' || echo "$header:2:" | breach "a header opens with a sentence that says what it is"
done

# --- the top level is fixed ---
if [ -e .git ] && command -v git >/dev/null; then
  git ls-files | cut -d/ -f1 | sort -u | grep -vxE 'CMakeLists\.txt|README\.md|crypto|sync|node|cli|tests|\..*' | breach "no place at the top level" || :
fi

[ -s "$breaches" ] || exit 0
sort -u "$breaches"
exit 1
