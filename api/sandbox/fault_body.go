package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf16"
)

// bodyFaults change the bytes of an answer.
var bodyFaults = []fault{
	{code: "F47", title: "an HTML page as success", kinds: []string{"text/html", "application/json"}, meddle: htmlSuccess},
	{code: "F48", title: "broken JSON as success", kinds: []string{"cut", "two documents", "trailing HTML"}, meddle: breakJSON},
	{code: "F49", title: "another encoding than the headers say", kinds: []string{"byte order mark", "UTF-16", "invalid UTF-8", "not gzip"}, meddle: breakEncoding},
	{code: "F50", title: "JSON that nobody documented", kinds: []string{"twice", "new fields", "null object", "array", "unknown enum"}, meddle: bendJSON},
	{code: "F51", title: "a body that is much too large", kinds: []string{"plain", "gzip"}, send: sendHuge, sent: ResponseFull},
	{code: "F52", title: "text that is dangerous to show", kinds: hostileKinds, arrive: hostileError, meddle: hostileNames},
	{code: "F53", title: "numbers in unusual spelling", kinds: []string{"9007199254740993", "50000.10", "1e21", "-0", "text"}, meddle: oddNumbers},
}

// rewrite gives an answer another body.
func (a *reply) rewrite(body []byte) {
	a.body = body
	a.header.Set("Content-Length", strconv.Itoa(len(body)))
}

func htmlSuccess(x *exchange) {
	if x.succeeded() {
		x.answer.rewrite(htmlPage(x.answer.status))
		x.answer.header.Set("Content-Type", x.kind())
	}
}

func breakJSON(x *exchange) {
	body := x.answer.body
	if !x.succeeded() || len(body) < 2 {
		return
	}
	broken := map[string][]byte{
		"cut":           body[:x.cut(len(body))],
		"two documents": bytes.Repeat(body, 2),
		"trailing HTML": append(bytes.Clone(body), htmlPage(200)...),
	}
	x.answer.rewrite(broken[x.kind()])
}

func breakEncoding(x *exchange) {
	body := x.answer.body
	if !x.succeeded() || len(body) < 2 {
		return
	}
	switch x.kind() {
	case "byte order mark":
		body = append([]byte("\ufeff"), body...)
	case "UTF-16":
		body = utf16Of(string(body))
	case "invalid UTF-8":
		body = bytes.Replace(body, []byte(`":"`), []byte("\":\"\xff\xc0"), 1)
	case "not gzip":
		x.answer.header.Set("Content-Encoding", "gzip")
	}
	x.answer.rewrite(body)
}

func utf16Of(text string) []byte {
	var buffer bytes.Buffer
	for _, unit := range utf16.Encode([]rune("\ufeff" + text)) {
		buffer.Write(binary.LittleEndian.AppendUint16(nil, unit))
	}
	return buffer.Bytes()
}

// bendJSON changes each referral of the answer in a way that a reader has to bear.
func bendJSON(x *exchange) {
	kind := x.kind()
	if kind == "twice" && x.succeeded() && len(x.answer.body) > 1 {
		x.answer.rewrite(append([]byte(`{"status":"New","status":"Active",`), x.answer.body[1:]...))
		return
	}
	x.eachReferral(func(referral map[string]any) {
		switch kind {
		case "new fields":
			referral["somethingNew"] = map[string]any{"since": "2026", "values": []any{1, nil, true}}
		case "null object":
			referral["inviteContext"] = nil
		case "array":
			referral["trackingInfo"] = []any{}
		case "unknown enum":
			referral["qualification"] = "ServiceQualified"
		}
	})
}

// eachReferral changes the referral, or all those of a page, of a success.
func (x *exchange) eachReferral(change func(map[string]any)) {
	document := x.parsed()
	if !x.succeeded() || document == nil {
		return
	}
	if page, ok := document["value"].([]any); ok {
		for _, referral := range page {
			change(referral.(map[string]any))
		}
	} else {
		change(document)
	}
	x.answer.rewrite(encode(document))
}

// usualHuge is the size of a body that is much too large: beyond any limit worth the name, and
// still fit for a test.
const usualHuge = 64 << 20

// sendHuge sends a JSON string of Size bytes, plain or as the little that gzip makes of it.
func sendHuge(x *exchange) {
	size := x.rule.Size
	if size == 0 {
		size = usualHuge
	}
	x.answer.header.Del("Content-Length")
	if x.answer.status == http.StatusNoContent {
		x.answer.status = http.StatusOK
	}
	var target io.Writer = x.w
	if x.kind() == "gzip" {
		x.answer.header.Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(x.w)
		defer packed.Close()
		target = packed
	}
	x.answer.body = nil
	x.answer.write(x.w)
	block := bytes.Repeat([]byte("x"), 1<<16)
	io.WriteString(target, `{"name":"`)
	for sent := 0; sent < size; sent += len(block) {
		if _, err := target.Write(block); err != nil {
			return
		}
	}
	io.WriteString(target, `"}`)
}

// hostileTexts are what a terminal, a log or a spreadsheet may trip over.
var hostileTexts = map[string]string{
	"escape":    "\x1b[2J\x1b]0;title\a red \x1b[31m",
	"control":   "first\rsecond\nthird\b\x00\x7f\u0085",
	"direction": "\u202egnp.exe\u2066 \u200b\ufeff",
	"formula":   `=HYPERLINK("http://elsewhere.example.com","click")`,
	"long":      strings.Repeat("long ", 2000),
}

var hostileKinds = []string{"escape", "control", "direction", "formula", "long"}

// hostileError answers half of the requests with such a text as the error's message; the other
// half carries it in the names.
func hostileError(x *exchange) {
	if x.draw("error") < 0.5 {
		x.respondError(http.StatusBadRequest, hostileTexts[x.kind()], hostileTexts[x.kind()])
	}
}

func hostileNames(x *exchange) {
	hostile := hostileTexts[x.kind()]
	x.eachReferral(func(referral map[string]any) {
		referral["name"], referral["statusReason"] = hostile, hostile
	})
}

func oddNumbers(x *exchange) {
	kind := x.kind()
	x.eachReferral(func(referral map[string]any) {
		details, ok := referral["details"].(map[string]any)
		switch {
		case !ok:
		case kind == "text":
			details["dealValue"] = "10000"
		default:
			details["dealValue"] = json.Number(kind)
		}
	})
}
