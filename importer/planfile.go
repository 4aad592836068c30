package importer

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"refload/importer/outcome"
	"refload/internal/files"
)

// PlanWriter saves a plan, row by row. Nothing stands at its path before Commit.
type PlanWriter interface {
	Begin(PlanHeader) error
	Write(PlanRow) error
	Commit(Preview) error
	Abort()
}

// CreatePlan starts a plan file: a workbook for approval where the path ends in .xlsx, JSON
// otherwise. What killed processes left beside it before now is removed as beside results. announce is told its
// hash before it stands at its path, see files.File.Announce.
func CreatePlan(path string, now time.Time, announce func(hash string) error) (PlanWriter, error) {
	files.Sweep(path, now.Add(-abandonedAfter)) // no harm if it stays
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return createPlanBook(path, announce)
	}
	file, err := files.Create(path)
	if err != nil {
		return nil, &outcome.ResultsError{Path: path, Err: err}
	}
	file.Announce(announce)
	return &planJSON{file: file, out: bufio.NewWriter(file)}, nil
}

// planJSON is a plan as one JSON object: the header, the rows, one a line, and the totals.
type planJSON struct {
	file *files.File
	out  *bufio.Writer
	rows int
}

// Begin writes the header.
func (p *planJSON) Begin(header PlanHeader) error {
	data, err := json.MarshalIndent(header, " ", " ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "{\"plan\": %s,\n \"rows\": [", data)
	return err
}

// Write writes one row.
func (p *planJSON) Write(row PlanRow) error {
	data, err := json.Marshal(row)
	if err != nil {
		return err
	}
	separator := ",\n  "
	if p.rows++; p.rows == 1 {
		separator = "\n  "
	}
	_, err = p.out.WriteString(separator + string(data))
	return err
}

// Commit writes the totals and puts the plan at its place.
func (p *planJSON) Commit(preview Preview) error {
	totals, err := json.Marshal(map[string]any{"outcomes": preview.Planned, "cannot_be_taken_back": preview.Weight})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(p.out, "\n ],\n \"totals\": %s}\n", totals); err != nil {
		return err
	}
	if err := p.out.Flush(); err != nil {
		return err
	}
	return p.file.Commit()
}

// Abort gives the plan up.
func (p *planJSON) Abort() { p.file.Abort() }

// PlanReader is an opened plan. Its rows are read from a private copy, so that memory stays
// flat.
type PlanReader struct {
	Header PlanHeader
	spool  *os.File
	at     map[int]int64 // where a row stands in the spool, by its number
}

// OpenPlan reads a plan, saved as JSON or as a workbook. The spool is the path of a private file
// that loses its name at once, so that nothing of it outlasts the process; where a system does not take the
// name of an open file, Close removes it.
func OpenPlan(path, spool string) (*PlanReader, error) {
	file, err := os.OpenFile(spool, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	os.Remove(spool)
	p := &PlanReader{spool: file, at: map[int]int64{}}
	read := p.readJSON
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		read = p.readBook
	}
	if err := read(path); err != nil {
		p.Close()
		return nil, err
	}
	if p.Header.Version != planVersion {
		p.Close()
		return nil, &outcome.InputError{What: fmt.Sprintf("%s: it is a plan of version %d, and this refload reads version %d", filepath.Base(path), p.Header.Version, planVersion), Advice: "make the plan again"}
	}
	return p, nil
}

// Close removes the private copy, where it has not gone yet.
func (p *PlanReader) Close() {
	p.spool.Close()
	os.Remove(p.spool.Name())
}

// notAPlan says that a file is no plan.
func notAPlan(path string, err error) error {
	return &outcome.InputError{What: fmt.Sprintf("%s: it is no plan: %v", filepath.Base(path), err), Advice: "make one with 'refload plan FILE -o plan.xlsx', or -o plan.json"}
}

// readJSON reads a plan saved as JSON, one row at a time.
func (p *PlanReader) readJSON(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return &outcome.InputError{What: err.Error(), Advice: "check the name of the plan"}
	}
	defer file.Close()
	decoder := json.NewDecoder(bufio.NewReader(file))
	decoder.UseNumber()
	if err := p.readMembers(decoder); err != nil {
		return notAPlan(path, err)
	}
	return nil
}

func (p *PlanReader) readMembers(decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return errors.Join(errors.New("it is no JSON object"), err)
	}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var skip json.RawMessage
		switch name {
		case "plan":
			err = decoder.Decode(&p.Header)
		case "rows":
			err = p.readRows(decoder)
		default:
			err = decoder.Decode(&skip)
		}
		if err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func (p *PlanReader) readRows(decoder *json.Decoder) error {
	if token, err := decoder.Token(); err != nil || token != json.Delim('[') {
		return errors.Join(errors.New("its rows are no array"), err)
	}
	for decoder.More() {
		var row PlanRow
		if err := decoder.Decode(&row); err != nil {
			return err
		}
		if row.Writes() && row.Approve == "" {
			row.Approve = "yes" // a plan that nobody was asked to mark
		}
		if err := p.keep(row); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

// keep puts a row into the private copy. What changes in it is known by its digest.
func (p *PlanReader) keep(row PlanRow) error {
	row.Changes = nil
	data, err := json.Marshal(row)
	if err != nil {
		return err
	}
	offset, err := p.spool.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = p.spool.Write(append(data, '\n'))
	}
	p.at[row.Row] = offset
	return err
}

// Row returns the planned row with a number.
func (p *PlanReader) Row(number int) (PlanRow, error) {
	offset, known := p.at[number]
	if !known {
		return PlanRow{}, &StaleError{What: fmt.Sprintf("it does not have row %d", number)}
	}
	var row PlanRow
	line, err := bufio.NewReader(io.NewSectionReader(p.spool, offset, 1<<24)).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &row)
	}
	return row, err
}
