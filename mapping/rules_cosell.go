package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"refload/api"
)

const (
	areaPath = attributesPath + "[type=SolutionArea]"
	playPath = attributesPath + "[type=SolutionPlay]"
)

// playsReview is the day from which on the known areas and plays, those of Microsoft's fiscal year 2026, may be replaced:
// what is not among them is a warning then.
var playsReview = time.Date(2026, time.July, 1, 0, 0, 0, 0, time.UTC)

// coSellAsks is what such a deal has to say.
//
// Source: help articles of connectors, looked up on 2026-11-28: mandatory since the beginning of fiscal year 2026. No page of
// Microsoft's says so of the API.
var coSellAsks = []requirement{
	{RequiredHelp, areaPath, "Solution Area", "the solution area", nil},
	{RequiredHelp, playPath, "Solution Play", "the solution play", nil},
}

func checkCoSell(rec *Record, _ RuleContext) []Problem {
	if !rec.Creates() || rec.Help != Yes || rec.Private {
		return nil
	}
	var all []Problem
	for _, r := range coSellAsks {
		if !rec.fulfils(r) {
			p := rec.about(r.path, r.header, r.what+" is missing")
			p.subject = ofOpening
			all = append(all, p)
		}
	}
	return all
}

// saysCoSell reports whether a referral has an area and a play.
func saysCoSell(referral *api.Referral) bool {
	rec := &Record{Doc: referral}
	return rec.attribute("SolutionArea") != "" && rec.attribute("SolutionPlay") != ""
}

// attribute returns the value of an attribute of the requirements, "" where the record has none.
func (r *Record) attribute(kind string) string {
	for _, element := range r.list(attributesPath) {
		if element["type"] == kind {
			value, _ := element["id"].(string)
			return value
		}
	}
	return ""
}

// checkPlay finds plays of another area.
func checkPlay(rec *Record, ctx RuleContext) []Problem {
	area, play := rec.attribute("SolutionArea"), rec.attribute("SolutionPlay")
	catalogues := EmbeddedCatalogues()
	if rec.columns != nil {
		catalogues = reading{Catalogues: rec.columns.options.Catalogues}.catalogues()
	}
	known, isPlay := catalogues.tables[solutionPlays].value(play)
	if _, isArea := catalogues.tables[solutionAreas].value(area); !isPlay || !isArea || len(known.Areas) == 0 || slices.Contains(known.Areas, area) {
		return nil
	}
	p := rec.about(playPath, "Solution Play", fmt.Sprintf("%s is a play of %s, not of %s, in the list of Microsoft's fiscal year 2026",
		quoted(play), strings.Join(known.Areas, " or "), shown(area)))
	if ctx.Today.IsZero() || !ctx.Today.Before(playsReview) {
		p.Severity = Warning
	}
	return []Problem{p}
}
