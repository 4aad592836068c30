package main

import (
	"os"
	"strings"
	"testing"
)

// The bill of this test's own binary names the Go release and the binary.
func TestBillOfABinary(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	one, err := billOf("v1", []string{self})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]component{}
	for _, c := range one.Components {
		names[c.Name] = c
	}
	if std := names["std"]; !strings.HasPrefix(std.Purl, "pkg:golang/std@1.") {
		t.Errorf("%+v", std)
	}
	last := one.Components[len(one.Components)-1]
	if last.Type != "file" || len(last.Hashes) != 1 || len(last.Hashes[0].Content) != 64 {
		t.Errorf("%+v", last)
	}
	if _, err := billOf("v1", []string{"main.go"}); err == nil {
		t.Error("a source file has a bill")
	}
}

func TestSumOfAModule(t *testing.T) {
	if got := sumOf("h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="); len(got) != 1 || got[0].Content != "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" {
		t.Errorf("%v", got)
	}
	if got := sumOf("h1:short"); got != nil {
		t.Errorf("%v", got)
	}
}
