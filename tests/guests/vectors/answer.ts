import { DNSError } from "wasi-net/assembly/dnserror";
import { ErrorString, NetError, Result } from "wasi-net/assembly/errors";
import {
  AddrError,
  InvalidAddrError,
  ParseError,
  UnknownNetworkError,
} from "wasi-net/assembly/neterror";
import { list, str } from "./json";

/** ok is the answer with a value, which is JSON already. */
export function ok(json: string): string {
  return '{"out":' + json + "}";
}

/** fail is the answer with an error; typed tells to say which of Go's types it is. */
export function fail(err: NetError, typed: bool): string {
  let json = '{"err":' + str(err.error());
  if (typed) json += ',"type":' + str(goType(err));
  return json + "}";
}

/** failed is fail for a result. */
export function failed<T>(result: Result<T>, typed: bool): string {
  return fail(result.err!, typed);
}

/** goType is the name of the type that an error has in Go. */
export function goType(err: NetError): string {
  if (err instanceof AddrError) return "*net.AddrError";
  if (err instanceof ParseError) return "*net.ParseError";
  if (err instanceof UnknownNetworkError) return "net.UnknownNetworkError";
  if (err instanceof InvalidAddrError) return "net.InvalidAddrError";
  if (err instanceof DNSError) return "*net.DNSError";
  if (err instanceof ErrorString) return "*errors.errorString";
  return "?";
}

/** predicates is a list of what is so of an IP or an Addr. */
export function predicates<T>(x: T): string {
  const is: string[] = [];
  if (x.isGlobalUnicast()) is.push(str("IsGlobalUnicast"));
  if (x.isInterfaceLocalMulticast()) is.push(str("IsInterfaceLocalMulticast"));
  if (x.isLinkLocalMulticast()) is.push(str("IsLinkLocalMulticast"));
  if (x.isLinkLocalUnicast()) is.push(str("IsLinkLocalUnicast"));
  if (x.isLoopback()) is.push(str("IsLoopback"));
  if (x.isMulticast()) is.push(str("IsMulticast"));
  if (x.isPrivate()) is.push(str("IsPrivate"));
  if (x.isUnspecified()) is.push(str("IsUnspecified"));
  return list(is);
}
