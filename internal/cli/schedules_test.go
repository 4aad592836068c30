package cli_test

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"refload/internal/cli"
)

// example is a fenced block of docs/operations.md: its language, what stands behind that, and its text.
type example struct{ language, name, text string }

var fenced = regexp.MustCompile("(?ms)^```([a-z]+) ?([a-z.]*)\n(.*?)^```$")

func examples(t *testing.T) map[string]example {
	t.Helper()
	found := map[string]example{}
	for _, match := range fenced.FindAllStringSubmatch(read(t, filepath.Join(root, "docs", "operations.md")), -1) {
		found[match[1]+" "+match[2]] = example{match[1], match[2], match[3]}
	}
	return found
}

// isCommand wants a command line that imports a folder unattended, with flags that there are.
func isCommand(t *testing.T, words []string) {
	t.Helper()
	if len(words) == 0 || !slices.Contains([]string{"refload", "/usr/local/bin/refload"}, words[0]) {
		t.Fatalf("%q is no command of ours", words)
	}
	if err := cli.ParseCommand(words[1:]); err != nil {
		t.Errorf("%q: %v", words, err)
	}
	for _, flag := range []string{"import", "--done", "--yes", "--config", "--profile", "--until"} {
		if !slices.Contains(words, flag) {
			t.Errorf("%q is without %s", words, flag)
		}
	}
}

func TestTheExampleForSystemd(t *testing.T) {
	folder := t.TempDir()
	all := examples(t)
	for _, name := range []string{"refload.service", "refload.timer"} {
		text := all["systemd "+name].text
		writeFile(t, folder, name, strings.ReplaceAll(text, "/usr/local/bin/refload", "/bin/true"))
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" && !regexp.MustCompile(`^\[[A-Z][a-z]+\]$|^[A-Z][A-Za-z]+=.+$`).MatchString(line) {
				t.Errorf("%s: %q", name, line)
			}
			if command, ok := strings.CutPrefix(line, "ExecStart="); ok {
				isCommand(t, strings.Fields(command))
			}
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is not installed; the units were read line by line only")
		return
	}
	// It complains of the machine as well; what counts is what it says of our two files.
	output, _ := exec.Command(analyze, "verify", "--man=no", "--recursive-errors=no", filepath.Join(folder, "refload.service"), filepath.Join(folder, "refload.timer")).CombinedOutput()
	for line := range strings.Lines(string(output)) {
		if strings.Contains(line, filepath.Join(folder, "refload.")) {
			t.Errorf("systemd-analyze: %s", line)
		}
	}
}

// cronFields are the bounds of the five fields of a crontab.
var cronFields = [][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}

func isCron(t *testing.T, fields []string) {
	t.Helper()
	if len(fields) < 5 {
		t.Fatalf("%q has not five fields", fields)
	}
	for i, bounds := range cronFields {
		for _, part := range strings.FieldsFunc(fields[i], func(r rune) bool { return r == ',' || r == '-' || r == '/' }) {
			if n, err := strconv.Atoi(part); part != "*" && (err != nil || n < bounds[0] || n > bounds[1]) {
				t.Errorf("field %d of %q is %q", i+1, fields, part)
			}
		}
	}
}

func TestTheExampleForCron(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(examples(t)["cron "].text), "\n")
	for _, line := range lines {
		fields := strings.Fields(line)
		isCron(t, fields)
		isCommand(t, fields[5:])
		if strings.Contains(line, "%") {
			t.Errorf("cron reads %% as a line break: %s", line)
		}
	}
}

func TestTheExampleForWindows(t *testing.T) {
	text := examples(t)["powershell "].text
	match := regexp.MustCompile(`-Argument '([^']*)'`).FindStringSubmatch(text)
	if match == nil || strings.Count(text, "'")%2 != 0 {
		t.Fatalf("%s", text)
	}
	isCommand(t, append([]string{"refload"}, strings.Fields(match[1])...))
	given := map[string]bool{}
	for _, name := range regexp.MustCompile(`\$(\w+)`).FindAllStringSubmatch(text, -1) {
		given[name[1]] = true
	}
	for name := range given {
		if !strings.Contains(text, "$"+name+" = ") {
			t.Errorf("$%s is never given a value", name)
		}
	}
}

func TestTheExampleForKubernetes(t *testing.T) {
	var job struct {
		APIVersion, Kind string
		Spec             struct {
			Schedule, ConcurrencyPolicy string
			JobTemplate                 struct {
				Spec struct {
					BackoffLimit *int
					Template     struct {
						Spec struct {
							RestartPolicy   string
							SecurityContext struct {
								RunAsUser, FSGroup  *int
								FSGroupChangePolicy string
							}
							TerminationGracePeriodSeconds int
							Containers                    []struct {
								Command      []string
								VolumeMounts []struct{ Name, MountPath string }
							}
							Volumes []struct{ Name string }
						}
					}
				}
			}
		}
	}
	decodeYAML(t, examples(t)["yaml kubernetes"].text, &job)
	pod := job.Spec.JobTemplate.Spec.Template.Spec
	if job.Kind != "CronJob" || job.Spec.ConcurrencyPolicy != "Forbid" || *job.Spec.JobTemplate.Spec.BackoffLimit != 0 || pod.RestartPolicy != "Never" || len(pod.Containers) != 1 {
		t.Fatalf("%+v", job)
	}
	isCron(t, strings.Fields(job.Spec.Schedule))
	isCommand(t, pod.Containers[0].Command)
	if mount := pod.Containers[0].VolumeMounts[0]; mount.Name != pod.Volumes[0].Name || !slices.Contains(pod.Containers[0].Command, mount.MountPath+"/state") {
		t.Errorf("the state is not on the volume: %+v", pod)
	}
	if user := pod.SecurityContext; user.RunAsUser == nil || user.FSGroup != nil && user.FSGroupChangePolicy != "OnRootMismatch" {
		t.Errorf("at each start the private files of the volume would be opened to a group, and refused: %+v", user)
	}
	if pod.TerminationGracePeriodSeconds < 60 {
		t.Errorf("%d s are too few for requests in flight (30 s) and the results", pod.TerminationGracePeriodSeconds)
	}
}

func TestTheExampleForActions(t *testing.T) {
	var flow struct {
		On struct {
			Schedule []struct{ Cron string }
		}
		Jobs map[string]struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}
	decodeYAML(t, examples(t)["yaml actions"].text, &flow)
	step := flow.Jobs["import"].Steps[0]
	isCron(t, strings.Fields(flow.On.Schedule[0].Cron))
	isCommand(t, strings.Fields(step.Run))
	for name, value := range step.Env {
		if value != "${{ secrets."+name+" }}" {
			t.Errorf("%s is %s", name, value)
		}
	}
}

// decodeYAML reads names in any case, as the structures here have them.
func decodeYAML(t *testing.T, text string, into any) {
	t.Helper()
	var plain any
	if err := yaml.Unmarshal([]byte(text), &plain); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := yaml.MarshalWithOptions(plain, yaml.JSON())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil { // which matches names in any case
		t.Fatal(err)
	}
}

// No example lives on an access token: a schedule outlasts its hour.
func TestSchedulesDoNotLiveOnAnAccessToken(t *testing.T) {
	for name, example := range examples(t) {
		if strings.Contains(example.text, tokenOfAnHour) && strings.Contains(example.text, "--until") {
			t.Errorf("%s goes by %s", name, tokenOfAnHour)
		}
	}
}

const tokenOfAnHour = "REFLOAD_ACCESS_TOKEN"
