package cli_test

import (
	"strings"
	"testing"

	"refload/internal/cli"
	"refload/mapping"
)

// The example of a mapping file is one, has every key, and stands in the help.
func TestTheExampleOfAMappingFile(t *testing.T) {
	if _, err := mapping.ParseFile("crm.yaml", []byte(cli.MappingExample)); err != nil {
		t.Fatal(err)
	}
	code, text, _ := call(t, nil, "help", "mapping-file")
	if code != 0 || !strings.Contains(text, cli.MappingExample) {
		t.Errorf("exit %d\n%s", code, text)
	}
	_, err := mapping.ParseFile("crm.yaml", []byte("nonsense: 1\n"))
	hint := err.(interface{ Hint() string }).Hint()
	_, keys, _ := strings.Cut(hint, "the keys are ")
	for _, key := range strings.Split(keys, ", ") {
		if !strings.Contains("\n"+cli.MappingExample, "\n"+key+":") {
			t.Errorf("the key %q is not in the example", key)
		}
	}
}
