// Command sbom writes the bill of materials of built binaries, as CycloneDX in JSON, to standard
// output: sbom VERSION BINARY…. What is in it was read from the binaries themselves, so that it names
// what was built and not what go.mod would have allowed.
package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// bill is a CycloneDX document, as far as it is used.
type bill struct {
	Format     string      `json:"bomFormat"`
	Spec       string      `json:"specVersion"`
	Version    int         `json:"version"`
	Metadata   metadata    `json:"metadata"`
	Components []component `json:"components"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Type    string `json:"type"`
	Ref     string `json:"bom-ref"`
	Name    string `json:"name"`
	Version string `json:"version"`
	Purl    string `json:"purl,omitempty"`
	Hashes  []hash `json:"hashes,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: sbom VERSION BINARY…")
		os.Exit(2)
	}
	document, err := billOf(os.Args[1], os.Args[2:])
	if err == nil {
		err = write(document)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "error: "+err.Error())
		os.Exit(1)
	}
}

func write(document bill) error {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document)
}

// billOf reads the binaries. Its components are the modules, then the standard library, then the
// binaries with their checksums; nothing in it depends on the day or the machine.
func billOf(version string, binaries []string) (bill, error) {
	document := bill{Format: "CycloneDX", Spec: "1.5", Version: 1,
		Metadata: metadata{component{Type: "application", Ref: "refload@" + version, Name: "refload", Version: version}}}
	known := map[string]component{}
	for _, path := range binaries {
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return document, fmt.Errorf("reading what %s was built of: %w", path, err)
		}
		known["std"] = component{Type: "library", Ref: "pkg:golang/std@" + info.GoVersion, Name: "std", Version: info.GoVersion, Purl: "pkg:golang/std@" + strings.TrimPrefix(info.GoVersion, "go")}
		for _, module := range info.Deps {
			if module.Replace != nil {
				module = module.Replace
			}
			purl := "pkg:golang/" + module.Path + "@" + module.Version
			known[module.Path] = component{Type: "library", Ref: purl, Name: module.Path, Version: module.Version, Purl: purl, Hashes: sumOf(module.Sum)}
		}
	}
	for _, one := range known {
		document.Components = append(document.Components, one)
	}
	slices.SortFunc(document.Components, func(a, b component) int { return strings.Compare(a.Name, b.Name) })
	return document, addBinaries(&document, binaries)
}

// sumOf turns the checksum of a module, which is that of its list of files, into hex.
func sumOf(sum string) []hash {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:"))
	if err != nil || len(raw) != sha256.Size {
		return nil
	}
	return []hash{{"SHA-256", hex.EncodeToString(raw)}}
}

func addBinaries(document *bill, binaries []string) error {
	for _, path := range binaries {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		sum, name := sha256.Sum256(data), filepath.Base(path)
		document.Components = append(document.Components, component{Type: "file", Ref: name, Name: name, Version: document.Metadata.Component.Version,
			Hashes: []hash{{"SHA-256", hex.EncodeToString(sum[:])}}})
	}
	return nil
}
