import {
  Addr,
  addrFromSlice,
  AddrPort,
  mustParseAddr,
  mustParseAddrPort,
  mustParsePrefix,
  parseAddr,
  parseAddrPort,
  parsePrefix,
  Prefix,
  prefixFrom,
} from "wasi-net/assembly/netip";
import { decodeUTF8, encodeUTF8 } from "wasi-net/assembly/utf8";
import { failed, ok, predicates } from "./answer";
import { Args, bool_, hex, hexOf, list, Obj, str } from "./json";

/** netip answers the vectors of package netip; null for a name that it does not know. */
export function netip(fn: string, a: Args): string | null {
  if (fn == "ParseAddr") return parsedAddr(a);
  if (fn == "ParseAddrPort") return parsedAddrPort(a);
  if (fn == "ParsePrefix") return parsedPrefix(a);
  if (fn == "PrefixFrom") return text(prefixFrom(addr(a, 0), a.int(1)).toString());
  if (fn == "AddrFromSlice") {
    const found = addrFromSlice(a.bytes(0));
    return ok(found.isValid() ? str(found.toString()) : "null");
  }
  if (fn == "Prefix.Contains") return ok(bool_(prefix(a, 0).contains(addr(a, 1))));
  if (fn == "Prefix.Overlaps") return ok(bool_(prefix(a, 0).overlaps(prefix(a, 1))));
  if (fn == "Addr.Compare") {
    const x = addr(a, 0);
    const y = addr(a, 1);
    const out = new Obj()
      .int("cmp", x.compare(y))
      .flag("less", x.less(y))
      .flag("eq", x == y);
    return ok(out.toString());
  }
  if (fn == "Addr.Prefix") {
    const found = addr(a, 0).prefix(a.int(1));
    return found.err !== null ? failed<Prefix>(found, false) : text(found.value.toString());
  }
  if (fn == "Addr.WithZone") return text(addr(a, 0).withZone(a.text(1)).toString());
  if (fn == "Prefix.Compare") return ok(prefix(a, 0).compare(prefix(a, 1)).toString());
  if (fn == "AddrPort.Compare") return ok(addrPort(a, 0).compare(addrPort(a, 1)).toString());
  if (fn == "sort") return sorted(a);
  return binary(fn, a);
}

function binary(fn: string, a: Args): string | null {
  if (fn == "Addr.MarshalBinary") return ok(hexOf(addr(a, 0).marshalBinary()));
  if (fn == "Prefix.MarshalBinary") return ok(hexOf(prefix(a, 0).marshalBinary()));
  if (fn == "AddrPort.MarshalBinary") {
    return ok(hexOf(addrPort(a, 0).marshalBinary()));
  }
  if (fn == "Addr.UnmarshalBinary") {
    const r = Addr.unmarshalBinary(a.data(0));
    return r.err !== null ? failed<Addr>(r, false) : text(r.value.toString());
  }
  if (fn == "AddrPort.UnmarshalBinary") {
    const r = AddrPort.unmarshalBinary(a.data(0));
    return r.err !== null ? failed<AddrPort>(r, false) : text(r.value.toString());
  }
  if (fn == "Prefix.UnmarshalBinary") {
    const r = Prefix.unmarshalBinary(a.data(0));
    return r.err !== null ? failed<Prefix>(r, false) : text(r.value.toString());
  }
  return textual(fn, a);
}

function textual(fn: string, a: Args): string | null {
  if (fn == "Addr.UnmarshalText") {
    const r = Addr.unmarshalText(encodeUTF8(a.text(0)));
    if (r.err !== null) return failed<Addr>(r, false);
    const x = r.value;
    return written(x.toString(), x.marshalText(), x.appendText(prompt()));
  }
  if (fn == "AddrPort.UnmarshalText") {
    const r = AddrPort.unmarshalText(encodeUTF8(a.text(0)));
    if (r.err !== null) return failed<AddrPort>(r, false);
    const x = r.value;
    return written(x.toString(), x.marshalText(), x.appendText(prompt()));
  }
  if (fn == "Prefix.UnmarshalText") {
    const r = Prefix.unmarshalText(encodeUTF8(a.text(0)));
    if (r.err !== null) return failed<Prefix>(r, false);
    const x = r.value;
    return written(x.toString(), x.marshalText(), x.appendText(prompt()));
  }
  return null;
}

/** prompt is bytes that are there already when something is added. */
function prompt(): u8[] {
  return [0x3e, 0x20];
}

function written(value: string, marshalled: Uint8Array, appended: u8[]): string {
  const out = new Obj().text("str", value);
  out.text("text", decodeUTF8(marshalled.dataStart, marshalled.length));
  return ok(out.text("appended", decodeUTF8(appended.dataStart, appended.length)).toString());
}

function parsedAddr(a: Args): string {
  const r = parseAddr(a.text(0));
  if (r.err !== null) return failed<Addr>(r, false);
  const x = r.value;
  const out = new Obj()
    .text("str", x.toString())
    .text("kind", x.is4() ? "4" : x.is4In6() ? "4in6" : "6")
    .raw("hex", hex(x.as16()))
    .text("next", x.next().toString())
    .text("prev", x.prev().toString())
    .text("unmap", x.unmap().toString())
    .text("exp", x.stringExpanded())
    .raw("is", predicates<Addr>(x));
  if (x.zone() != "") out.text("zone", x.zone());
  return ok(out.toString());
}

function parsedAddrPort(a: Args): string {
  const r = parseAddrPort(a.text(0));
  if (r.err !== null) return failed<AddrPort>(r, false);
  const x = r.value;
  const out = new Obj().text("str", x.toString()).text("addr", x.addr().toString());
  return ok(out.int("port", x.port()).toString());
}

function parsedPrefix(a: Args): string {
  const r = parsePrefix(a.text(0));
  if (r.err !== null) return failed<Prefix>(r, false);
  const x = r.value;
  const out = new Obj()
    .text("str", x.toString())
    .text("addr", x.addr().toString())
    .int("bits", x.bits())
    .text("masked", x.masked().toString())
    .flag("single", x.isSingleIP());
  return ok(out.toString());
}

function sorted(a: Args): string {
  const all: Addr[] = [];
  for (let i = 0; i < a.length; i++) all.push(addr(a, i));
  all.sort((x, y) => x.compare(y));
  return ok(list(all.map<string>((x) => str(x.toString()))));
}

function addr(a: Args, index: i32): Addr {
  const s = a.text(index);
  return s == "invalid IP" ? new Addr(0, 0, 0) : mustParseAddr(s);
}

function addrPort(a: Args, index: i32): AddrPort {
  return mustParseAddrPort(a.text(index));
}

function prefix(a: Args, index: i32): Prefix {
  return mustParsePrefix(a.text(index));
}

function text(value: string): string {
  return ok(str(value));
}
