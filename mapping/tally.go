package mapping

import (
	"strings"
	"unicode"

	"refload/internal/sheet"
)

// sort is what the values of a column are by their looks.
type sort uint8

// The sorts that a value can be of. One value may be of several: "NO" is a country and an answer.
const (
	sortMail sort = iota
	sortCountry
	sortCurrency
	sortDate
	sortYesNo
	sortNumber
	sortStage
	sorts
)

// sortNames are what a person calls the sorts.
var sortNames = [sorts]string{"e-mail addresses", "countries", "currencies", "dates", "yes and no", "numbers", "stages of a sale"}

// mostTallied is how many rows of a file are looked at, and mostWords how many different words of a column are kept.
const (
	mostTallied = 10_000
	mostWords   = 60
)

// Tally counts of which sorts the values of columns are, so that a mapping file can be proposed that they do not
// contradict. It tells no value.
type Tally struct {
	rows    int
	columns []*tallied
}

// tallied is what is known of the values of one column.
type tallied struct {
	values int
	of     [sorts]int
	words  map[string]bool // the different values; nil where there are too many
}

// Observe takes a data row into account.
func (t *Tally) Observe(row sheet.Row) {
	if t.rows++; t.rows > mostTallied {
		return
	}
	for i, cell := range row.Cells {
		text := cellText(cell)
		if cell.Kind == sheet.Blank || text == "" {
			continue
		}
		for len(t.columns) <= i {
			t.columns = append(t.columns, &tallied{words: map[string]bool{}})
		}
		t.columns[i].add(text, cell)
	}
}

func (c *tallied) add(text string, cell sheet.Cell) {
	c.values++
	for s, is := range sortTests {
		if is(text, cell) {
			c.of[s]++
		}
	}
	if c.words != nil {
		c.words[text] = true
	}
	if len(c.words) > mostWords {
		c.words = nil
	}
}

// sortTests say of which sorts a value is.
var sortTests = [sorts]func(text string, cell sheet.Cell) bool{
	sortMail:     func(text string, _ sheet.Cell) bool { return isEmail(text) },
	sortCountry:  func(text string, _ sheet.Cell) bool { return isCode(countryCodes, text) },
	sortCurrency: func(text string, _ sheet.Cell) bool { return isCode(currencyCodes, text) },
	sortDate:     looksLikeDate,
	sortYesNo:    func(text string, _ sheet.Cell) bool { return yesNo[nameKey(text)] },
	sortNumber:   looksLikeNumber,
	sortStage:    func(text string, _ sheet.Cell) bool { return looksLikeStage(text) },
}

// isCode reports whether a text is a value of a catalogue or means one.
func isCode(catalogue, text string) bool {
	table := embedded().tables[catalogue]
	if _, known := table.value(text); known {
		return true
	}
	_, known := table.named(text)
	return known
}

func looksLikeDate(text string, cell sheet.Cell) bool {
	day, _ := splitClock(text)
	_, year := isoDate(day)
	_, numeric := splitNumeric(day)
	_, name := namedDate(day)
	return cell.Kind == sheet.Date || year || numeric || name || shortYear.MatchString(day)
}

func looksLikeNumber(text string, cell sheet.Cell) bool {
	bare, _ := splitMoney(text, embedded())
	point, comma := readNumber(bare)
	return cell.Kind == sheet.Number || point != "" || comma != ""
}

// yesNo are the answers in the languages of the sheets.
var yesNo = map[string]bool{"yes": true, "no": true, "true": true, "false": true, "y": true, "n": true, "ja": true, "nein": true, "wahr": true, "falsch": true,
	"oui": true, "non": true, "vrai": true, "faux": true, "si": true, "verdadero": true, "falso": true}

// stageWords begin the words for how far a sale is, without accents.
var stageWords = []string{
	"open", "won", "lost", "closed", "qualif", "develop", "propos", "negotiat", "prospect", "contract", "discover", "quote", "pipeline", "decision", "commit", "appointment", "verbal",
	"offen", "gewonnen", "verloren", "geschlossen", "angebot", "verhandlung", "vertrag", "abgeschlossen", "anfrage", "erstgesprach", "entscheidung", "bedarfsanalyse",
	"ouvert", "gagne", "perdu", "cloture", "ferme", "negociation", "proposition", "devis", "contrat", "prise", "decouverte", "signature",
	"abiert", "ganad", "perdid", "cerrad", "negociacion", "propuesta", "presupuesto", "contrato", "calific", "cualific", "prospeccion",
}

// looksLikeStage reports whether a short text has a word for how far a sale is.
func looksLikeStage(text string) bool {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	if len(words) == 0 || len(words) > 5 {
		return false
	}
	for _, word := range words {
		for _, start := range stageWords {
			if strings.HasPrefix(nameKey(word), start) {
				return true
			}
		}
	}
	return false
}

// column returns what is known of a column; nothing where it has no values.
func (t *Tally) column(index int) *tallied {
	if t == nil || index >= len(t.columns) {
		return &tallied{}
	}
	return t.columns[index]
}

// mostly reports whether nine in ten values are of a sort.
func (c *tallied) mostly(s sort) bool { return c.values > 0 && c.of[s]*10 >= c.values*9 }

// sorted returns the one sort that the values are of and that says what the column may be; numbers and answers are
// too many things.
func (c *tallied) sorted() (sort, bool) {
	for _, s := range []sort{sortMail, sortDate, sortCountry, sortCurrency, sortStage} {
		if c.mostly(s) {
			return s, true
		}
	}
	return 0, false
}

// neededSorts are the sorts that at least half of a kind's values are of.
var neededSorts = map[Kind]sort{Email: sortMail, Country: sortCountry, Currency: sortCurrency, Date: sortDate, Time: sortDate, Bool: sortYesNo, Number: sortNumber, Integer: sortNumber}

// strangeSorts are the sorts that values of a text are not all of.
var strangeSorts = []sort{sortMail, sortDate, sortYesNo}

// strangeIn are the sorts that values of one field are not all of.
var strangeIn = map[string][]sort{
	"name": {sortNumber, sortCountry, sortCurrency, sortStage}, "customerProfile.name": {sortNumber, sortCountry, sortCurrency, sortStage},
	"customerProfile.address.city": {sortNumber, sortStage}, "customerProfile.address.state": {sortNumber, sortStage},
	"customerProfile.address.addressLine1": {sortNumber, sortCountry, sortCurrency, sortStage}, "details.notes": {sortNumber, sortCountry, sortCurrency},
}

// contradicts reports whether the values of a column speak against its being a field.
func (c *tallied) contradicts(f *Field, path string) bool {
	if c.values == 0 {
		return false
	}
	if needed, closed := neededSorts[f.Kind]; closed {
		return c.of[needed]*2 < c.values
	}
	if f.Kind == Choice {
		return !c.chosen(f)
	}
	if f.Kind != Text && f.Kind != Phone {
		return false
	}
	for _, s := range append(strangeSorts, strangeIn[path]...) {
		if c.mostly(s) {
			return true
		}
	}
	return false
}

// chosen reports whether all values are ones that a choice takes.
func (c *tallied) chosen(f *Field) bool {
	for word := range c.words {
		if _, ok := pickText(f, word); !ok {
			return false
		}
	}
	return c.words != nil
}
