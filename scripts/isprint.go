// Isprint writes assembly/isprint.ts: which code points Go's strconv.Quote leaves as they are.
//
//	go run scripts/isprint.go > assembly/isprint.ts
package main

import (
	"fmt"
	"runtime"
	"strconv"
	"unicode/utf8"
)

func main() {
	fmt.Println("/** Made by scripts/isprint.go from the tables of", runtime.Version()+". */")
	fmt.Println()
	fmt.Print(text)
	// Runs of code points that are not printable and that are, in turns, from U+0000 on.
	start, printable, column := rune(0), false, 0
	for r := rune(0); r <= utf8.MaxRune; r++ {
		if strconv.IsPrint(r) == printable {
			continue
		}
		for n := uint32(r - start); ; n >>= 7 {
			b := n & 0x7f
			if n > 0x7f {
				b |= 0x80
			}
			item := fmt.Sprintf(" %d,", b)
			if column+len(item) > 96 {
				column = 0
			}
			if column == 0 {
				fmt.Print("\n   ")
				column = 3
			}
			fmt.Print(item)
			column += len(item)
			if n <= 0x7f {
				break
			}
		}
		start, printable = r, !printable
	}
	fmt.Print("\n  ];\n}\n")
}

const text = `/** isPrint tells whether a code point is printable as Go has it: letters, marks, numbers, punctuation, symbols, U+0020. */
export function isPrint(code: u32): bool {
  const bytes = runs();
  let end: u32 = 0;
  let printable = true;
  for (let i = 0; i < bytes.length; ) {
    let run: u32 = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = <u32>unchecked(bytes[i++]);
      run |= (byte & 127) << shift;
      if (byte < 128) break;
    }
    end += run;
    printable = !printable;
    if (code < end) return printable;
  }
  return false;
}

/** runs is the lengths of the runs that are not printable and that are, in turns, from U+0000 on; 7 bits a byte, low first. */
function runs(): StaticArray<u8> {
  // prettier-ignore
  return [`
