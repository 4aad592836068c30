package sandbox

import (
	"encoding/json"
	"strings"
)

// pagingKinds are the ways in which a list misbehaves.
var pagingKinds = []string{"repeat", "empty page", "loop", "other host", "http", "relative", "userinfo", "no count", "wrong count", "insert", "close"}

// nextLinks are what a nextLink becomes, by kind. {query} is the query that is due.
var nextLinks = map[string]string{
	"other host": "https://elsewhere.example.com/v1.0/engagements/referrals{query}",
	"http":       "http://elsewhere.example.com/v1.0/engagements/referrals{query}",
	"relative":   "referrals{query}",
	"userinfo":   "https://api.partner.microsoft.com@elsewhere.example.com/v1.0/engagements/referrals{query}",
}

// disturbPage changes a page of the list, its nextLink, or what is behind it.
func disturbPage(x *exchange) {
	document := x.parsed()
	if !x.succeeded() || document == nil {
		return
	}
	link, more := document["@odata.nextLink"].(string)
	kind := x.kind()
	if to, ok := nextLinks[kind]; ok && more {
		document["@odata.nextLink"] = strings.ReplaceAll(to, "{query}", link[strings.Index(link, "?"):])
	}
	if change, ok := pageChanges[kind]; ok {
		change(x, document, more)
	}
	x.answer.rewrite(encode(document))
}

// pageChanges are the other kinds. more says whether there is a next page.
var pageChanges = map[string]func(x *exchange, document map[string]any, more bool){
	"repeat": func(_ *exchange, document map[string]any, _ bool) {
		if list := elements(document["value"]); len(list) > 0 {
			document["value"] = append(list, list[0], list[len(list)-1])
		}
	},
	// an empty page that leads to the one that is due; it comes with the first page only, else
	// it would come for ever
	"empty page": func(x *exchange, document map[string]any, _ bool) {
		query := x.call.request.URL.RawQuery
		if strings.Contains(query, "skiptoken") {
			return
		}
		start, bad := parseListing(query)
		if bad == nil {
			document["value"], document["@odata.count"] = []any{}, 0
			document["@odata.nextLink"] = nextLink(start)
		}
	},
	"loop": func(x *exchange, document map[string]any, more bool) {
		if !more {
			x.spare()
			return
		}
		document["@odata.nextLink"] = "http://api.partner.microsoft.com/v1.0/referrals?" + x.call.request.URL.RawQuery
	},
	"no count":    func(_ *exchange, document map[string]any, _ bool) { delete(document, "@odata.count") },
	"wrong count": func(_ *exchange, document map[string]any, _ bool) { document["@odata.count"] = json.Number("123456") },
	"insert": func(x *exchange, _ map[string]any, more bool) {
		if more {
			x.sandbox.Seed(map[string]any{"name": "Somebody else's deal", "direction": "Incoming"})
		}
	},
	"close": func(x *exchange, document map[string]any, more bool) {
		if list := elements(document["value"]); more && len(list) > 0 {
			x.sandbox.editAs(text(list[len(list)-1], "id"), closeDeal)
		}
	},
}
