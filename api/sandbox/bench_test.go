package sandbox

import (
	"fmt"
	"path/filepath"
	"testing"
)

// BenchmarkCreate posts the documented sample, over and over.
func BenchmarkCreate(b *testing.B) {
	for name, file := range map[string]string{"memory": "", "file": filepath.Join(b.TempDir(), "state")} {
		b.Run(name, func(b *testing.B) {
			s, err := Open(Options{StateFile: file})
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			w := &world{t: &testing.T{}, Sandbox: s}
			b.ReportAllocs()
			for b.Loop() {
				w.do("POST", collection, sampleBody)
			}
		})
	}
}

// BenchmarkPages lists 20,000 referrals from the first page to the last.
func BenchmarkPages(b *testing.B) {
	s, err := Open(Options{StateFile: filepath.Join(b.TempDir(), "state")})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	w := &world{t: &testing.T{}, Sandbox: s}
	for i := range 20_000 {
		w.do("POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
	}
	b.ReportAllocs()
	for b.Loop() {
		w.walk("?$orderby=createdDateTime", nil)
	}
}

// BenchmarkReopen restores 20,000 referrals.
func BenchmarkReopen(b *testing.B) {
	options := Options{StateFile: filepath.Join(b.TempDir(), "state")}
	s, err := Open(options)
	if err != nil {
		b.Fatal(err)
	}
	w := &world{t: &testing.T{}, Sandbox: s}
	for i := range 20_000 {
		w.do("POST", collection, sample("externalReferenceId", fmt.Sprintf(`"CRM-%d"`, i)))
	}
	s.Close()
	b.ReportAllocs()
	for b.Loop() {
		if s, err = Open(options); err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}
