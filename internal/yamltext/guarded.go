package yamltext

// Guarded parses, and returns the error that is given where the parser panics: it says nothing of what stands in
// the file, as a panic might.
func Guarded[T any](parse func() (T, error), panicked error) (value T, err error) {
	defer func() {
		if recover() != nil {
			var nothing T
			value, err = nothing, panicked
		}
	}()
	return parse()
}
