// Reads one exported log with Go's own sumdb packages: the checkpoint by its vkey, every record against the hash tiles,
// the tree hash, and proofs of the first and the last record.
//
//	main LOG_FOLDER        prints origin, size and root; exits 1 on the first thing that does not fit
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "go_sumdb:", err)
		os.Exit(1)
	}
}

// tiles reads our files; Go's path is tile/<height>/<level>/<N>, C2SP's has no height.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), "tile/8/")
		bytes, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		all = append(all, bytes)
	}
	return all, nil
}
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// openCheckpoint returns the tree that the log's own key signed.
func openCheckpoint(folder string) (string, tlog.Tree) {
	vkey, err := os.ReadFile(filepath.Join(folder, "vkey"))
	check(err)
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	check(err)
	bytes, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	check(err)
	opened, err := note.Open(bytes, note.VerifierList(verifier))
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" || lines[0] != verifier.Name() {
		check(fmt.Errorf("the checkpoint is not origin, size and root: %q", opened.Text))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	check(err)
	tree := tlog.Tree{N: size}
	if copy(tree.Hash[:], root) != tlog.HashSize || len(root) != tlog.HashSize {
		check(fmt.Errorf("the root has %d bytes", len(root)))
	}
	return lines[0], tree
}

// readEntries returns every entry of the bundles that a tree of this size has.
func readEntries(folder string, size int64) [][]byte {
	var entries [][]byte
	for first := int64(0); first < size; first += 256 {
		width := size - first
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), "tile/8/0/")
		bundle, err := os.ReadFile(filepath.Join(folder, path))
		check(err)
		for len(bundle) > 0 {
			length := int(binary.BigEndian.Uint16(bundle))
			entries = append(entries, bundle[2:2+length])
			bundle = bundle[2+length:]
		}
	}
	if int64(len(entries)) != size {
		check(fmt.Errorf("%d entries, the checkpoint says %d", len(entries), size))
	}
	return entries
}

func main() {
	folder := os.Args[1]
	origin, tree := openCheckpoint(folder)
	reader := tlog.TileHashReader(tree, tiles{folder}) // checks every tile against the root
	entries := readEntries(folder, tree.N)
	for index, entry := range entries {
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(index))})
		check(err)
		if hashes[0] != tlog.RecordHash(entry) {
			check(fmt.Errorf("entry %d is not the record in tile/0", index))
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	check(err)
	if root != tree.Hash {
		check(fmt.Errorf("the tree hash is %v, the checkpoint says %v", root, tree.Hash))
	}
	for _, index := range []int64{0, tree.N - 1} {
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		check(err)
		check(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entries[index])))
	}
	fmt.Println(origin, tree.N, tree.Hash)
}
