import { DNSError } from "wasi-net/assembly/dnserror";
import { isDomainName } from "wasi-net/assembly/dnsname";
import { NetError } from "wasi-net/assembly/errors";
import { InetAddr } from "wasi-net/assembly/inetaddr";
import { Flags } from "wasi-net/assembly/interface";
import { IP, parseIP } from "wasi-net/assembly/ip";
import { IPAddr, resolveIPAddr } from "wasi-net/assembly/ipaddr";
import { CIDR, cidrMask, IPMask, IPNet, parseCIDR } from "wasi-net/assembly/ipnet";
import { HostPort, joinHostPort, splitHostPort } from "wasi-net/assembly/ipsock";
import { lookupIPAddr } from "wasi-net/assembly/lookup";
import { HardwareAddr, parseMAC } from "wasi-net/assembly/mac";
import {
  AddrError,
  InvalidAddrError,
  ParseError,
  UnknownNetworkError,
} from "wasi-net/assembly/neterror";
import { AddrPort, mustParseAddrPort } from "wasi-net/assembly/netip";
import { Octets } from "wasi-net/assembly/octets";
import { lookupPort } from "wasi-net/assembly/port";
import { resolveTCPAddr, TCPAddr, tcpAddrFromAddrPort } from "wasi-net/assembly/tcpaddr";
import { resolveUDPAddr, UDPAddr, udpAddrFromAddrPort } from "wasi-net/assembly/udpaddr";
import { resolveUnixAddr, UnixAddr } from "wasi-net/assembly/unixaddr";
import { decodeUTF8, encodeUTF8 } from "wasi-net/assembly/utf8";
import { fail, failed, ok, predicates } from "./answer";
import { Args, bool_, hex, list, Obj, str } from "./json";

/**
 * net answers the vectors of package net that need no socket; null for a name that it does not
 * know.
 */
export function net(fn: string, a: Args): string | null {
  const answer = ipFunctions(fn, a);
  if (answer !== null) return answer;
  if (fn == "ParseMAC") return parsedMAC(a);
  if (fn == "HardwareAddr.String") return text(new HardwareAddr(a.bytes(0)).toString());
  if (fn == "SplitHostPort") {
    const r = splitHostPort(a.text(0));
    if (r.err !== null) return failed<HostPort>(r, true);
    return ok(list([str(r.value.host), str(r.value.port)]));
  }
  if (fn == "JoinHostPort") return text(joinHostPort(a.text(0), a.text(1)));
  if (fn == "LookupPort") {
    const r = lookupPort(a.text(0), a.text(1));
    return r.err !== null ? failed<i32>(r, true) : ok(r.value.toString());
  }
  if (fn == "LookupHost") {
    const r = lookupIPAddr(a.text(0));
    return r.err !== null ? failed<IPAddr[]>(r, true) : ok("null");
  }
  if (fn == "Flags.String") return text(new Flags(<u32>a.int(0)).toString());
  if (fn == "isDomainName") return ok(bool_(isDomainName(a.text(0))));
  return addrFunctions(fn, a);
}

function ipFunctions(fn: string, a: Args): string | null {
  if (fn == "ParseIP") return parsedIP(a);
  if (fn == "ParseCIDR") return parsedCIDR(a);
  if (fn == "IP") return properties(a);
  if (fn == "IP.Equal") return ok(bool_(ip(a, 0).equal(ip(a, 1))));
  if (fn == "IP.Mask") return ok(orNull(ip(a, 0).mask(mask(a, 1))));
  if (fn == "IP.MarshalText") {
    const r = ip(a, 0).marshalText();
    if (r.err !== null) return failed<Uint8Array>(r, true);
    return text(decodeUTF8(r.value.dataStart, r.value.length));
  }
  if (fn == "IP.UnmarshalText") {
    const x = new IP([]);
    const err = x.unmarshalText(encodeUTF8(a.text(0)));
    return err !== null ? fail(err, true) : ok(hexOrNull(x));
  }
  if (fn == "IPMask") {
    const x = mask(a, 0);
    const size = x.size();
    const out = new Obj().int("ones", size.ones).int("bits", size.bits).text("str", x.toString());
    return ok(out.toString());
  }
  if (fn == "CIDRMask") return ok(orNull(cidrMask(a.int(0), a.int(1))));
  if (fn == "IPNet.String") return text(new IPNet(ip(a, 0), mask(a, 1)).toString());
  if (fn == "IPNet.Contains") return ok(bool_(new IPNet(ip(a, 0), mask(a, 1)).contains(ip(a, 2))));
  return null;
}

function addrFunctions(fn: string, a: Args): string | null {
  if (fn == "TCPAddr.String") return text(new TCPAddr(ip(a, 0), a.int(1), a.text(2)).toString());
  if (fn == "UDPAddr.AddrPort") {
    return text(new UDPAddr(ip(a, 0), a.int(1), a.text(2)).addrPort().toString());
  }
  if (fn == "IPAddr.String") return text(new IPAddr(ip(a, 0), a.text(1)).toString());
  if (fn == "ResolveTCPAddr") {
    const r = resolveTCPAddr(a.text(0), a.text(1));
    if (r.err !== null) return failed<TCPAddr>(r, true);
    const x = r.value;
    return resolved(x.ip, x.zone, x.port, x.toString(), x.network());
  }
  if (fn == "ResolveUDPAddr") {
    const r = resolveUDPAddr(a.text(0), a.text(1));
    if (r.err !== null) return failed<UDPAddr>(r, true);
    const x = r.value;
    return resolved(x.ip, x.zone, x.port, x.toString(), x.network());
  }
  if (fn == "ResolveIPAddr") {
    const r = resolveIPAddr(a.text(0), a.text(1));
    if (r.err !== null) return failed<IPAddr>(r, true);
    const x = r.value;
    return resolved(x.ip, x.zone, 0, x.toString(), x.network());
  }
  if (fn == "ResolveUnixAddr") {
    const r = resolveUnixAddr(a.text(0), a.text(1));
    if (r.err !== null) return failed<UnixAddr>(r, true);
    return ok(new Obj().text("str", r.value.toString()).text("net", r.value.network()).toString());
  }
  if (fn == "TCPAddrFromAddrPort") {
    const x = tcpAddrFromAddrPort(mustParseAddrPort(a.text(0)));
    return converted(x, x.port, x.addrPort());
  }
  if (fn == "UDPAddrFromAddrPort") {
    const x = udpAddrFromAddrPort(mustParseAddrPort(a.text(0)));
    return converted(x, x.port, x.addrPort());
  }
  return errorFunctions(fn, a);
}

function converted(x: InetAddr, port: i32, back: AddrPort): string {
  const out = new Obj()
    .raw("ip", hexOrNull(x.ip))
    .text("zone", x.zone)
    .int("port", port)
    .text("str", x.toString())
    .text("back", back.toString());
  return ok(out.toString());
}

function errorFunctions(fn: string, a: Args): string | null {
  if (fn == "AddrError.Error") return errorText(new AddrError(a.text(0), a.text(1)));
  if (fn == "ParseError.Error") return errorText(new ParseError(a.text(0), a.text(1)));
  if (fn == "UnknownNetworkError.Error") return errorText(new UnknownNetworkError(a.text(0)));
  if (fn == "InvalidAddrError.Error") return errorText(new InvalidAddrError(a.text(0)));
  if (fn == "DNSError") {
    const err = new DNSError(a.text(2), a.text(0), a.text(1));
    err.isTimeout = a.flag(3);
    err.isTemporary = a.flag(4);
    err.isNotFound = a.flag(5);
    const out = new Obj().text("str", err.error());
    return ok(out.flag("timeout", err.timeout()).flag("temporary", err.temporary()).toString());
  }
  return null;
}

function parsedIP(a: Args): string {
  const x = parseIP(a.text(0));
  if (x === null) return ok("null");
  return ok(new Obj().text("str", x.toString()).raw("hex", hex(x.bytes)).toString());
}

function parsedCIDR(a: Args): string {
  const r = parseCIDR(a.text(0));
  if (r.err !== null) return failed<CIDR>(r, true);
  const x = r.value;
  const size = x.net.mask.size();
  const out = new Obj()
    .text("ip", x.ip.toString())
    .int("iplen", x.ip.length)
    .text("net", x.net.toString())
    .raw("netip", hex(x.net.ip.bytes))
    .int("ones", size.ones)
    .int("bits", size.bits);
  return ok(out.toString());
}

function parsedMAC(a: Args): string {
  const r = parseMAC(a.text(0));
  if (r.err !== null) return failed<HardwareAddr>(r, true);
  const out = new Obj().text("str", r.value.toString()).raw("hex", hex(r.value.bytes));
  return ok(out.toString());
}

function properties(a: Args): string {
  const x = ip(a, 0);
  const out = new Obj()
    .text("str", x.toString())
    .raw("to4", orNull(x.to4()))
    .raw("to16", orNull(x.to16()))
    .raw("defmask", orNull(x.defaultMask()))
    .raw("is", predicates<IP>(x));
  return ok(out.toString());
}

function resolved(ip: IP, zone: string, port: i32, text: string, network: string): string {
  const out = new Obj()
    .raw("ip", hexOrNull(ip))
    .text("zone", zone)
    .int("port", port)
    .text("str", text)
    .text("net", network);
  return ok(out.toString());
}

function errorText(err: NetError): string {
  return text(err.error());
}

function ip(a: Args, index: i32): IP {
  return new IP(a.bytes(index));
}

function mask(a: Args, index: i32): IPMask {
  return new IPMask(a.bytes(index));
}

function orNull(value: Octets | null): string {
  return value === null ? "null" : hex(value.bytes);
}

/** hexOrNull is null for length 0, which is what stands for Go's nil here. */
function hexOrNull(value: Octets): string {
  return value.length == 0 ? "null" : hex(value.bytes);
}

function text(value: string): string {
  return ok(str(value));
}
