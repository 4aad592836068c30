// Package outcome has the reasons for what becomes of a row and for the stop of a run, with their words, and the errors
// with which a command ends.
package outcome

import (
	"strings"

	"refload/api"
	"refload/internal/listing"
)

// The reasons that a journal gives for an outcome, or a run for its stop. They are a closed
// list, so that results can be rebuilt from the journal without any text of the file or the
// service in it.
const (
	ReasonFoundByMarker = "found-by-marker"
	ReasonFoundByID     = "found-by-id"
	ReasonNotListed     = "not-listed"
	ReasonNoSuchID      = "no-such-id"
	ReasonNotFound      = "not-found"
	ReasonSeveral       = "several"
	ReasonConfirmed     = "confirmed"
	ReasonTwice         = "twice"
	ReasonRefused       = "refused"
	ReasonNotSeen       = "not-seen"
	ReasonNoAnswer      = "no-answer"
	ReasonHeld          = "held"
	ReasonSpent         = "sends-spent"
	ReasonThrottled     = "throttled"
	ReasonUnreachable   = "unreachable"
	ReasonNotNow        = "not-now"
	ReasonCertificate   = "certificate"
	ReasonAlike         = "alike"
	ReasonMaxErrors     = "max-errors"
	ReasonSignIn        = "sign-in"
	ReasonNoMarker      = "no-marker-kept"
	ReasonWrongPath     = "wrong-path"
	ReasonNonsense      = "nonsense"
	ReasonInterrupted   = "interrupted"
	ReasonUntil         = "until"
	ReasonAsked         = "asked"
	ReasonOutside       = "outside"
	ReasonProblems      = "problems"
	ReasonChanged       = "input-changed"
	ReasonStorage       = "storage"
	ReasonInternal      = "internal"
	ReasonDeclined      = "declined"
	ReasonLookAlike     = "look-alike"
	ReasonDiffers       = "differs"
	ReasonBrake         = "brake"
	ReasonPartialView   = "partial-view"
	ReasonMicrosofts    = "microsofts"
	ReasonClaimed       = "claimed"
	ReasonOtherOwner    = "other-owner"
	ReasonOneWay        = "one-way"
	ReasonNoRoute       = "no-route"
	ReasonTerminal      = "terminal"
	ReasonNoContact     = "no-contact"
	ReasonStaleSheet    = "stale-sheet"
	ReasonChangedSince  = "changed-since"
	ReasonChangeUnseen  = "change-unseen"
	ReasonHalf          = "half-done"
	ReasonFinished      = "finished"
	ReasonCloseLater    = "close-later"
	ReasonNotApproved   = "not-approved"
	ReasonUndecided     = "undecided"
	ReasonPlanChanged   = "plan-changed"
	ReasonUndo          = "undo"
	ReasonTakenUp       = "taken-up"
	ReasonUnshared      = "unshared"
	ReasonNear          = "near"
	ReasonNearSeveral   = "near-several"
	ReasonNearOther     = "near-other-customer"
	ReasonOtherCustomer = "other-customer"
	ReasonSoNamed       = "so-named"
	ReasonTwoScripts    = "two-scripts"
	ReasonSkipped       = "skipped-before"
	ReasonSorted        = "sorted"
	ReasonLearned       = "learned"
	ReasonCutIDs        = "cut-ids"
	ReasonTooLong       = "too-long"
	ReasonUnrecorded    = "unrecorded"
	ReasonGone          = "gone"
	ReasonHidden        = "hidden"
	ReasonOldVersion    = "old-version"

	ReasonListIncomplete = listing.Reason

	ReasonNoEngagement    = "no-engagement"
	ReasonOtherEngagement = "other-engagement"
	ReasonOtherMember     = "other-member"
	ReasonSeveralIn       = "several-in-engagement"
	ReasonInvited         = "invited-already"
	ReasonStrayed         = "strayed"
	ReasonOthersDeal      = "others-engagement"
	ReasonUninvited       = "uninvited"
	ReasonClosedDeal      = "closed-deal"

	ReasonThere        = "said-to-be-there"
	ReasonOtherMachine = "other-machine"
)

// reason is one row of the reason table. In its message, %s stands for the detail.
type reason struct {
	message string
	hint    string // "" for the hint of the outcome
}

var reasons = map[string]reason{
	ReasonFoundByMarker:   {"a referral with this CRM ID or marker is on the service already; it was left alone", ""},
	ReasonFoundByID:       {"the referral is on the service; it was left alone", ""},
	ReasonNotListed:       {"an earlier run created the referral; the list of the service does not show it yet", ""},
	ReasonNoSuchID:        {"the service lists no referral with this Referral ID", "correct the Referral ID, or empty it to create a new deal"},
	ReasonNotFound:        {"the service lists no referral for this row, and the row may only update", "leave Action and --mode at their defaults to create it"},
	ReasonSeveral:         {"the CRM ID stands on several referrals of ours: %s", "fill in the Referral ID of the one that is meant"},
	ReasonConfirmed:       {"no trustworthy answer came, but the service lists the referral", ""},
	ReasonTwice:           {"the service lists several referrals with this marker: %s", "look at them in Partner Center and close those that should not be there"},
	ReasonRefused:         {"the service refused it: %s", ""},
	ReasonNotSeen:         {"it was sent, no trustworthy answer came, and two listings do not show it", ""},
	ReasonNoAnswer:        {"it was sent and no trustworthy answer came (%s)", ""},
	ReasonUnrecorded:      {"it was sent, and what became of it could not be recorded", "make room on the disk of the state folder, then run the same import again: it looks for the referral before it sends anything"},
	ReasonHeld:            {"an earlier send has no trustworthy answer, and --on-unknown hold forbids another", "look in Partner Center for a referral with this CRM ID or marker; if it is not there, import with --on-unknown next-run"},
	ReasonSpent:           {"it was sent as often as --max-sends allows, and no listing shows it", "look in Partner Center for it; then allow one more with --max-sends"},
	ReasonThrottled:       {"the service kept asking to wait", "run the same import again later, or with a lower --rate"},
	ReasonCertificate:     {"the certificate of the service is not to be trusted: %s", api.CertificateHint},
	ReasonNotNow:          {"the service answered, and did not do it: %s", "it was asked several times; wait, then run the same import again: it goes on where it stopped"},
	ReasonUnreachable:     {"the service could not be reached: %s", "check network, proxy and base URL, then run the same import again: it goes on where it stopped"},
	ReasonAlike:           {"the first rows all failed alike: %s", "fix the cause, then run the same import again"},
	ReasonMaxErrors:       {"more rows failed than --max-errors allows", "look at the results, then run the same import again"},
	ReasonSignIn:          {"there is no sign-in that the service accepts: %s", "sign in again ('refload auth login --profile NAME', or a new REFLOAD_ACCESS_TOKEN), then run the same import again: it goes on where it stopped"},
	ReasonNoMarker:        {"this service does not keep externalReferenceId; protection against duplicates is not possible", "check that the base URL is that of the referrals API"},
	ReasonWrongPath:       {"the service knows no referrals at this address: %s", "check the base URL"},
	ReasonNonsense:        {"the service answers something else than the referrals API: %s", "check base URL and proxy"},
	ReasonInterrupted:     {"the run was interrupted", "run the same import again: it goes on with these rows"},
	ReasonUntil:           {"it was --until, and no more rows are taken after that", "run the same import again: it goes on with these rows"},
	ReasonAsked:           {"Action says skip", ""},
	ReasonOutside:         {"outside of --rows or --limit", ""},
	ReasonProblems:        {"see the problems of the row", ""},
	ReasonChanged:         {"the input file changed while it was imported", "import the file again"},
	ReasonStorage:         {"the journal could not be written: %s", "make room on the disk of the state folder, then run the same import again"},
	ReasonInternal:        {"something happened that must not be possible: %s", "nothing more was sent; keep the run folder and report this"},
	ReasonDeclined:        {"you chose to send nothing", ""},
	ReasonLookAlike:       {"a deal of this name with this customer is there already: %s", "fill in its Referral ID to update it, or set Action to create to make a second one"},
	ReasonDiffers:         {"refload made a deal of this name with this customer, and its values differ: %s", "fill in the Referral ID to update it; give the row a CRM ID and set Action to create to make a second deal"},
	ReasonBrake:           {"a brake stopped the file before its first write: %s", "look whether the file is as it should be; then raise the brake that is named"},
	ReasonPartialView:     {"nothing was created: every deal that is listed has your account in its team, so others may be hidden from it, and a hidden deal would be made again", "use an account with the role Referrals admin, or say partial-view: accepted in the profile"},
	ReasonMicrosofts:      {"this is the referral that invites Microsoft, not your own", "name the Referral ID of your own side of the engagement"},
	ReasonClaimed:         {"another row of the file is the same referral", "keep one of the rows"},
	ReasonOtherOwner:      {"the CRM ID of the row stands on another referral: %s", "correct the Referral ID or the CRM ID"},
	ReasonUnshared:        {"Microsoft's help is asked for a deal that is not to be shared with its sellers", "write Yes for Share with Microsoft sales team, or ask for no help"},
	ReasonOneWay:          {"the deal is shared with Microsoft, and that cannot be taken back (%s)", "write Yes, or leave the cell blank"},
	ReasonNoRoute:         {"the lifecycle has no way from %s to the state of the row", "leave status and substatus blank to keep the live ones"},
	ReasonTerminal:        {"the deal is closed (%s), and a closed deal cannot be changed any more", "take the changes out of the row"},
	ReasonNoContact:       {"Microsoft can be invited only with a customer contact that has first name, last name, phone and e-mail, and with the help that is asked for", "fill in the columns of the customer contact and \"What specific help from Microsoft?\""},
	ReasonStaleSheet:      {"the sheet was made from an older version of the referral, and its values differ: %s", "export again and make the change there; or empty the ETag cell to write over the newer version"},
	ReasonChangedSince:    {"somebody else changed the referral meanwhile: %s", "look at both values; export again and make the change there, or, where the sheet has no ETag, import again; --merge-disjoint keeps both where the fields differ"},
	ReasonChangeUnseen:    {"a change was sent, and what became of it could not be read", "run the same import again: it looks at the referral before it sends anything"},
	ReasonHalf:            {"the deal is on the service, but not all of the row is done: %s", "run the same import again: it goes on with what is left"},
	ReasonFinished:        {"an earlier run made it; this one did what was left", ""},
	ReasonNotApproved:     {"the plan says no", ""},
	ReasonUndecided:       {"nobody has decided on the row: its cell Approve is neither yes nor no", "write yes or no into the plan and apply it again"},
	ReasonUndo:            {"%s", ""},
	ReasonPlanChanged:     {"it is not as it was planned any more: %s", "make the plan again"},
	ReasonTakenUp:         {"the deal is Active already; the New of the row changes nothing", ""},
	ReasonNoEngagement:    {"the account sees no referral of the engagement that the row names, so nothing was sent", "correct the Engagement ID; or use an account that sees the deal, such as one with the role Referrals admin"},
	ReasonOtherEngagement: {"the referral that the row stands for is part of another engagement than the row names: %s", "correct the Engagement ID, or the Referral ID or CRM ID; an empty Engagement ID leaves the referral where it is"},
	ReasonOtherMember:     {"the engagement has another referral already, whose deal name or CRM ID differs: %s", "fill in its Referral ID to update it; empty the Engagement ID to make a deal of its own; or set Action to create to make one more referral in this engagement"},
	ReasonSeveralIn:       {"several referrals of the engagement have the deal's name: %s", "fill in the Referral ID of the one that is meant"},
	ReasonInvited:         {"Microsoft is invited to the engagement already; it was left alone", ""},
	ReasonClosedDeal:      {"the deal of the engagement is closed (%s), and a closed deal invites nobody", "take the row out"},
	ReasonStrayed:         {"the service made the referral, and put it into another engagement than the row names", "close what should not be there in Partner Center; further rows would go the same way"},
	ReasonUninvited:       {"Microsoft is not invited by this row: that takes a row with the engagement and the target msft, or Yes for \"Microsoft help required?\"", ""},
	ReasonCloseLater:      {"the deal stays open until --close-after has passed", "run the same import again then: it closes the deal"},
	ReasonGone:            {"it was created as %s; the service does not show it", "look in Partner Center; set Action to create to make it again, or to skip to leave it"},
	ReasonHidden:          {"it was created as %s; the service does not let this account see it", "give the account the role Referrals admin in Partner Center, or set Action to skip"},
	ReasonOldVersion:      {"the service shows an older version than the one that refload knows", "run the same import again later"},
	ReasonListIncomplete: {"the list of the service is not complete, so the deal may be there although it is not listed: %s",
		"import again later; if the list stays so, ask Microsoft's support, or say list-hides: accepted in the profile: a deal that is hidden is made again then"},

	ReasonNear:          {"a referral has nearly the CRM ID of the row: %s", "%s: set Action to update where that is the row's deal, which then gets the sheet's spelling, to create where it is another, or to skip; it is not asked again"},
	ReasonNearSeveral:   {"several referrals have nearly the CRM ID of the row: %s", "fill in the Referral ID of the one that is the row's deal, or set Action to create where none is, or to skip"},
	ReasonNearOther:     {"another customer's referral has nearly the CRM ID of the row: %s", "correct the CRM ID or the customer's name, or fill in the Referral ID"},
	ReasonOtherCustomer: {"the referral is another customer's: %s", "if it is the row's deal all the same, set Action to update in the cell of this row and leave it blank on those that need no word: one that most rows have is no word on a row. It is asked once. Else correct the CRM ID or the Referral ID"},
	ReasonOthersDeal:    {"the engagement is another customer's: %s", "write the customer's name as the engagement has it, or correct the Engagement ID"},
	ReasonSoNamed:       {"the customer of the row is not the referral's, and the profile lets that pass", ""},
	ReasonTwoScripts:    {"the customer of the row and the referral's are written in two scripts, so nobody compared them", ""},
	ReasonSkipped:       {"an earlier sheet said skip when this was asked", ""},
	ReasonSorted:        {"nothing was sent: %s; was one column sorted alone?", "sort the sheet as a whole, or export again; where every row is right, set Action to update on some of them at a time, or say other-customer: note in the profile"},
	ReasonLearned:       {"the service changes %s of a CRM ID; that is remembered for it, and CRM IDs are compared likewise from now on", "run the same import again: it goes on with these rows"},
	ReasonCutIDs:        {"the service keeps only %s characters of a CRM ID, so a longer one would not be found again; that is remembered for it", "give the rows shorter CRM IDs; when the service has changed, 'refload doctor --recheck' forgets it"},
	ReasonTooLong:       {"the service keeps only %s characters of a CRM ID, as an earlier run saw, and that of this row is longer", "give the row a shorter CRM ID; when the service has changed, 'refload doctor --recheck' forgets it"},

	ReasonThere:        {"the service says that it is there already, and two listings do not show it: %s", "look for it in Partner Center: another account may see it. It is not sent again by itself; set Action to create to send a deal once more"},
	ReasonOtherMachine: {"another machine is importing these rows", "import from one machine only. When the other one is done, run the same import again: it finds what is there; so it does where it was this machine, before its state folder was lost"},
}

// HintOf returns what to do next because of a reason, "" where the outcome itself says that.
func HintOf(reason string) string { return reasons[reason].hint }

// ReasonText returns a reason in words.
func ReasonText(word, detail string) string {
	message := reasons[word].message
	if detail == "" {
		return blanks.Replace(message)
	}
	if strings.Contains(message, "%s") {
		return strings.ReplaceAll(message, "%s", detail)
	}
	return message + ": " + detail
}

// blanks takes the places of details out of a message that has none.
var blanks = strings.NewReplacer(": %s", "", " (%s)", "", "%s", "")
