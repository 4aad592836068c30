package api

import "time"

// Rate is how many requests a second may start. It moves by additive increase and
// multiplicative decrease: for every 20 good answers half a request a second more, or a
// twentieth of Max where that is more, so that the way back from half of it takes 200 good
// answers at any Max; half the rate at most once a second when the service throttles, never
// above Max. The zero Rate means no pacing.
type Rate struct {
	Max  float64 // the ceiling, in requests a second; 0 means no pacing
	now  float64
	good int       // good answers since the last increase
	cut  time.Time // when the rate was last halved
}

// The steps of a moving rate.
const (
	goodAnswersPerIncrease = 20
	increase               = 0.5
	increaseOfMax          = 1.0 / 20
	slowest                = 0.5
	betweenCuts            = time.Second
)

// FixedRate returns a rate that starts at perSecond, which is also its ceiling. 0 or less
// means no pacing.
func FixedRate(perSecond float64) Rate { return MovingRate(perSecond, perSecond) }

// MovingRate returns a rate that starts at start and finds its way up to ceiling, both in
// requests a second.
func MovingRate(start, ceiling float64) Rate {
	ceiling = max(0, ceiling)
	return Rate{Max: ceiling, now: min(max(0, start), ceiling)}
}

// slower halves the rate; answers to requests that were sent before the last cut do not cut
// it again.
func (r *Rate) slower(now time.Time) {
	if r.Max == 0 || now.Sub(r.cut) < betweenCuts {
		return
	}
	r.now = max(min(slowest, r.Max), r.now/2)
	r.good, r.cut = 0, now
}

func (r *Rate) faster() {
	if r.Max == 0 || r.now >= r.Max {
		return
	}
	if r.good++; r.good >= goodAnswersPerIncrease {
		r.now, r.good = min(r.Max, r.now+max(increase, increaseOfMax*r.Max)), 0
	}
}
