package importer

import (
	"errors"
	"net/http"
	"time"

	"refload/api"
	"refload/internal/listing"
)

// sendCanary sends the first create of a run alone. When its create is done, prove looks whether
// the service keeps and lists its marker, before anything else is sent. A canary without a
// trustworthy answer proves nothing: the next row is the canary then.
func (r *runner) sendCanary(o *op) error {
	o.canary = true
	return r.perform(o)
}

// prove stops the run where the service does not keep the marker of a referral: protection
// against duplicates is not possible then.
func (r *runner) prove(created *api.Referral, marker string) {
	kept, err := r.showsMarker(created.ID(), marker)
	switch {
	case err != nil && r.work.Err() == nil:
		r.stop(reasonOfRead(err), readDetail(err))
	case err == nil && !kept && !r.learned():
		r.stop(reasonNoMarker, "")
	}
}

// showsMarker reports whether the referral can be read by its id and found in the list, both
// with its marker. A list may lag: it is asked again for as long as --settle.
func (r *runner) showsMarker(id, marker string) (bool, error) {
	deadline := time.Now().Add(r.options.Settle)
	pause := min(time.Second, r.options.Settle/4) // a short --settle asks several times too
	for read := false; ; {
		asked := time.Now() // a look may take long: the last one begins when the time is over
		kept, err := read, error(nil)
		if !read {
			kept, err = r.readsMarker(id, marker)
			read = kept
		}
		if err == nil && kept {
			kept, err = r.listsMarker(marker)
		}
		if err != nil || kept || !asked.Before(deadline) || r.learned() {
			return kept, err
		}
		if err := api.Sleep(r.intake, min(pause, max(time.Until(deadline), 0))); err != nil {
			return true, nil // stopped: nothing else will be sent
		}
		pause = min(2*pause, 15*time.Second)
	}
}

func (r *runner) readsMarker(id, marker string) (bool, error) {
	referral, err := r.client.Get(r.work, id)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if r.ids.Key(referral.ExternalReferenceID()) == r.ids.Key(marker) {
		return true, nil
	}
	return false, r.learnFrom(marker, referral.ExternalReferenceID())
}

// isNotFound reports whether the service knows no such referral.
func isNotFound(err error) bool {
	var failed *api.Error
	return errors.As(err, &failed) && failed.HTTPStatus == http.StatusNotFound
}

// canaryPages is how many pages of the newest referrals may lie before the canary: others
// create too.
const canaryPages = 5

func (r *runner) listsMarker(marker string) (bool, error) {
	pages := 0
	for page, err := range listing.Part(r.work, r.client, api.Query{OrderBy: listing.Newest.Order()}) {
		if err != nil {
			return false, err
		}
		for _, referral := range page {
			if r.ids.Key(referral.ExternalReferenceID()) == r.ids.Key(marker) {
				return true, nil
			}
		}
		if pages++; pages >= canaryPages {
			break
		}
	}
	return false, nil
}
