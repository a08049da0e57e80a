/**
 * A System in which calls fail when the guest wants them to, for tests/guests/net/faults.ts. The guest gives its orders by a socket
 * option that no real system has:
 *
 *   setsockopt   level 999, name: the number of a call below   value: errno | times << 8 | after << 16: so often it fails, and
 *                                                              does nothing, after so many that do not.
 *                                                              pending is no call: it is what SO_ERROR tells then
 *   getsockopt   level 999, name 0                             the number of sockets that are open
 */
import { EINVAL } from "../../host/errno.ts";
import type { System } from "../../host/system.ts";
import { overlay } from "./overlay.ts";

const LEVEL = 999;
const SOL_SOCKET = 0;
const SO_ERROR = 2;

/** The calls that can fail, by their numbers from 1 on; those with several places as those with one. */
const CALLS = [
  ...["socket", "bind", "listen", "accept", "connect", "recv", "send", "shutdown", "setsockopt"],
  ...["recvFrom", "sendTo", "getsockopt", "duplicate", "recvMessage", "sendMessage", "claim"],
  "pending",
] as const;

export function decorate(system: System): System {
  const orders = new Map<string, { errno: number; times: number; after: number }>();
  const open = new Set<number>();

  /** ordered answers the error that a call shall end with, or 0. */
  const ordered = (call: (typeof CALLS)[number]): number => {
    const order = orders.get(call);
    if (order === undefined || order.times === 0 || order.after-- > 0) return 0;
    order.times--;
    return -order.errno;
  };
  const opened = (handle: number): number => {
    if (handle >= 0) open.add(handle);
    return handle;
  };

  return overlay(system, {
    socket: (family, type, protocol) =>
      ordered("socket") || opened(system.socket(family, type, protocol)),
    accept: (handle, peer) => ordered("accept") || opened(system.accept(handle, peer)),
    duplicate: (handle) => ordered("duplicate") || opened(system.duplicate(handle)),
    claim(handle) {
      const claimed = ordered("claim") || system.claim(handle);
      if (claimed >= 0) opened(handle);
      return claimed;
    },
    bind: (handle, local) => ordered("bind") || system.bind(handle, local),
    listen: (handle, backlog) => ordered("listen") || system.listen(handle, backlog),
    connect: (handle, peer) => ordered("connect") || system.connect(handle, peer),
    recv: (handle, address, length, flags) =>
      ordered("recv") || system.recv(handle, address, length, flags),
    recvVector: (handle, vector, flags) =>
      ordered("recv") || system.recvVector(handle, vector, flags),
    send: (handle, address, length) => ordered("send") || system.send(handle, address, length),
    sendVector: (handle, vector) => ordered("send") || system.sendVector(handle, vector),
    recvFrom: (handle, vector, flags, source) =>
      ordered("recvFrom") || system.recvFrom(handle, vector, flags, source),
    sendTo: (handle, vector, to) => ordered("sendTo") || system.sendTo(handle, vector, to),
    recvMessage: (handle, vector, flags, source, control) =>
      ordered("recvMessage") || system.recvMessage(handle, vector, flags, source, control),
    sendMessage: (handle, vector, to, control) =>
      ordered("sendMessage") || system.sendMessage(handle, vector, to, control),
    shutdown: (handle, how) => ordered("shutdown") || system.shutdown(handle, how),
    close(handle) {
      open.delete(handle);
      return system.close(handle);
    },
    getsockopt(handle, level, name, value) {
      const pending = level === SOL_SOCKET && name === SO_ERROR ? -ordered("pending") : 0;
      if (level !== LEVEL && pending === 0)
        return ordered("getsockopt") || system.getsockopt(handle, level, name, value);
      const answer = level === LEVEL ? open.size : pending;
      new DataView(value.buffer, value.byteOffset).setInt32(0, answer, true);
      return 4;
    },
    setsockopt(handle, level, name, value) {
      if (level !== LEVEL)
        return ordered("setsockopt") || system.setsockopt(handle, level, name, value);
      const call = CALLS[name - 1];
      const order = new DataView(value.buffer, value.byteOffset).getInt32(0, true);
      if (call === undefined) return -EINVAL;
      orders.set(call, {
        errno: order & 0xff,
        times: (order >>> 8) & 0xff,
        after: order >>> 16,
      });
      return 0;
    },
  });
}
