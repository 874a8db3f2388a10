// Checks what Sightline's audit log wrote with code that Sightline did not write: the signed notes
// and transparency logs of golang.org/x/mod, as the Go checksum database uses them. Everything good
// must be accepted, and a tampered copy of everything must be refused.
//
// usage: main DIRECTORY
//
// The directory has log.vkey, witness.vkey, records (base64, one a line), note.N for several sizes,
// inclusion ("SIZE INDEX HASH..."), consistency ("FROM TO HASH...") and bundles named *.bundle. It
// gets go.note and go.vkey, a note that Go signed. Prints what was checked; exits with 1 at the first
// surprise.
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
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

func check(ok bool, format string, args ...interface{}) {
	if !ok {
		fmt.Printf("WRONG: "+format+"\n", args...)
		os.Exit(1)
	}
}

func must(err error, what string) {
	check(err == nil, "%s: %v", what, err)
}

func read(directory, name string) string {
	data, err := os.ReadFile(filepath.Join(directory, name))
	must(err, "read "+name)
	return string(data)
}

func unbase64(text string) []byte {
	data, err := base64.StdEncoding.DecodeString(text)
	must(err, "base64 "+text)
	return data
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	must(err, "number "+text)
	return n
}

func hashes(words []string) []tlog.Hash {
	var all []tlog.Hash
	for _, word := range words {
		h, err := tlog.ParseHash(word)
		must(err, "hash")
		all = append(all, h)
	}
	return all
}

// A timestamped Ed25519 cosignature of C2SP tlog-cosignature, which x/mod does not know.
type witness struct {
	name string
	id   uint32
	key  ed25519.PublicKey
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.id }
func (w witness) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	time := binary.BigEndian.Uint64(signature)
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, text)
	return ed25519.Verify(w.key, []byte(message), signature[8:])
}

func newWitness(vkey string) witness {
	parts := strings.SplitN(vkey, "+", 3)
	check(len(parts) == 3, "witness key %q", vkey)
	key := unbase64(parts[2])
	check(len(key) == 33 && key[0] == 4, "witness key %q", vkey)
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(key)))
	id := binary.BigEndian.Uint32(sum[:])
	check(fmt.Sprintf("%08x", id) == parts[1], "ID of %q", vkey)
	return witness{parts[0], id, ed25519.PublicKey(key[1:])}
}

// A tree that Go builds from the records alone.
type tree struct {
	records [][]byte
	stored  []tlog.Hash
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var all []tlog.Hash
	for _, i := range indexes {
		all = append(all, t.stored[i])
	}
	return all, nil
}

func (t *tree) add(record []byte) {
	more, err := tlog.StoredHashes(int64(len(t.records)), record, t)
	must(err, "store")
	t.records = append(t.records, record)
	t.stored = append(t.stored, more...)
}

func (t *tree) root(size int64) tlog.Hash {
	if size == 0 { // x/mod gives the zero hash; RFC 9162 has HASH("")
		return sha256.Sum256(nil)
	}
	h, err := tlog.TreeHash(size, t)
	must(err, "root")
	return h
}

// Every copy of the hashes with one byte changed, and those with one hash more or fewer.
func tampered(good []tlog.Hash) [][]tlog.Hash {
	var all [][]tlog.Hash
	for i := range good {
		bad := append([]tlog.Hash(nil), good...)
		bad[i][i%32] ^= 1
		all = append(all, bad)
	}
	if len(good) > 0 {
		all = append(all, good[:len(good)-1])
	}
	return append(all, append(append([]tlog.Hash(nil), good...), tlog.Hash{}))
}

func same(a, b []tlog.Hash) bool {
	return fmt.Sprint(a) == fmt.Sprint(b)
}

func checkNotes(directory string, t *tree, log note.Verifier, cosigner witness) int {
	names, err := filepath.Glob(filepath.Join(directory, "note.*"))
	must(err, "notes")
	for _, name := range names {
		text := read(directory, filepath.Base(name))
		opened, err := note.Open([]byte(text), note.VerifierList(log, cosigner))
		must(err, name)
		check(len(opened.Sigs) == 2, "%s has %d good signatures", name, len(opened.Sigs))
		lines := strings.Split(opened.Text, "\n")
		check(len(lines) == 4 && lines[0] == log.Name() && lines[3] == "", "text of %s", name)
		size := number(lines[1])
		check(strings.HasSuffix(name, "."+lines[1]), "size in %s", name)
		check(lines[2] == t.root(size).String(), "root in %s", name)
		for i := range opened.Text {
			bad := []byte(text)
			bad[i] ^= 1
			_, err := note.Open(bad, note.VerifierList(log, cosigner))
			check(err != nil, "%s with byte %d changed was taken", name, i)
		}
	}
	return len(names)
}

func checkInclusion(directory string, t *tree) int {
	lines := strings.Split(strings.TrimSuffix(read(directory, "inclusion"), "\n"), "\n")
	for _, line := range lines {
		words := strings.Fields(line)
		size, index, proof := number(words[0]), number(words[1]), hashes(words[2:])
		leaf := tlog.RecordHash(t.records[index])
		must(tlog.CheckRecord(proof, size, t.root(size), index, leaf), "inclusion "+line)
		own, err := tlog.ProveRecord(size, index, t)
		must(err, "prove")
		check(same(own, proof), "inclusion %d of %d differs from Go's", index, size)
		for _, bad := range tampered(proof) {
			check(tlog.CheckRecord(bad, size, t.root(size), index, leaf) != nil, "bad %s", line)
		}
	}
	return len(lines)
}

func checkConsistency(directory string, t *tree) int {
	lines := strings.Split(strings.TrimSuffix(read(directory, "consistency"), "\n"), "\n")
	for _, line := range lines {
		words := strings.Fields(line)
		from, to, proof := number(words[0]), number(words[1]), hashes(words[2:])
		must(tlog.CheckTree(proof, to, t.root(to), from, t.root(from)), "consistency "+line)
		own, err := tlog.ProveTree(to, from, t)
		must(err, "prove")
		check(same(own, proof), "consistency %d to %d differs from Go's", from, to)
		for _, bad := range tampered(proof) {
			check(tlog.CheckTree(bad, to, t.root(to), from, t.root(from)) != nil, "bad %s", line)
		}
	}
	return len(lines)
}

// Verifies a bundle by storage/AUDIT.md; the error names what does not fit.
func verifyBundle(bundle string, log note.Verifier) (opened int, err error) {
	lines := strings.Split(bundle, "\n")
	at := 0
	next := func(name string) string {
		if at >= len(lines) || !strings.HasPrefix(lines[at], name+" ") {
			return ""
		}
		at++
		return strings.TrimPrefix(lines[at-1], name+" ")
	}
	block := func(name string) string {
		n, _ := strconv.Atoi(next(name))
		if at+n > len(lines) {
			return ""
		}
		at += n
		return strings.Join(lines[at-n:at], "\n") + "\n"
	}
	checkpoint := func(text string) (int64, tlog.Hash, error) {
		opened, err := note.Open([]byte(text), note.VerifierList(log))
		if err != nil {
			return 0, tlog.Hash{}, err
		}
		words := strings.Split(opened.Text, "\n")
		root, err := tlog.ParseHash(words[2])
		return number(words[1]), root, err
	}
	if lines[0] != "sightline-audit-bundle/v1" {
		return 0, fmt.Errorf("format")
	}
	at = 1
	covers, origin := next("covers"), next("origin")
	next("key")
	size, root, err := checkpoint(block("checkpoint"))
	if err != nil || origin != log.Name() {
		return 0, fmt.Errorf("checkpoint: %v", err)
	}
	if at < len(lines) && strings.HasPrefix(lines[at], "earlier ") {
		from, fromRoot, err := checkpoint(block("earlier"))
		if err != nil {
			return 0, err
		}
		proof := hashes(strings.Fields(block("consistency")))
		if from > 0 {
			if err := tlog.CheckTree(proof, size, root, from, fromRoot); err != nil {
				return 0, err
			}
		}
	}
	var t tree
	count := int64(0)
	for ; at < len(lines) && strings.HasPrefix(lines[at], "leaf "); at++ {
		words := strings.SplitN(lines[at], " ", 4)
		index, leaf, rest := number(words[1]), unbase64(words[2]), ""
		if len(words) == 4 {
			rest = words[3]
		}
		if covers == "some" {
			parts := strings.SplitN(rest, " ", 2)
			var proof tlog.RecordProof
			if parts[0] != "-" {
				proof = hashes(strings.Split(parts[0], ","))
			}
			if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)); err != nil {
				return 0, err
			}
			rest = strings.Join(parts[1:], "")
		} else if index != count {
			return 0, fmt.Errorf("leaf %d", index)
		} else {
			t.add(leaf)
		}
		count++
		if rest != "" {
			parts := strings.SplitN(rest, " ", 2)
			input := []byte("sightline-audit-event/v1" + string(unbase64(parts[0])))
			input = append(input, 0, 0, byte(len(parts[1])>>8), byte(len(parts[1])))
			input = append(input, parts[1]...)
			if sha256.Sum256(input) != *(*[32]byte)(leaf) {
				return 0, fmt.Errorf("commitment of leaf %d", index)
			}
			opened++
		}
	}
	if next("end") != strconv.FormatInt(count, 10) || at != len(lines)-1 || lines[at] != "" {
		return 0, fmt.Errorf("end")
	}
	if covers == "all" && (count != size || t.root(count) != root) {
		return 0, fmt.Errorf("root")
	}
	return opened, nil
}

func checkBundles(directory string, log note.Verifier) (bundles, opened int) {
	names, err := filepath.Glob(filepath.Join(directory, "*.bundle"))
	must(err, "bundles")
	for _, name := range names {
		text := read(directory, filepath.Base(name))
		n, err := verifyBundle(text, log)
		must(err, name)
		opened += n
		last := strings.LastIndex(text, "staff:")
		for _, change := range []int{last, strings.Index(text, "\nleaf ") + 12} {
			bad := []byte(text)
			if bad[change] == 'A' {
				bad[change] = 'B'
			} else {
				bad[change] = 'A'
			}
			_, err = verifyBundle(string(bad), log)
			check(err != nil, "%s with byte %d changed was taken", name, change)
		}
	}
	return len(names), opened
}

func main() {
	check(len(os.Args) == 2, "usage: main DIRECTORY")
	directory := os.Args[1]
	log, err := note.NewVerifier(strings.TrimSpace(read(directory, "log.vkey")))
	must(err, "log.vkey")
	cosigner := newWitness(strings.TrimSpace(read(directory, "witness.vkey")))
	var t tree
	for _, record := range strings.Fields(read(directory, "records")) {
		t.add(unbase64(record))
	}
	notes := checkNotes(directory, &t, log, cosigner)
	inclusion := checkInclusion(directory, &t)
	consistency := checkConsistency(directory, &t)
	bundles, opened := checkBundles(directory, log)

	skey, vkey, err := note.GenerateKey(rand.Reader, "go.example/log")
	must(err, "key")
	signer, err := note.NewSigner(skey)
	must(err, "signer")
	signed, err := note.Sign(&note.Note{Text: "go.example/log\n5\n" + t.root(5).String() + "\n"}, signer)
	must(err, "sign")
	must(os.WriteFile(filepath.Join(directory, "go.note"), signed, 0o600), "write")
	must(os.WriteFile(filepath.Join(directory, "go.vkey"), []byte(vkey), 0o600), "write")

	fmt.Printf("%d records, %d notes, %d inclusion proofs, %d consistency proofs, %d bundles, %d opened\n",
		len(t.records), notes, inclusion, consistency, bundles, opened)
}
