package audit_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"commonground/data/audit"
)

func TestAnHonestLogIsProvenUpToItsLastHead(t *testing.T) {
	k := filled(t, ourKey)
	report := k.verify(t)
	if report.Entries != 14 || report.Proven != 11 || report.Heads != 4 || report.By.Number != 4 || len(report.Faults) != 0 || len(report.Log) != 32 {
		t.Errorf("%+v", report)
	}
	again := k.all(t)
	reseal(ourKey, audit.Hash{}, again)
	if !slices.Equal(again, k.all(t)) {
		t.Error("the chain is not what its description says")
	}
}

func TestEveryTamperingIsFoundByName(t *testing.T) {
	without := func(where string) func(*testing.T, *kept) {
		return func(t *testing.T, k *kept) { k.exec(t, `DELETE FROM audit WHERE `+where) }
	}
	heads := func(edit func(lines []string) []string) func(*testing.T, *kept) {
		return func(t *testing.T, k *kept) { k.editHeads(t, edit) }
	}
	rebuild := func(key []byte, from int) func(*testing.T, *kept) {
		return func(t *testing.T, k *kept) {
			entries := k.all(t)
			entries[from].Who = "oidc:town#another"
			var before audit.Hash
			if from > 0 {
				before = entries[from-1].Hash
			}
			reseal(key, before, entries[from:])
			k.put(t, entries[from:]...)
		}
	}
	transplant := func(key []byte) func(*testing.T, *kept) {
		return func(t *testing.T, k *kept) { k.put(t, filled(t, key).all(t)...) }
	}
	for name, test := range map[string]struct {
		tamper func(*testing.T, *kept)
		want   audit.Fault
	}{
		"one taken out":         {without(`number = 7`), audit.Fault{Kind: audit.RemovedEntry, Number: 7}},
		"the first taken out":   {without(`number = 1`), audit.Fault{Kind: audit.RemovedEntry, Number: 1}},
		"the end cut off":       {without(`number > 10`), audit.Fault{Kind: audit.CutTail, Number: 11}},
		"everything cut off":    {without(`true`), audit.Fault{Kind: audit.CutTail, Number: 1}},
		"made anew from 8 on":   {rebuild(otherKey, 7), audit.Fault{Kind: audit.ChangedEntry, Number: 8}},
		"made anew, all":        {rebuild(otherKey, 0), audit.Fault{Kind: audit.Rebuilt, Number: 1}},
		"made anew with key":    {rebuild(ourKey, 7), audit.Fault{Kind: audit.Rewritten, Number: 10}},
		"another store's":       {transplant(otherKey), audit.Fault{Kind: audit.Rebuilt, Number: 1}},
		"another's, same key":   {transplant(ourKey), audit.Fault{Kind: audit.OtherLog, Number: 1}},
		"another key":           {func(_ *testing.T, k *kept) { k.key = otherKey }, audit.Fault{Kind: audit.OtherKey, Number: 1}},
		"one out, others moved": {func(t *testing.T, k *kept) { removeAndMove(t, k, 7) }, audit.Fault{Kind: audit.ChangedEntry, Number: 7}},
		"two swapped": {func(t *testing.T, k *kept) {
			e := k.all(t)
			e[4], e[5] = e[5], e[4]
			e[4].Number, e[5].Number = 5, 6
			k.put(t, e...)
		}, audit.Fault{Kind: audit.ChangedEntry, Number: 5}},
		"one put in": {func(t *testing.T, k *kept) {
			e := k.all(t)[13:]
			e[0].Number++
			reseal(otherKey, k.all(t)[13].Hash, e)
			k.put(t, e...)
		}, audit.Fault{Kind: audit.ChangedEntry, Number: 15}},
		"a head changed": {heads(func(l []string) []string {
			l[1] = strings.Replace(l[1], `"count":6`, `"count":5`, 1)
			return l
		}), audit.Fault{Kind: audit.ChangedHead, Number: 2}},
		"a head spaced":        {heads(func(l []string) []string { l[1] = " " + l[1]; return l }), audit.Fault{Kind: audit.ChangedHead, Number: 2}},
		"a head removed":       {heads(func(l []string) []string { return slices.Delete(l, 1, 2) }), audit.Fault{Kind: audit.RemovedHead, Number: 2}},
		"first head removed":   {heads(func(l []string) []string { return l[1:] }), audit.Fault{Kind: audit.RemovedHead, Number: 1}},
		"heads reordered":      {heads(func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), audit.Fault{Kind: audit.RemovedHead, Number: 2}},
		"a head twice":         {heads(func(l []string) []string { return slices.Insert(l, 1, l[0]) }), audit.Fault{Kind: audit.MovedHead, Number: 2}},
		"a line that is none":  {heads(func(l []string) []string { return slices.Insert(l, 1, "null\n") }), audit.Fault{Kind: audit.ChangedHead, Number: 2}},
		"another log's heads":  {func(t *testing.T, k *kept) { k.heads = filled(t, ourKey).heads }, audit.Fault{Kind: audit.OtherLog, Number: 1}},
		"another key's heads":  {func(t *testing.T, k *kept) { k.heads = filled(t, otherKey).heads }, audit.Fault{Kind: audit.ChangedHead, Number: 1}},
		"two logs' heads":      {func(t *testing.T, k *kept) { mixHeads(t, k) }, audit.Fault{Kind: audit.MovedHead, Number: 2}},
		"an empty line of end": {heads(func(l []string) []string { return append(l, "\n\n\n") }), audit.Fault{Kind: audit.ChangedHead, Number: 5}},
	} {
		t.Run(name, func(t *testing.T) {
			k := filled(t, ourKey)
			test.tamper(t, k)
			if report := k.verify(t); !slices.Equal(report.Faults, []audit.Fault{test.want}) {
				t.Errorf("found %v, want %v (%s)", report.Faults, test.want, test.want.Kind)
			}
		})
	}
}

// removeAndMove takes an entry out and moves those after it up.
func removeAndMove(t *testing.T, k *kept, number int) {
	e := slices.Delete(k.all(t), number-1, number)
	for i := range e {
		e[i].Number = int64(i + 1)
	}
	k.put(t, e...)
}

// mixHeads puts a head of another log under the same key second.
func mixHeads(t *testing.T, k *kept) {
	var second string
	filled(t, ourKey).editHeads(t, func(l []string) []string { second = l[1]; return l })
	k.editHeads(t, func(l []string) []string { l[1] = second; return l })
}

func TestWhatFollowsTheLastHeadIsNotProven(t *testing.T) {
	k := filled(t, ourKey)
	k.exec(t, `DELETE FROM audit WHERE number > 11`)
	if report := k.verify(t); len(report.Faults) != 0 || report.Proven != 11 || report.Entries != 11 {
		t.Errorf("cut after the last head: %+v", report)
	}
	k.editHeads(t, func(l []string) []string { return l[:3] })
	if report := k.verify(t); len(report.Faults) != 0 || report.Proven != 10 {
		t.Errorf("without the last head: %+v", report)
	}
	report, err := audit.Verify(t.Context(), k, ourKey, nil)
	if err != nil || len(report.Faults) != 0 || report.Proven != 0 || report.Entries != 11 {
		t.Errorf("without heads: %+v, %v", report, err)
	}
}

func TestAByteChangedInAnyColumnOfAnyRowIsFound(t *testing.T) {
	k := filled(t, ourKey)
	numbers := `UPDATE audit SET %[1]s = %[1]s + 1 WHERE number = ?`
	texts := `UPDATE audit SET %[1]s = %[1]s || '.' WHERE number = ?`
	for column, change := range map[string]string{
		"at_ms": numbers, "records": numbers, "who": texts, "name": texts, "roles": texts, "action": texts, "subject": texts,
		"what": texts, "why": texts,
		"hash": `UPDATE audit SET %[1]s = CAST(CASE substr(%[1]s, 1, 1) WHEN x'00' THEN x'01' ELSE x'00' END || substr(%[1]s, 2) AS BLOB) WHERE number = ?`,
	} {
		change = fmt.Sprintf(change, column)
		for _, e := range k.all(t) {
			k.exec(t, change, e.Number)
			want := []audit.Fault{{Kind: audit.ChangedEntry, Number: e.Number}}
			if report := k.verify(t); !slices.Equal(report.Faults, want) {
				t.Errorf("%s of entry %d changed: %v", column, e.Number, report.Faults)
			}
			replace(t, k, e)
		}
	}
}

func TestAnyChangeOfAnyEntryIsFound(t *testing.T) {
	k := newKept(t, ourKey)
	log := k.open(t, 7)
	// With two entries, a change of the first one's hash leaves none that fits the
	// key, and is told as a log made anew.
	for range 2 {
		if err := log.Append(t.Context(), audit.Entry{At: morning, Who: "x", Action: audit.Look}); err != nil {
			t.Fatal(err)
		}
	}
	anything := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\x00", "a\x00b", "\n", "\"", "\u202e", "é", "\ufffd"}))
	rapid.Check(t, func(r *rapid.T) {
		text := func(name string) string { return strings.ReplaceAll(anything.Draw(r, name), "\x00", "\ufffd") } // as it is kept
		entry := audit.Entry{
			At: morning.Add(time.Duration(rapid.Int64Range(-1e15, 1e15).Draw(r, "at"))), Who: "x" + text("who"), Name: text("name"), Roles: text("roles"),
			Action: rapid.SampledFrom(audit.Actions[1:]).Draw(r, "action"), Subject: text("subject"), What: text("what"),
			Records: rapid.Int64().Draw(r, "records"), Why: text("why"),
		}
		if err := log.Append(t.Context(), entry); err != nil {
			r.Fatal(err)
		}
		entries := k.all(t)
		stored := entries[len(entries)-1]
		entry.Number, entry.At = stored.Number, entry.At.Truncate(1e6)
		if stored.Entry != entry {
			r.Fatalf("stored %+v, want %+v", stored.Entry, entry)
		}
		if report := k.verify(t); len(report.Faults) != 0 {
			r.Fatalf("an honest log: %v", report.Faults)
		}
		was := entries[rapid.IntRange(0, len(entries)-1).Draw(r, "which")]
		now := was
		change(r, &now, text("new"))
		if now == was {
			return
		}
		replace(t, k, now)
		report := k.verify(t)
		replace(t, k, was)
		if want := []audit.Fault{{Kind: audit.ChangedEntry, Number: was.Number}}; !slices.Equal(report.Faults, want) {
			r.Fatalf("%+v changed to %+v: found %v", was, now, report.Faults)
		}
	})
}

// change sets a field of an entry, or moves the border between two.
func change(r *rapid.T, e *audit.Sealed, text string) {
	texts := []*string{&e.Who, &e.Name, &e.Roles, (*string)(&e.Action), &e.Subject, &e.What, &e.Why}
	i := rapid.IntRange(0, len(texts)-1).Draw(r, "field")
	switch rapid.IntRange(0, 4).Draw(r, "how") {
	case 0:
		*texts[i] = text
	case 1:
		e.At = e.At.Add(morning.Sub(e.At) / 2).Truncate(1e6)
	case 2:
		e.Records ^= 1 << rapid.IntRange(0, 62).Draw(r, "bit")
	case 3:
		e.Hash[rapid.IntRange(0, 31).Draw(r, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(r, "bit")
	case 4:
		next := texts[(i+1)%len(texts)]
		*texts[i], *next = *texts[i]+*next, ""
	}
}

// replace writes over one row.
func replace(t testing.TB, k *kept, e audit.Sealed) {
	t.Helper()
	k.exec(t, `UPDATE audit SET at_ms = ?, who = ?, name = ?, roles = ?, action = ?, subject = ?, what = ?, records = ?, why = ?, hash = ?
		WHERE number = ?`, e.At.UnixMilli(), e.Who, e.Name, e.Roles, string(e.Action), e.Subject, e.What, e.Records, e.Why, e.Hash[:], e.Number)
}

func TestAValueThatTheTableDoesNotAllowIsFound(t *testing.T) {
	for _, set := range []string{
		`records = 'none'`, `why = x''`, `roles = NULL`, `name = 7`, `at_ms = at_ms || 's'`,
		`hash = CAST(hash || x'00' AS BLOB)`, `hash = substr(hash, 1, 31)`, `hash = CAST(hash AS TEXT)`, `hash = NULL`,
	} {
		k := filled(t, ourKey)
		k.exec(t, `CREATE TABLE loose AS SELECT * FROM audit`)
		k.exec(t, `DROP TABLE audit`)
		k.exec(t, `ALTER TABLE loose RENAME TO audit`)
		if report := k.verify(t); len(report.Faults) != 0 {
			t.Errorf("a table made anew: %v", report.Faults)
		}
		k.exec(t, `UPDATE audit SET `+set+` WHERE number = 2`)
		if report := k.verify(t); !slices.Equal(report.Faults, []audit.Fault{{Kind: audit.ChangedEntry, Number: 2}}) {
			t.Errorf("%s: %v", set, report.Faults)
		}
	}
}

func TestALineOfHeadsThatAPowerCutLeftIsNoFault(t *testing.T) {
	k := filled(t, ourKey)
	content, err := os.ReadFile(k.heads)
	if err == nil {
		err = os.WriteFile(k.heads, append(content, content[:40]...), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	if report := k.verify(t); len(report.Faults) != 0 || report.Proven != 11 {
		t.Errorf("%+v", report)
	}
	shut(t, k.open(t, 100))
	if report := k.verify(t); len(report.Faults) != 0 || report.Proven != 14 || report.Heads != 5 {
		t.Errorf("after the next head: %+v", report)
	}
}
