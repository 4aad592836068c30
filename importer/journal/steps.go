package journal

// The kinds of steps, as the journal names them.
const (
	StepCreate = "create" // our own referral
	StepInvite = "invite" // the connected referral that invites Microsoft
	StepPatch  = "patch"  // a change of some properties
	StepPut    = "put"    // a change by the whole resource
)

// NotExecuted, Ambiguous and StepWasDone are the words of an Answer in the journal.
const (
	NotExecuted = "not executed"
	Ambiguous   = "ambiguous"
	StepWasDone = "done"
)
