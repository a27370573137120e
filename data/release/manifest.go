package release

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"commonground/data"
)

// Text returns the manifest as it is published and hashed, the same to the byte
// for the same one.
func (m *Manifest) Text() string { return string(indented(m)) }

// ParseManifest reads what Text wrote.
func ParseManifest(text string) (Manifest, error) {
	var m Manifest
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return m, fmt.Errorf("reading a manifest: %w", err)
	}
	return m, nil
}

// Hash returns the SHA-256 of content in hexadecimal.
func Hash(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// manifestOf makes the link that would seal an edition.
func manifestOf(e *Edition, files []File, chain []data.Sealing) Manifest {
	m := Manifest{
		Number: int64(len(chain)) + 1, Previous: lastHash(chain), Period: e.Period, Folder: e.Period.From,
		Epoch: e.Map.Epoch, Partition: e.Map.Partition, Policy: e.Policy, Files: []ManifestFile{},
		Audit: map[string]string{"subtraction": "passed", "search": "passed"},
	}
	if len(e.Tables.Totals) == 0 {
		m.Audit["subtraction"] = "passed without totals, which are left out"
	}
	if e.Map.Why != "" {
		m.Audit["search"] = "no map"
	}
	for _, f := range files {
		m.Files = append(m.Files, ManifestFile{f.Path, Hash(f.Content), len(f.Content)})
	}
	return m
}

func lastHash(chain []data.Sealing) string {
	if len(chain) == 0 {
		return ""
	}
	return chain[len(chain)-1].SHA256
}

// withdrawalOf makes the link that takes the edition of an earlier one back.
func withdrawalOf(sealed *Manifest, chain []data.Sealing) Manifest {
	m := *sealed
	m.Number, m.Previous, m.Withdrawn = int64(len(chain))+1, lastHash(chain), true
	m.Files, m.Audit = []ManifestFile{}, map[string]string{}
	return m
}

// indexOf lists the editions of a chain of manifests, the latest first.
func indexOf(chain []data.Sealing) (Index, error) {
	index := Index{Editions: []Listed{}, Manifests: int64(len(chain)), SHA256: lastHash(chain)}
	for _, sealing := range chain {
		m, err := ParseManifest(sealing.Manifest)
		if err != nil {
			return index, err
		}
		if m.Withdrawn {
			for i := range index.Editions {
				if index.Editions[i].Folder == m.Folder {
					index.Editions[i].Withdrawn = true
				}
			}
			continue
		}
		listed := Listed{Number: m.Number, From: m.Period.From, To: m.Period.To, Folder: m.Folder}
		index.Editions = append([]Listed{listed}, index.Editions...)
	}
	return index, nil
}
