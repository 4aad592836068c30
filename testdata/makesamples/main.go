// Command makesamples writes the files in samples, or with -rows N a CSV of N generated
// deals for load tests. All people and companies in them are invented.
//
//	go run ./testdata/makesamples
//	go run ./testdata/makesamples -rows 10000 -out big.csv
//	go run ./testdata/makesamples -rows 2000 -legacy -out legacy.csv
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
)

func main() {
	folder := flag.String("folder", "samples", "where the samples are written")
	rows := flag.Int("rows", 0, "write so many generated deals instead")
	out := flag.String("out", "deals.csv", "file of the generated deals")
	bare := flag.Bool("nocrm", false, "generated deals have no CRM ID")
	legacy := flag.Bool("legacy", false, "generated deals are those of a migration: won and lost ones among them")
	flag.Parse()
	var err error
	if *rows > 0 && *legacy {
		err = writeLegacy(*out, *rows)
	} else if *rows > 0 {
		err = writeMany(*out, *rows, *bare)
	} else {
		err = writeSamples(*folder)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// writeSamples writes every sample.
func writeSamples(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, write := range map[string]func(string) error{
		"deals.xlsx": writeDeals, "portal.csv": writePortal, "mistakes.xlsx": writeMistakes,
		"documented-create.csv": writeDocumented, "crm-export.csv": writeCRM,
	} {
		path := folder + "/" + name
		if err := write(path); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			return err
		}
	}
	return nil
}
