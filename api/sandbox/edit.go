package sandbox

// Edit changes a referral as another editor would: past the network and all checks, under
// a version and a time of its own. A closed referral, or one that is not there, stays as it is.
// It is for tests and rehearsals.
func (s *Sandbox) Edit(id string, change func(document map[string]any)) { s.editAs(id, change) }
