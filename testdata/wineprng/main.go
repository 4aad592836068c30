// Command wineprng writes to standard output the one library that every Go program needs on Windows and
// that older Wine, such as 8.0 of Debian 12, does not have: bcryptprimitives.dll. It has no code: its
// only function, ProcessPrng, is forwarded to the generator of random bytes that Wine has.
package main

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"os"
)

const (
	forward   = "ProcessPrng"
	forwardTo = "advapi32.SystemFunction036"
	library   = "bcryptprimitives.dll"

	headers = 0x200  // where the section begins in the file
	section = 0x1000 // and in memory
)

func main() { os.Stdout.Write(dll()) }

// dll is headers and one section of one block each.
func dll() []byte {
	table := exports()
	var out bytes.Buffer
	put(&out, [2]byte{'M', 'Z'}, [58]byte{}, uint32(64), [4]byte{'P', 'E'})
	put(&out, pe.FileHeader{
		Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: 1, SizeOfOptionalHeader: uint16(binary.Size(pe.OptionalHeader64{})),
		Characteristics: pe.IMAGE_FILE_EXECUTABLE_IMAGE | pe.IMAGE_FILE_LARGE_ADDRESS_AWARE | pe.IMAGE_FILE_DLL,
	})
	put(&out, optional(len(table)))
	put(&out, pe.SectionHeader32{
		Name: [8]uint8{'.', 'e', 'd', 'a', 't', 'a'}, VirtualSize: uint32(len(table)), VirtualAddress: section,
		SizeOfRawData: headers, PointerToRawData: headers,
		Characteristics: pe.IMAGE_SCN_CNT_INITIALIZED_DATA | pe.IMAGE_SCN_MEM_READ,
	})
	return pad(append(pad(out.Bytes(), headers), table...), 2*headers)
}

func optional(size int) pe.OptionalHeader64 {
	header := pe.OptionalHeader64{
		Magic: 0x20b, SizeOfInitializedData: headers, ImageBase: 0x180000000, SectionAlignment: section, FileAlignment: headers,
		MajorOperatingSystemVersion: 6, MajorSubsystemVersion: 6, SizeOfImage: 2 * section, SizeOfHeaders: headers,
		Subsystem: pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, DllCharacteristics: pe.IMAGE_DLLCHARACTERISTICS_NX_COMPAT,
		SizeOfStackReserve: 1 << 20, SizeOfHeapReserve: 1 << 20, NumberOfRvaAndSizes: 16,
	}
	header.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT] = pe.DataDirectory{VirtualAddress: section, Size: uint32(size)}
	return header
}

// exports is the directory of exports, its three tables of one entry each, and the names. An address
// inside the directory is no function but the name of one elsewhere.
func exports() []byte {
	const (
		addresses = section + 40 // behind the directory
		names     = addresses + 4
		ordinals  = names + 4
		texts     = ordinals + 2
		nameAt    = texts + uint32(len(library)) + 1
		targetAt  = nameAt + uint32(len(forward)) + 1
	)
	var out bytes.Buffer
	put(&out, [3]uint32{}, uint32(texts), [3]uint32{1, 1, 1}, [3]uint32{addresses, names, ordinals})
	put(&out, targetAt, nameAt, uint16(0))
	out.WriteString(library + "\x00" + forward + "\x00" + forwardTo + "\x00")
	return out.Bytes()
}

func put(out *bytes.Buffer, values ...any) {
	for _, value := range values {
		binary.Write(out, binary.LittleEndian, value) // a Buffer refuses nothing
	}
}

func pad(data []byte, size int) []byte { return append(data, make([]byte, size-len(data))...) }
