package cli

import (
	"fmt"

	"refload/importer"
)

// undoScreen prints what an undo would restore, without values that may be personal: a scheduler mails what is
// printed, a log collector keeps it. The file of --output has all values.
type undoScreen struct {
	*planScreen
	output   string
	list     *importer.UndoList // nil for none
	withheld bool               // a value was not printed
}

// open starts the list where one is asked for.
func (s *undoScreen) open() (err error) {
	if s.output != "" {
		s.list, err = importer.CreateUndoList(s.output)
	}
	return err
}

// close gives up a list that did not come to its end.
func (s *undoScreen) close() {
	if s.list != nil {
		s.list.Abort()
	}
}

// row shows one row, and lists it with its values.
func (s *undoScreen) row(row importer.PlanRow) {
	if s.list != nil {
		s.list.Write(row)
	}
	row = row.Discreet()
	for _, c := range row.Changes {
		s.withheld = s.withheld || c.Withheld
	}
	s.planScreen.row(row)
}

// planned puts the list at its place when all rows are shown, and says where the values are.
func (s *undoScreen) planned() error {
	if s.list != nil {
		if err := s.list.Commit(); err != nil {
			return err
		}
	}
	switch {
	case s.global.json || s.global.quiet:
	case s.list != nil:
		fmt.Fprintf(s.env.Stdout, "all values: %s\n", s.output)
	case s.withheld:
		fmt.Fprintln(s.env.Stdout, "names and other values that may be personal are not printed: -o undo.xlsx lists them")
	}
	return nil
}
