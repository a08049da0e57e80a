import { EIO } from "../../errno.ts";
import { fromLinux } from "./errno.ts";
import * as libc from "./libc.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOCK_CLOEXEC = 0o2000000;
const NETLINK_ROUTE = 0;
const NLM_F_REQUEST = 1;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const MSG_TRUNC = 0x20;

/** The kernel's own answers are never longer at once. */
const ROOM = 65536;

/*
 * A message: 16 bytes of header, then the body of the message's type, then attributes
 *    0  u32 length of all              0  u16 length, of these 4 bytes too
 *    4  u16 type, 6 u16 flags          2  u16 type
 *    8  u32 sequence, 12 u32 port      4  the value; the next is at a multiple of 4
 */
const HEADER = 16;

/** Message is one of a dump's. */
export interface Message {
  readonly type: number;
  readonly body: DataView;
  readonly attributes: ReadonlyMap<number, Uint8Array>;
}

/**
 * dump asks the kernel for all it knows of one kind, whose messages have bodies of a size. It answers
 * copies of the messages, or a negated errno.
 */
export function dump(request: number, bodySize: number): Message[] | number {
  const handle = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (handle < 0) return -fromLinux(libc.errno());
  try {
    const question = new libc.Block(HEADER + 1);
    question.view.setUint32(0, HEADER + 1, true);
    question.view.setUint16(4, request, true);
    question.view.setUint16(6, NLM_F_REQUEST | NLM_F_DUMP, true);
    if (libc.send(handle, question.address, HEADER + 1, 0) < 0) return -fromLinux(libc.errno());
    return readAll(handle, bodySize);
  } finally {
    libc.close(handle);
  }
}

function readAll(handle: number, bodySize: number): Message[] | number {
  const answer = new libc.Block(ROOM);
  const messages: Message[] = [];
  for (;;) {
    const n = libc.recv(handle, answer.address, ROOM, MSG_TRUNC);
    if (n < 0) return -fromLinux(libc.errno());
    if (n > ROOM || n === 0) return -EIO;
    const bytes = answer.bytes.slice(0, n);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + HEADER <= n; ) {
      const length = view.getUint32(at, true);
      const type = view.getUint16(at + 4, true);
      if (length < HEADER || at + length > n) return -EIO;
      if (type === NLMSG_DONE) return messages;
      if (type === NLMSG_ERROR) return -fromLinux(-view.getInt32(at + HEADER, true));
      const body = new DataView(bytes.buffer, at + HEADER, length - HEADER);
      messages.push({ type, body, attributes: attributesOf(body, bodySize) });
      at += (length + 3) & ~3;
    }
  }
}

function attributesOf(body: DataView, from: number): ReadonlyMap<number, Uint8Array> {
  const attributes = new Map<number, Uint8Array>();
  for (let at = from; at + 4 <= body.byteLength; ) {
    const length = body.getUint16(at, true);
    if (length < 4 || at + length > body.byteLength) break;
    const value = new Uint8Array(body.buffer, body.byteOffset + at + 4, length - 4);
    attributes.set(body.getUint16(at + 2, true), value);
    at += (length + 3) & ~3;
  }
  return attributes;
}
