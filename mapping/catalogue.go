package mapping

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed data/*.csv
var catalogueFiles embed.FS

// The catalogues: lists of values that others keep and that move, hence data and not code.
// A file has the columns value, label, aliases (separated by "|"), state and use. A value with
// a state is known but not simply accepted; use says what to write instead. Countries and currencies
// have names (in English, German, French and Spanish), words that are near and may mean something else too
// ("Congo"), and of a sign that several share, which they may be. Solution plays have their areas.
const (
	countryCodes  = "countries"      // ISO 3166-1 alpha-2 as of 2026, and codes that were withdrawn
	currencyCodes = "currencies"     // ISO 4217 as of 2026, units of account, withdrawn codes and signs
	productIDs    = "products"       // ids of details.requirements.products
	serviceIDs    = "services"       // ids of details.requirements.services
	industryIDs   = "industries"     // ids of details.requirements.industries
	solutionIDs   = "solutions"      // ids of solutions whose type is Category
	customerSizes = "sizes"          // customerProfile.size: two families that overlap
	partnerRoles  = "partner-roles"  // display names; the service's own ids are not published
	solutionAreas = "solution-areas" // display names of Microsoft's fiscal year 2026
	solutionPlays = "solution-plays" // display names of Microsoft's fiscal year 2026
)

// catalogueState says how a known value is met.
type catalogueState string

// The states of a catalogue's entries.
const (
	current    catalogueState = ""           // accepted
	leaving    catalogueState = "leaving"    // accepted with a warning: replaced in 2025 or 2026
	unit       catalogueState = "unit"       // accepted with a warning: a unit of account, no money
	withdrawn  catalogueState = "withdrawn"  // refused: no code any more
	unofficial catalogueState = "unofficial" // refused: used, but in no standard
	shared     catalogueState = "shared"     // refused: a sign that stands for several values
)

// entry is one value of a catalogue.
type entry struct {
	Value   string
	Label   string
	Aliases []string
	State   catalogueState
	Use     string   // what to write instead
	Names   []string // further names that mean this value and no other
	Near    []string // words that may mean it, and something else: suggested, never read
	May     []string // of a shared sign: the values that it may stand for
	Areas   []string // of a solution play: the solution areas that it belongs to; none where that is not known
}

// Catalogues are the lists of values that can be replaced from a file. They are immutable.
type Catalogues struct {
	tables map[string]*catalogue
}

// catalogue is one list, with its values by their upper case and by every word for them.
type catalogue struct {
	entries []entry
	byValue map[string]int
	byWord  map[string]int // for hints: also by words that are near
	byName  map[string]int // by the key of a name that means one value; severally where it means several
	long    []string       // the words of byWord in which a slip can be told
}

// EmbeddedCatalogues returns the catalogues that come with the program.
//
// Source: ISO 3166-1 and ISO 4217 for codes; the "Referral resources" page for the ids of
// products, services, industries, solutions and sizes; the bulk operations page for roles.
func EmbeddedCatalogues() *Catalogues { return embedded() }

var embedded = sync.OnceValue(func() *Catalogues {
	c := &Catalogues{tables: map[string]*catalogue{}}
	for _, name := range []string{countryCodes, currencyCodes, productIDs, serviceIDs, industryIDs,
		solutionIDs, customerSizes, partnerRoles, solutionAreas, solutionPlays} {
		c.tables[name] = mustRead(name)
	}
	return c
})

// mustRead reads a file that is part of the program: a fault in it is a fault of the build,
// which the tests of this package find.
func mustRead(name string) *catalogue {
	file, err := catalogueFiles.Open("data/" + name + ".csv")
	if err != nil {
		panic(err)
	}
	defer file.Close()
	table, err := readCatalogue(file)
	if err != nil {
		panic(fmt.Sprintf("catalogue %s: %v", name, err))
	}
	return table
}

// With returns the catalogues with one of them replaced by a CSV file of the columns value,
// label, aliases, state, use, names, near, may and areas, the first of which is required. It returns an error for
// a name that is none of Names, and for a file that cannot be read or repeats a value.
func (c *Catalogues) With(name string, r io.Reader) (*Catalogues, error) {
	if c.tables[name] == nil {
		return nil, fmt.Errorf("there is no catalogue %q: the catalogues are %s", name, strings.Join(c.Names(), ", "))
	}
	table, err := readCatalogue(r)
	if err != nil {
		return nil, fmt.Errorf("reading the catalogue %s: %w", name, err)
	}
	replaced := &Catalogues{tables: maps.Clone(c.tables)}
	replaced.tables[name] = table
	return replaced, nil
}

// Names returns the names of the catalogues in alphabetical order.
func (c *Catalogues) Names() []string { return slices.Sorted(maps.Keys(c.tables)) }

// Values returns the accepted values of a catalogue in its own order, nil for an unknown name.
func (c *Catalogues) Values(name string) []string {
	table := c.tables[name]
	if table == nil {
		return nil
	}
	var values []string
	for _, e := range table.entries {
		if e.State == current {
			values = append(values, e.Value)
		}
	}
	return values
}

// Words returns the labels and aliases of a catalogue with the values that they stand for.
func (c *Catalogues) Words(name string) map[string]string {
	words := map[string]string{}
	table := c.tables[name]
	if table == nil {
		return words
	}
	for _, e := range table.entries {
		for _, word := range e.words() {
			words[word] = e.Value
		}
	}
	return words
}

// words returns the names of a value besides itself.
func (e entry) words() []string {
	if e.Label == "" || e.Label == e.Value {
		return e.Aliases
	}
	return append([]string{e.Label}, e.Aliases...)
}

// catalogueValues and catalogueWords are what the field table takes from a catalogue.
func catalogueValues(name string) []string         { return embedded().Values(name) }
func catalogueWords(name string) map[string]string { return embedded().Words(name) }

// readCatalogue reads a catalogue file.
func readCatalogue(r io.Reader) (*catalogue, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("no header: %w", err)
	}
	if !slices.Contains(header, "value") {
		return nil, fmt.Errorf("no column %q in the header %q", "value", strings.Join(header, ","))
	}
	table := &catalogue{byValue: map[string]int{}, byWord: map[string]int{}, byName: map[string]int{}}
	for {
		record, err := in.Read()
		if err == io.EOF {
			table.settle()
			return table, nil
		}
		if err != nil {
			return nil, err
		}
		if err := table.add(entryOf(header, record)); err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func entryOf(header, record []string) entry {
	cells := map[string]string{}
	for i, name := range header {
		cells[name] = strings.TrimSpace(record[i])
	}
	return entry{Value: cells["value"], Label: cells["label"], State: catalogueState(cells["state"]), Use: cells["use"],
		Aliases: listed(cells["aliases"]), Names: listed(cells["names"]), Near: listed(cells["near"]), May: listed(cells["may"]), Areas: listed(cells["areas"])}
}

// listed takes a list apart that stands in one cell.
func listed(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "|")
}

func (t *catalogue) add(e entry) error {
	key := strings.ToUpper(e.Value)
	if _, taken := t.byValue[key]; taken || key == "" {
		return fmt.Errorf("the value %q is empty or there twice", e.Value)
	}
	t.byValue[key] = len(t.entries)
	for _, word := range slices.Concat(e.words(), e.Names, e.Near) {
		if _, taken := t.byWord[fold(word)]; !taken {
			t.byWord[fold(word)] = len(t.entries)
		}
	}
	t.entries = append(t.entries, e)
	return nil
}

// value finds an entry by its value, whatever the case.
func (t *catalogue) value(text string) (entry, bool) {
	i, ok := t.byValue[strings.ToUpper(text)]
	if !ok {
		return entry{}, false
	}
	return t.entries[i], true
}

// meant finds the entry that a text most likely means: by one of its words, else by a slip
// of the pen in one of them.
func (t *catalogue) meant(text string) (entry, bool) {
	i, ok := t.byWord[fold(text)]
	if !ok && len(text) > 3 {
		word, near := Suggest(text, t.long)
		i, ok = t.byWord[word], near
	}
	if !ok {
		return entry{}, false
	}
	return t.entries[i], true
}

// settle ends the reading of a catalogue. Long are the words in which a slip can be told from another word:
// among codes of two and three letters every letter counts.
func (t *catalogue) settle() {
	t.long = slices.DeleteFunc(slices.Sorted(maps.Keys(t.byWord)), func(word string) bool { return len(word) <= 3 })
	t.nameAll()
}
