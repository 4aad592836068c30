package sheet

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"io"
	"slices"
)

// sharedStrings holds the texts that cells of a workbook refer to by number. A large workbook has
// millions: they are packed as soon as a block of them is full, and the blocks that were looked
// into last are kept unpacked. Rows refer to texts roughly in the order in which they stand, so
// that a block is seldom unpacked twice in one reading.
type sharedStrings struct {
	blocks []textBlock
	filled []byte // the block that is being filled: each text behind its length
	starts []uint32
	count  int
	held   int64 // bytes of the packed blocks
	packer *flate.Writer
	recent textCache
}

// textBlock is a block of texts that is full.
type textBlock struct {
	first  int // the number of its first text
	size   int // bytes when it is unpacked
	packed []byte
}

const (
	blockBytes = 32 << 10
	blockTexts = 4096
	cacheBytes = 32 << 20
)

func (t *sharedStrings) add(text []byte) {
	t.starts = append(t.starts, uint32(len(t.filled)))
	t.filled = binary.AppendUvarint(t.filled, uint64(len(text)))
	t.filled = append(t.filled, text...)
	t.count++
	if len(t.filled) >= blockBytes || len(t.starts) >= blockTexts {
		t.pack()
	}
}

// bytes returns how much memory the texts take, but for those that are kept unpacked.
func (t *sharedStrings) bytes() int64 { return t.held + int64(len(t.filled)) }

func (t *sharedStrings) pack() {
	var out bytes.Buffer
	if t.packer == nil {
		t.packer, _ = flate.NewWriter(&out, flate.BestSpeed) // the level is a valid one
	}
	t.packer.Reset(&out)
	t.packer.Write(t.filled) // a buffer takes everything
	t.packer.Close()
	packed := bytes.Clone(out.Bytes())
	t.blocks = append(t.blocks, textBlock{first: t.count - len(t.starts), size: len(t.filled), packed: packed})
	t.held += int64(len(packed))
	t.filled, t.starts = t.filled[:0], t.starts[:0]
}

// at returns a text; false for a number beyond the table.
func (t *sharedStrings) at(index int) (string, bool) {
	if index < 0 || index >= t.count {
		return "", false
	}
	if first := t.count - len(t.starts); index >= first {
		return textAt(t.filled[t.starts[index-first]:]), true
	}
	block, exact := slices.BinarySearchFunc(t.blocks, index, func(b textBlock, n int) int { return b.first - n })
	if !exact {
		block--
	}
	page := t.recent.page(block, t.unpack)
	return textAt(page.texts[page.starts[index-t.blocks[block].first]:]), true
}

// textAt returns the text whose length begins the stretch.
func textAt(stretch []byte) string {
	length, n := binary.Uvarint(stretch)
	return string(stretch[n : n+int(length)])
}

// textPage is a block unpacked.
type textPage struct {
	texts  []byte
	starts []uint32
}

func (t *sharedStrings) unpack(block int) *textPage {
	page := &textPage{texts: make([]byte, t.blocks[block].size)}
	if _, err := io.ReadFull(flate.NewReader(bytes.NewReader(t.blocks[block].packed)), page.texts); err != nil {
		panic(err) // it was packed here
	}
	for at := 0; at < len(page.texts); {
		page.starts = append(page.starts, uint32(at))
		length, n := binary.Uvarint(page.texts[at:])
		at += n + int(length)
	}
	return page
}

// textCache keeps pages: those that were used lately, and those that were used before them. When
// the former are many, they take the place of the latter.
type textCache struct {
	lately, before map[int]*textPage
	bytes          int
}

func (c *textCache) page(block int, unpack func(int) *textPage) *textPage {
	if page := c.lately[block]; page != nil {
		return page
	}
	page := c.before[block]
	if page == nil {
		page = unpack(block)
	}
	if c.bytes += len(page.texts) + 4*len(page.starts); c.lately == nil || c.bytes > cacheBytes/2 {
		c.before, c.lately, c.bytes = c.lately, map[int]*textPage{}, 0
	}
	c.lately[block] = page
	return page
}
