/** JSON for the host: the guest writes its answers, the host compares them. */
import { hexString } from "wasi-net/assembly/octets";

/** Args is what a vector's "in" holds. */
export class Args {
  /**
   * fields begin with a letter for the type: s a string, n a number, b a bool ("t" or "f"), z null.
   */
  constructor(private fields: string[]) {}

  get length(): i32 {
    return this.fields.length;
  }

  isNull(index: i32): bool {
    return this.fields[index] == "z";
  }

  text(index: i32): string {
    return this.fields[index].substring(1);
  }

  int(index: i32): i32 {
    return <i32>parseInt(this.text(index));
  }

  flag(index: i32): bool {
    return this.text(index) == "t";
  }

  /** bytes is the bytes of a string of hexadecimal digits; null is none. */
  bytes(index: i32): StaticArray<u8> {
    const text = this.text(index);
    const bytes = new StaticArray<u8>(text.length >> 1);
    for (let i = 0; i < bytes.length; i++) {
      bytes[i] = <u8>parseInt(text.substring(i << 1, (i + 1) << 1), 16);
    }
    return bytes;
  }

  /** data is bytes as an array of the other kind. */
  data(index: i32): Uint8Array {
    const bytes = this.bytes(index);
    const data = new Uint8Array(bytes.length);
    memory.copy(data.dataStart, changetype<usize>(bytes), bytes.length);
    return data;
  }
}

/** Obj is an object that is being written. */
export class Obj {
  private members: string[] = [];

  /** raw adds a member whose value is JSON already. */
  raw(key: string, json: string): Obj {
    this.members.push(str(key) + ":" + json);
    return this;
  }

  text(key: string, value: string): Obj {
    return this.raw(key, str(value));
  }

  int(key: string, value: i32): Obj {
    return this.raw(key, value.toString());
  }

  flag(key: string, value: bool): Obj {
    return this.raw(key, bool_(value));
  }

  toString(): string {
    return "{" + this.members.join(",") + "}";
  }
}

/** str is a string in JSON. Surrogates are escaped: one that stands alone has no UTF-8. */
export function str(value: string): string {
  const parts: string[] = ['"'];
  let plain = 0;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    const quoted = unit == 0x22 || unit == 0x5c;
    if (!quoted && unit >= 0x20 && (unit & 0xf800) != 0xd800) continue;
    parts.push(value.substring(plain, i));
    parts.push(quoted ? "\\" + value.charAt(i) : "\\u" + ("000" + unit.toString(16)).slice(-4));
    plain = i + 1;
  }
  parts.push(value.substring(plain) + '"');
  return parts.join("");
}

/** list is an array of values that are JSON already. */
export function list(values: string[]): string {
  return "[" + values.join(",") + "]";
}

export function bool_(value: bool): string {
  return value ? "true" : "false";
}

/** hex is bytes as a string of hexadecimal digits. */
export function hex(bytes: StaticArray<u8>): string {
  return str(hexString(bytes));
}

/** hexOf is hex of the other kind of array. */
export function hexOf(data: Uint8Array): string {
  const bytes = new StaticArray<u8>(data.length);
  memory.copy(changetype<usize>(bytes), data.dataStart, data.length);
  return hex(bytes);
}
