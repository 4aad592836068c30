package main

import (
	"encoding/csv"
	"os"
)

// writeSemicolons writes a CSV with semicolons, as spreadsheets of many countries do.
func writeSemicolons(path string, headers []string, rows [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer file.Close()
	out := csv.NewWriter(file)
	out.Comma = ';'
	if err := out.WriteAll(append([][]string{headers}, rows...)); err != nil {
		return err
	}
	return file.Sync()
}
