package mapping

import (
	"maps"
	"slices"
)

// guardedPaths are the properties by which a row says which deal it is, what is to become of it and whom it is shown to.
// A mapping that makes them of its own decides that for all rows.
var guardedPaths = map[string]bool{
	"@help": true, "@action": true, "id": true, "engagementId": true, "externalReferenceId": true, "type": true, "target": true, "target[0].id": true,
	"status": true, "substatus": true, sellersPath: true, consentPath: true, contactPath: true,
	"consent.consentToMicrosoftToContactSpecificPartners": true, "inviteContext.assistanceRequestCode": true,
}

// Guards returns the entries of a mapping that do more than say how a sheet is read, as they are written: those
// that share closed deals, and those that give such properties a value of the mapping's own.
func (f *File) Guards() []string {
	var list []string
	if f.ShareClosed {
		list = append(list, "share-closed")
	}
	given := map[string][]string{
		"constants": slices.Collect(maps.Keys(f.Constants)), "defaults": slices.Collect(maps.Keys(f.Defaults)), "values": slices.Collect(maps.Keys(f.Values)),
	}
	for _, section := range slices.Sorted(maps.Keys(given)) {
		slices.Sort(given[section])
		for _, name := range given[section] {
			if t, known := resolve(name); known && guardedPaths[t.path] {
				list = append(list, section+": "+name)
			}
		}
	}
	return list
}
