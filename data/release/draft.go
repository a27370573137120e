package release

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"commonground/data"
)

// Draft is an edition that is not sealed, with what its signers must know of it.
// None of what is not in Edition is ever published.
type Draft struct {
	Edition *Edition `json:"edition"`
	// Report is the public edition of the monitoring report that is sealed with it;
	// nil where there is none.
	Report *PublicReport `json:"report"`
	// SHA256 is the hash of all that would be sealed, in hexadecimal. Signatures
	// name it.
	SHA256 string `json:"sha256"`
	// Findings say what was checked, in the order of the rules.
	Findings []Finding `json:"findings"`
	// Squares are those of the map with the truth beside.
	Squares []TrueSquare `json:"squares"`
	// Usefulness says how much of the truth is left.
	Usefulness []Usefulness `json:"usefulness"`
	// Signatures are those given for the period, the oldest first.
	Signatures []Signed `json:"signatures"`
	// Ready says whether it may be sealed: nothing was found and two people signed
	// this very draft.
	Ready bool `json:"ready"`

	files     []File
	manifest  Manifest
	published Published
	revision  int64 // of the settings
	signers   int   // people who signed this draft and count together
}

// Finding is the outcome of one rule.
type Finding struct {
	// Rule is such as "subtraction", Passed its outcome.
	Rule   string `json:"rule"`
	Passed bool   `json:"passed"`
	// Text is a sentence for the signers; Details name squares and tables.
	Text    string   `json:"text"`
	Details []string `json:"details"`
}

// TrueSquare is a square of the map with what is known of it.
type TrueSquare struct {
	Square string `json:"square"`
	// Ring is the square's outline, closed, in longitude and latitude.
	Ring [][2]float64 `json:"ring"`
	Band int          `json:"band"`
	// Items were found on so many Days, MostInADay of them on one.
	Items      int `json:"items"`
	Days       int `json:"days"`
	MostInADay int `json:"most_in_a_day"`
	// Why says why it is not shown; empty where it is.
	Why string `json:"why"`
}

// Usefulness is one measure of what is left of the truth.
type Usefulness struct {
	Name string `json:"name"`
	// Value is as in Text, which has its unit and says what it means.
	Value float64 `json:"value"`
	Text  string  `json:"text"`
}

// Signed is a signature as others see it.
type Signed struct {
	Name string    `json:"name"`
	At   time.Time `json:"at"`
	// Current says that it is for the present draft.
	Current bool `json:"current"`
	// Yours says that who looks gave it.
	Yours bool `json:"yours"`
}

// State is where a period stands.
type State string

// The states of a period.
const (
	// Waiting is a period that can't be sealed yet.
	Waiting State = "waiting"
	// Open is one that can be sealed.
	Open State = "open"
	// Sealed is one whose edition is public.
	Sealed State = "sealed"
	// Withdrawn is one whose edition was taken back.
	Withdrawn State = "withdrawn"
	// Passed is one that a later edition passed over: it is never released.
	Passed State = "passed over"
)

// Calendar lists the periods of the epoch that runs, the latest first.
type Calendar struct {
	// Epoch is the first day of the epoch; empty where none was begun.
	Epoch string `json:"epoch"`
	// Squares says how the ground is divided.
	Squares string       `json:"squares"`
	Periods []PeriodLine `json:"periods"`
	Policy  data.Policy  `json:"policy"`
}

// PeriodLine is a period and where it stands.
type PeriodLine struct {
	From  string `json:"from"`
	To    string `json:"to"`
	State State  `json:"state"`
	// Opens is the first day on which it can be sealed.
	Opens string `json:"opens"`
	// Signatures are how many were given, for whatever draft.
	Signatures int `json:"signatures"`
	// Manifest is the hash of what was sealed; empty before.
	Manifest string `json:"manifest_sha256"`
}

// Published is every number that an edition publishes, and what anyone can know
// of the ground. The audit for subtraction is made of these alone.
type Published struct {
	Period string `json:"period"`
	// Squares are those of the map; none where there is no map.
	Squares []PublishedSquare `json:"squares"`
	// Beyond are the classes of places that lie off the map.
	Beyond []string `json:"beyond"`
	Rows   []Row    `json:"rows"`
	Totals []Total  `json:"totals"`
	// Report is nil where the edition had none.
	Report *PublishedReport `json:"report,omitempty"`
}

// PublishedSquare is what the map says of a square.
type PublishedSquare struct {
	Name string `json:"name"`
	// SideM is its side in metres, and Key the number of its grid.Key.
	SideM int    `json:"side_m"`
	Key   uint64 `json:"key"`
	// Band is 0 where it is not shown: then it may hold any count.
	Band int `json:"band"`
	// It holds AtLeast items or more, and AtMost or fewer; -1 for no end.
	AtLeast int `json:"at_least"`
	AtMost  int `json:"at_most"`
	// Classes are those of the places in it.
	Classes []string `json:"classes"`
}

// Manifest is a link of the public chain. It holds no time of day, no name, and
// nothing but what follows from the files and the links before.
type Manifest struct {
	Number int64 `json:"number"`
	// Previous is the SHA-256 of the manifest before; empty for the first.
	Previous string `json:"previous_sha256"`
	Period   Period `json:"period"`
	// Withdrawn is set in a link that takes an edition back; it has no files.
	Withdrawn bool `json:"withdrawn"`
	// Folder is where the files are, such as "2019-04-24".
	Folder    string            `json:"folder"`
	Epoch     string            `json:"epoch"`
	Partition string            `json:"partition_sha256"`
	Policy    data.Policy       `json:"policy"`
	Files     []ManifestFile    `json:"files"`
	Audit     map[string]string `json:"audit"`
}

// ManifestFile is a file with its hash.
type ManifestFile struct {
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
	Bytes  int    `json:"bytes"`
}

// Index is the list of editions, in the file editions.json of an archive.
type Index struct {
	// Editions are the latest first, withdrawn ones too.
	Editions []Listed `json:"editions"`
	// Manifests is the number of the last link, SHA256 its hash.
	Manifests int64  `json:"manifests"`
	SHA256    string `json:"sha256"`
}

// Listed is an edition in the index.
type Listed struct {
	Number    int64  `json:"number"`
	From      string `json:"from"`
	To        string `json:"to"`
	Folder    string `json:"folder"`
	Withdrawn bool   `json:"withdrawn"`
}

// Files returns all that sealing the draft would make public: the files of the
// edition, and the manifest as manifest.json.
func (d *Draft) Files() []File {
	return append(slices.Clone(d.files), File{"manifest.json", []byte(d.manifest.Text())})
}

// WriteTo writes what Files returns to a new folder, for its signers to look at. Only its owner may read it.
func (d *Draft) WriteTo(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	for _, f := range d.Files() {
		if err := writeFile(filepath.Join(dir, filepath.FromSlash(f.Path)), f.Content); err != nil {
			return err
		}
	}
	return nil
}

// Published returns every number that the edition would publish, as the audit for
// subtraction has it.
func (d *Draft) Published() Published { return d.published }
