package mapping

import (
	"fmt"
	"slices"
	"strings"

	"refload/internal/sheet"
)

// file checks a document and turns it into a File. The first mistake is returned.
func (d *document) file(path string) (*File, error) {
	f := &File{Path: path, Columns: map[string]string{}, Constants: d.Constants.texts(), Defaults: d.Defaults.texts(),
		Values: map[string]map[string]string{}, Dates: map[string]string{}}
	for _, check := range []func(*File) error{d.checkVersion, d.takeColumns, d.takeDates, d.takeTimes, d.takeZone, d.takeDecimal, d.takeShare, d.takeRows, d.takeValues, d.checkTexts} {
		if err := check(f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (d *document) checkVersion(*File) error {
	if d.Version.text == "1" {
		return nil
	}
	return &misuse{d.Version.at, "a mapping file starts with \"version: 1\"", "write version: 1 as the first line"}
}

func (d *document) takeColumns(f *File) error {
	seen := map[string]bool{}
	for _, entry := range d.Columns {
		key := columnKey(entry.name.text)
		if seen[key] {
			return &misuse{entry.name.at, "the column " + quoted(entry.name.text) + " is there twice: headers are compared without regard to case and spaces", "delete one of the two"}
		}
		seen[key] = true
		for i, field := range entry.fields {
			if field.text == Ignore && len(entry.fields) == 1 {
				continue
			}
			if _, err := named(field); err != nil {
				return err
			}
			if i > 0 {
				f.further(entry.name.text, field.text)
			}
		}
		f.Columns[entry.name.text] = entry.fields[0].text
	}
	return nil
}

// further takes down that a column is another field besides.
func (f *File) further(header, field string) {
	if f.Further == nil {
		f.Further = map[string][]string{}
	}
	f.Further[header] = append(f.Further[header], field)
}

// named finds the field that a mapping file names.
func named(s scalar) (target, error) {
	if t, ok := resolve(s.text); ok {
		return t, nil
	}
	hint := ""
	if near, ok := similar(s.text); ok {
		hint = `did you mean "` + near + `"? `
	}
	return target{}, &misuse{s.at, quoted(s.text) + " is no field", hint + `the command "refload fields" prints all of them`}
}

// takeDates reads the key "dates".
func (d *document) takeDates(f *File) error {
	rules := d.Dates.columns
	if d.Dates.all.at != nil {
		rules = pairs{{scalar{}, d.Dates.all}}
	}
	for _, rule := range rules {
		layout, err := dateLayout(rule.value.text)
		if err != nil {
			return &misuse{rule.value.at, err.Error(), datesHint}
		}
		f.Dates[rule.name.text] = layout
	}
	return nil
}

const datesHint = "write month-first (or mdy), day-first (dmy), year-first (ymd), or a pattern of YYYY, MM and DD such as DD.MM.YYYY"

func (d *document) takeTimes(f *File) error {
	f.DropTimes = d.Times.text == "drop"
	if d.Times.at == nil || f.DropTimes {
		return nil
	}
	return &misuse{d.Times.at, quoted(d.Times.text) + " is nothing that can be done with times", "write drop: times beside dates do not count; without the key they count where a field has a time"}
}

func (d *document) takeZone(f *File) error {
	if d.Zone.at == nil {
		return nil
	}
	zone, err := loadZone(d.Zone.text)
	if err != nil {
		return &misuse{d.Zone.at, err.Error(), "write a name such as Europe/Berlin, or an offset such as +02:00"}
	}
	f.Zone = zone
	return nil
}

func (d *document) takeDecimal(f *File) error {
	if d.Decimal.text == "" {
		return nil
	}
	if err := f.SetDecimal(d.Decimal.text); err != nil {
		return &misuse{d.Decimal.at, err.Error(), "write comma or point"}
	}
	return nil
}

// SetDecimal says what separates the fraction of a number: comma or point.
func (f *File) SetDecimal(word string) error {
	word = strings.ToLower(strings.TrimSpace(word))
	if !slices.Contains(decimalWords, word) {
		return fmt.Errorf("%s is no decimal separator", quoted(word))
	}
	f.Decimal = word
	return nil
}

// SetDates says how the dates of all columns are written for which there is no rule of their own.
func (f *File) SetDates(rule string) error {
	layout, err := dateLayout(rule)
	if err != nil {
		return err
	}
	if f.Dates == nil {
		f.Dates = map[string]string{}
	}
	f.Dates[""] = layout
	return nil
}

func (d *document) takeShare(f *File) error {
	if d.ShareClosed.at == nil {
		return nil
	}
	answer, ok := truth[strings.ToLower(d.ShareClosed.text)]
	if !ok {
		return &misuse{d.ShareClosed.at, quoted(d.ShareClosed.text) + " is neither yes nor no", "write yes or no"}
	}
	f.ShareClosed = answer
	return nil
}

// takeRows reads what becomes of rows that are no deals, or end early. Each key has one word.
func (d *document) takeRows(f *File) error {
	for _, key := range []struct {
		name, word string
		said       scalar
		to         *string
	}{{"footer", Skip, d.Footer, &f.Footer}, {"totals", Skip, d.Totals, &f.Totals}, {"short-rows", Pad, d.ShortRows, &f.ShortRows}} {
		if *key.to = key.said.text; key.said.at != nil && key.said.text != key.word {
			return &misuse{key.said.at, quoted(key.said.text) + " is not what " + key.name + " can be", "write " + key.name + ": " + key.word + ", or delete the line"}
		}
	}
	return nil
}

// takeValues reads the key "values": every word must stand for one that its field takes.
func (d *document) takeValues(f *File) error {
	for _, entry := range d.Values {
		t, err := named(entry.name)
		if err != nil {
			return err
		}
		for _, word := range entry.entries {
			if err := f.takes(t, word.value); err != nil {
				return err
			}
		}
		f.Values[entry.name.text] = entry.entries.texts()
	}
	return nil
}

// checkTexts holds constants and defaults to their fields.
func (d *document) checkTexts(f *File) error {
	constant := map[string]bool{}
	for i, texts := range []pairs{d.Constants, d.Defaults} {
		for _, entry := range texts {
			t, err := named(entry.name)
			if err != nil {
				return err
			}
			if constant[t.path] {
				return &misuse{entry.name.at, "the field " + HeaderOf(t.path) + " has a constant already", "delete one of the two lines"}
			}
			constant[t.path] = i == 0
			if entry.value.text == "" {
				return &misuse{entry.name.at, "no value is given for " + quoted(entry.name.text), "write a value, or delete the line"}
			}
			if err := f.takes(t, entry.value); err != nil {
				return err
			}
		}
	}
	return nil
}

// takes holds one text to its field, as if it stood in a cell.
func (f *File) takes(t target, text scalar) error {
	if !t.field.read() {
		return &misuse{text.at, HeaderOf(t.path) + " is not sent", "delete the line"}
	}
	if text.text == "" || wordKey(text.text) == clearWord {
		return nil
	}
	d := decoder{columns: &Columns{options: MatchOptions{File: f}}, record: newRecord(sheet.Row{})}
	d.value(t, cellOf(text.text), f.reading(nil), Ref{Value: text.text})
	for _, p := range d.problems {
		if p.Severity == Fault {
			return &misuse{text.at, p.Message, p.Hint}
		}
	}
	return nil
}
