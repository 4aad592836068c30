package importer

// The kinds of steps, as the journal names them.
const (
	stepCreate = "create" // our own referral
	stepInvite = "invite" // the connected referral that invites Microsoft
	stepPatch  = "patch"  // a change of some properties
	stepPut    = "put"    // a change by the whole resource
)

// notExecuted, ambiguous and stepWasDone are the words of an Answer in the journal.
const (
	notExecuted = "not executed"
	ambiguous   = "ambiguous"
	stepWasDone = "done"
)
