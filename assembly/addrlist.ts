/**
 * Which addresses the text of a dial or listen stands for.
 */
import { Addr } from "./addr";
import { NetError, Result } from "./errors";
import { InetAddr } from "./inetaddr";
import { internetAddrList } from "./ipsock";
import { Lookup } from "./lookup";
import { errMissingAddress } from "./net";
import { AddrError } from "./neterror";
import { NetworkKind, parseNetwork } from "./network";
import { UnixAddr } from "./unixaddr";

/**
 * resolveAddrList is the addresses that a text stands for, at least one; for a dial, of those the ones that can be dialled from
 * hint. lookup is where a dial asks for names; null for the built-in place.
 */
export function resolveAddrList(
  dialing: bool,
  network: string,
  address: string,
  hint: Addr | null,
  lookup: Lookup | null,
): Result<Addr[]> {
  const parsed = parseNetwork(network, true);
  const unknown = parsed.err;
  if (unknown !== null) return Result.fail<Addr[]>(unknown);
  if (dialing && address.length == 0) return Result.fail<Addr[]>(errMissingAddress);
  if (parsed.value.kind == NetworkKind.Unix) {
    if (hint !== null && hint.network() != network) return Result.fail<Addr[]>(mismatched(hint));
    const only: Addr[] = [];
    only.push(new UnixAddr(address, network));
    return Result.ok<Addr[]>(only);
  }
  const list = internetAddrList(parsed.value.afnet, address, lookup);
  if (list.err !== null || !dialing) return list;
  return hint !== null ? suitable(list.value, hint) : list;
}

function suitable(list: Addr[], hint: Addr): Result<Addr[]> {
  const fits: Addr[] = [];
  for (let i = 0; i < list.length; i++) {
    if (!(hint instanceof InetAddr) || hint.network() != list[i].network()) {
      return Result.fail<Addr[]>(mismatched(hint));
    }
    const from = changetype<InetAddr>(hint);
    const to = changetype<InetAddr>(list[i]);
    if (from.isWildcard() || to.isWildcard() || from.isIPv4 == to.isIPv4) fits.push(to);
  }
  if (fits.length > 0) return Result.ok<Addr[]>(fits);
  return Result.fail<Addr[]>(new AddrError("no suitable address found", hint.toString()));
}

function mismatched(hint: Addr): NetError {
  return new AddrError("mismatched local address type", hint.toString());
}
