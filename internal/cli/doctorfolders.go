package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"

	"refload/internal/files"
)

// tryFolder makes a folder where it is missing, as a command does that needs it, and tries to write there.
func tryFolder(path string) error {
	if err := files.MkdirPrivate(path); err != nil {
		return err
	}
	probe := filepath.Join(path, "doctor.probe")
	if err := files.WriteFile(probe, []byte("x")); err != nil {
		return err
	}
	return os.Remove(probe)
}

// stateFinding tries to write where runs are kept.
func (a *app) stateFinding() finding {
	const about = "state folder"
	state, err := a.stateFolder()
	if err == nil {
		err = tryFolder(state)
	}
	if err != nil {
		return finding{about, stateWrong, err.Error(), "choose a folder that can be written with --state, or fix its rights", exitStorage}
	}
	if open := openToOthers(state); open != "" {
		return note(about, state+": "+open, "chmod 700 "+state+"; it holds what runs keep of people")
	}
	return fine(about, state+" can be written")
}

// resultsFindings try to write where the profile wants results; none where it names no folder.
func (a *app) resultsFindings() []finding {
	const about = "results folder"
	folder, said := a.settings.profile.Get("results-folder")
	if !said {
		return nil
	}
	if err := tryFolder(folder.Text); err != nil {
		return []finding{{about, stateWrong, err.Error(), "fix the rights of the folder, or name another one (results-folder, " + folder.Place.String() + ")", exitStorage}}
	}
	return []finding{fine(about, folder.Text+" can be written")}
}

// configFinding looks at the rights of the files that were read, and says which profile is in force.
func (a *app) configFinding() finding {
	const about = "configuration"
	read := a.settings.files.Files
	for _, path := range read {
		harm := "who could lead your token elsewhere"
		if places := a.places(); places.Named == "" && path == places.Folder {
			harm = "who could have your sheets read otherwise"
		}
		if open := changeable(path); open != "" {
			return note(about, path+open+", "+harm, "chmod 600 "+path)
		}
	}
	switch profile := a.settings.profile; {
	case profile != nil:
		return fine(about, "profile "+profile.Name+" ("+profile.Place.String()+")")
	case len(read) == 0:
		return note(about, "there is no file, and no profile is named", "'refload setup' writes one")
	}
	return fine(about, read[len(read)-1]+"; no profile is named")
}

// changeable says that others may change a file; "" where they may not.
func changeable(path string) string {
	if mode := modeOpen(path, 0o022); mode != 0 {
		return fmt.Sprintf(" can be changed by others (mode %04o)", mode)
	}
	return ""
}

// openToOthers says who else may read a folder; "" for nobody.
func openToOthers(path string) string {
	if mode := modeOpen(path, 0o077); mode != 0 {
		return fmt.Sprintf("others may look into it (mode %04o)", mode)
	}
	return ""
}

// modeOpen returns the mode of a file or folder where it has one of the rights, else 0. Modes say nothing on Windows.
func modeOpen(path string, rights os.FileMode) os.FileMode {
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS == "windows" || info.Mode().Perm()&rights == 0 {
		return 0
	}
	return info.Mode().Perm()
}
