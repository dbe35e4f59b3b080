//go:build ignore

// Asks Go again what it makes of the texts in asked-of-go.json and prints the file with its answers.
// In a module that requires k8s.io/apimachinery v0.37.2: go run record.go < asked-of-go.json
package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/runtime"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

type asked struct {
	Comment string `json:"comment"`
	Read    []struct {
		YAML   string  `json:"yaml"`
		JSON   *string `json:"json"`
		Error  *string `json:"error"`
		Strict *string `json:"strict"`
	} `json:"read"`
	Documents []struct {
		Text      string   `json:"text"`
		Documents []string `json:"documents"`
		Error     *string  `json:"error"`
	} `json:"documents"`
	Write []struct {
		JSON string `json:"json"`
		YAML string `json:"yaml"`
	} `json:"write"`
}

func main() {
	var all asked
	must(json.NewDecoder(os.Stdin).Decode(&all))
	for i := range all.Read {
		q := &all.Read[i]
		answer, err := yaml.YAMLToJSON([]byte(q.YAML))
		_, strict := yaml.YAMLToJSONStrict([]byte(q.YAML))
		q.JSON, q.Error, q.Strict = nil, text(err), text(strict)
		if err == nil {
			s := string(answer)
			q.JSON = &s
		}
	}
	for i := range all.Documents {
		q := &all.Documents[i]
		q.Documents, q.Error = []string{}, nil
		decoder := utilyaml.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(q.Text)), 4096)
		for {
			raw := runtime.RawExtension{}
			err := decoder.Decode(&raw)
			if err == io.EOF {
				break
			}
			if q.Error = text(err); err != nil {
				break
			}
			if document := string(bytes.TrimSpace(raw.Raw)); document != "" && document != "null" {
				q.Documents = append(q.Documents, document)
			}
		}
	}
	for i := range all.Write {
		answer, err := yaml.JSONToYAML([]byte(all.Write[i].JSON))
		must(err)
		all.Write[i].YAML = string(answer)
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	must(encoder.Encode(all))
}

func text(err error) *string {
	if err == nil {
		return nil
	}
	s := err.Error()
	return &s
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
