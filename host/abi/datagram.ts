import type { Context, Family } from "./context.ts";
import { Messages } from "./message.ts";

/** datagram: receiving with the source's address, and sending to one that each call names. */
export function datagram(context: Context): Family {
  const messages = new Messages(context);

  return {
    sock_recv_from(
      fd: number,
      iovecs: number,
      count: number,
      address: number,
      flags: number,
      port: number,
      size: number,
      roflags: number,
    ): number {
      return messages.receive(fd, iovecs, count, address, undefined, flags, port, size, roflags);
    },

    sock_send_to(
      fd: number,
      ciovecs: number,
      count: number,
      address: number,
      port: number,
      flags: number,
      size: number,
    ): number {
      return messages.send(fd, ciovecs, count, address, undefined, port, flags, size);
    },
  };
}
