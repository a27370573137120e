package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"commonground/data"
	"commonground/data/engine"
	"commonground/geo"
)

// table says how one sort of record is kept.
type table[T any] struct {
	data.Sort
	name string // of its table, and the beginning of those of its keys, history and moves
	// columns of a record, without its id.
	columns []string
	// values returns what columns take.
	values func(T) ([]any, error)
	// read reads columns, after what is read into before.
	read func(rows pgx.Rows, before ...any) (T, error)
	key  func(T) data.Key
	// placed returns what the version of the boundary in a place goes by, and the
	// place.
	placed func(*T) (data.When, *geo.Place, bool)
	// same compares a stored record with one as a caller gave it.
	same func(stored, given T) bool
	// asKept is a record as it comes back from the store.
	asKept func(T) T
	// sides returns where a change has this sort of record.
	sides func(*data.Change) (before, after **T)
}

// list is the columns for a statement, each with a prefix.
func (t table[T]) list(prefix string) string {
	return prefix + strings.Join(t.columns, `, `+prefix)
}

// positionColumns are those of a position.
var positionColumns = []string{"point", "accuracy_m", "class", "area", "hours", "near_boundary"}

func positionValues(p data.Position) []any {
	var point any
	if p.Point != nil {
		point = *p.Point
	}
	return append([]any{point, p.AccuracyM}, answerValues(p.Place)...)
}

// answerValues are a place without its version.
func answerValues(place geo.Place) []any {
	return []any{place.Class.String(), place.Area, int16(place.Hours), place.NearBoundary}
}

func whenColumns(name string) []string {
	return []string{name, name + "_precision", name + "_ambiguous"}
}

func whenValues(w data.When) []any {
	return []any{orNull(w.At), int16(w.Precision), w.Ambiguous}
}

// keptWhen is a time as the store keeps it.
func keptWhen(w data.When) data.When {
	w.At = w.At.Truncate(time.Millisecond)
	return w
}

// storedPlace is where an answer is read into.
type storedPlace struct {
	class, area string
	hours       int16
	near        bool
}

func (p *storedPlace) into() []any { return []any{&p.class, &p.area, &p.hours, &p.near} }

func (p *storedPlace) place() (geo.Place, error) {
	class, err := geo.ParseClass(p.class)
	return geo.Place{Class: class, Area: p.area, Hours: geo.HoursAnswer(p.hours), NearBoundary: p.near}, err
}

// storedPosition is where positionColumns are read into.
type storedPosition struct {
	point     *geo.Point
	accuracyM float64
	storedPlace
}

func (p *storedPosition) into() []any {
	return append([]any{&p.point, &p.accuracyM}, p.storedPlace.into()...)
}

func (p *storedPosition) position() (data.Position, error) {
	place, err := p.place()
	return data.Position{Point: p.point, AccuracyM: p.accuracyM, Place: place}, err
}

// storedWhen is where a time is read into.
type storedWhen struct {
	at        *time.Time
	precision int16
	ambiguous bool
}

func (w *storedWhen) into() []any { return []any{&w.at, &w.precision, &w.ambiguous} }

func (w *storedWhen) when() data.When {
	return data.When{At: orZero(w.at), Precision: data.Precision(w.precision), Ambiguous: w.ambiguous}
}

// lockedAt shares the lock of the settings and returns data.ErrStale where they
// are not of a revision, and data.ErrNoScheme where they are of none.
func (t *transaction) lockedAt(revision int64) error {
	if err := t.shareSettings(); err != nil {
		return err
	}
	return t.checkRevision(revision)
}

func (t *transaction) checkRevision(revision int64) error {
	return checkRevision(revision, t.queryRow(`SELECT revision FROM settings`))
}

func checkRevision(revision int64, row pgx.Row) error {
	var stored int64
	err := row.Scan(&stored)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return engine.CheckRevision(stored, revision)
}

// row is a record of a batch.
type row[T any] struct {
	record T
	key    data.Key
	values []any
	id     int64 // 0 until it has one
	added  bool
	// same is the index of the row of the batch that has the key first.
	same int
}

// putAll stores a batch, all or none, and puts what is new into the feed.
func putAll[T any](ctx context.Context, s *Store, t table[T], revision int64, batch []T) ([]data.Receipt, error) {
	doing := "put " + t.name + "s"
	rows, err := t.rows(batch)
	if err != nil {
		return nil, s.failed(ctx, doing, err)
	}
	var receipts []data.Receipt
	err = s.write(ctx, doing, func(tx *transaction) error {
		if err := tx.lockedAt(revision); err != nil {
			return err
		}
		receipts, err = t.put(tx, slices.Clone(rows))
		return err
	})
	if err != nil {
		return nil, err
	}
	return receipts, nil
}

func (t table[T]) rows(batch []T) ([]row[T], error) {
	rows := make([]row[T], len(batch))
	first := make(map[data.Key]int, len(batch))
	for i, record := range batch {
		values, err := t.values(record)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", i+1, err)
		}
		r := row[T]{record: record, key: t.key(record), values: values, same: i}
		if at, ok := first[r.key]; ok {
			r.same = at
		} else {
			first[r.key] = i
		}
		rows[i] = r
	}
	return rows, nil
}

// put stores records in order and returns their receipts. One whose key is in
// the table or earlier in the batch is compared with the record there.
func (t table[T]) put(tx *transaction, rows []row[T]) ([]data.Receipt, error) {
	receipts := make([]data.Receipt, len(rows))
	if err := t.markGone(tx, rows, receipts); err != nil {
		return nil, err
	}
	if err := t.addNew(tx, rows, receipts); err != nil {
		return nil, err
	}
	return receipts, t.compareOthers(tx, rows, receipts)
}

// markGone gives their receipts to the records that were destroyed.
func (t table[T]) markGone(tx *transaction, rows []row[T], receipts []data.Receipt) error {
	known, err := knownIn(tx)
	if err != nil || !known.any {
		return err
	}
	keys := make([]data.Key, len(rows))
	for i := range rows {
		keys[i] = rows[i].key
	}
	gone, err := known.among(t.Sort, keys)
	for i := range gone {
		if gone[i] {
			receipts[i] = data.Gone
		}
	}
	return err
}

// addNew stores the records whose key was never there.
func (t table[T]) addNew(tx *transaction, rows []row[T], receipts []data.Receipt) error {
	var fresh []*row[T]
	for i := range rows {
		if receipts[i] == 0 && rows[i].same == i {
			fresh = append(fresh, &rows[i])
		}
	}
	if err := t.claim(tx, fresh); err != nil {
		return err
	}
	fresh = slices.DeleteFunc(fresh, func(r *row[T]) bool { return !r.added })
	for i := range rows {
		if rows[i].added {
			receipts[i] = data.Added
			tx.tell(t.Sort, 0, rows[i].id)
		}
	}
	_, err := tx.conn.CopyFrom(tx.ctx, pgx.Identifier{t.name}, append([]string{"id"}, t.columns...),
		pgx.CopyFromSlice(len(fresh), func(i int) ([]any, error) {
			return append([]any{fresh[i].id}, fresh[i].values...), nil
		}))
	return err
}

// claim takes the keys that nobody has, and marks their rows. It waits for who
// claims one of them at the same time. All go by one order, so that of two that
// want the same keys neither waits for the other.
func (t table[T]) claim(tx *transaction, fresh []*row[T]) error {
	ids, err := tx.newIDs(len(fresh))
	if err != nil || len(fresh) == 0 {
		return err
	}
	byID := make(map[int64]*row[T], len(fresh))
	for i, r := range fresh {
		r.id, r.added = ids[i], false
		byID[r.id] = r
	}
	ordered := slices.SortedFunc(slices.Values(fresh), func(a, b *row[T]) int {
		return cmp.Or(strings.Compare(a.key.Source, b.key.Source), strings.Compare(a.key.Ref, b.key.Ref))
	})
	sources, refs := make([]string, len(fresh)), make([]string, len(fresh))
	for i, r := range ordered {
		sources[i], refs[i], ids[i] = r.key.Source, r.key.Ref, r.id
	}
	return tx.rows(`
		INSERT INTO `+t.name+`_key (source, ref, id) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
		ON CONFLICT DO NOTHING RETURNING id`, []any{sources, refs, ids}, func(rows pgx.Rows) error {
		var id int64
		err := rows.Scan(&id)
		byID[id].added = true
		return err
	})
}

// newIDs returns n ids for versions, in order.
func (t *transaction) newIDs(n int) ([]int64, error) {
	ids := make([]int64, 0, n)
	err := t.rows(`SELECT nextval('version') FROM generate_series(1, $1)`, []any{n}, func(rows pgx.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// compareOthers gives receipts to the records that have none yet.
func (t table[T]) compareOthers(tx *transaction, rows []row[T], receipts []data.Receipt) error {
	var others []data.Key
	for i := range rows {
		if receipts[i] == 0 && !rows[rows[i].same].added {
			others = append(others, rows[i].key)
		}
	}
	stored, err := t.present(tx, others)
	if err != nil {
		return err
	}
	for i := range rows {
		if receipts[i] != 0 {
			continue
		}
		there, ok := stored[rows[i].key]
		if first := rows[rows[i].same]; first.added {
			there, ok = first.record, true
		}
		switch {
		case !ok:
			receipts[i] = data.Gone
		case t.same(t.asKept(there), rows[i].record):
			receipts[i] = data.Unchanged
		default:
			receipts[i] = data.Conflict
		}
	}
	return nil
}

// present returns the present versions of records, of those that have one.
func (t table[T]) present(tx *transaction, keys []data.Key) (map[data.Key]T, error) {
	sources, refs := make([]string, len(keys)), make([]string, len(keys))
	for i, key := range keys {
		sources[i], refs[i] = key.Source, key.Ref
	}
	stored := make(map[data.Key]T, len(keys))
	if len(keys) == 0 {
		return stored, nil
	}
	return stored, tx.rows(`
		SELECT `+t.list(`r.`)+` FROM unnest($1::text[], $2::text[]) AS given (source, ref)
		JOIN `+t.name+`_key AS k USING (source, ref) JOIN `+t.name+` AS r ON r.id = k.id`,
		[]any{sources, refs}, func(rows pgx.Rows) error {
			record, err := t.read(rows)
			stored[t.key(record)] = record
			return err
		})
}

// versions returns versions of records by their ids, those that ended too. Ids
// that there aren't are left out.
func (t table[T]) versions(v *view, ids []int64) (map[int64]T, error) {
	versions := make(map[int64]T, len(ids))
	if len(ids) == 0 {
		return versions, nil
	}
	spans, err := v.spans()
	if err != nil {
		return nil, err
	}
	var id, boundary int64
	err = v.rows(`SELECT id, `+t.list(``)+` FROM `+t.name+` WHERE id = ANY ($1)`, []any{ids}, func(rows pgx.Rows) (bool, error) {
		record, err := t.read(rows, &id)
		t.fillVersion(&record, spans)
		versions[id] = record
		return true, err
	})
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { _, ok := versions[id]; return ok || id == 0 })
	if len(ids) == 0 {
		return versions, nil
	}
	err = v.rows(`SELECT id, boundary, `+t.list(``)+` FROM `+t.name+`_history WHERE id = ANY ($1)`, []any{ids}, func(rows pgx.Rows) (bool, error) {
		record, err := t.read(rows, &id, &boundary)
		_, place, _ := t.placed(&record)
		place.Version = boundary
		versions[id] = record
		return true, err
	})
	return versions, err
}

// streamAll yields every record of a table.
func streamAll[T any](v *view, t table[T]) iter.Seq2[T, error] {
	return stream(v, func(do func(T) bool) error {
		return t.each(v, ``, nil, do)
	})
}

// each calls do for every record for which the end of a query holds, until do
// says false.
func (t table[T]) each(v *view, where string, args []any, do func(T) bool) error {
	spans, err := v.spans()
	if err != nil {
		return err
	}
	return v.rows(`SELECT `+t.list(``)+` FROM `+t.name+` `+where, args, func(rows pgx.Rows) (bool, error) {
		record, err := t.read(rows)
		t.fillVersion(&record, spans)
		return err == nil && do(record), err
	})
}
