/**
 * Messages with control data, which a rig sends and receives.
 */
import { readdirSync, readlinkSync } from "node:fs";
import * as assert from "uvu/assert";
import { Endpoint, UNIX as UNIX_FAMILY } from "../../../host/endpoint.ts";
import { FIRST_SOCKET } from "../../../host/fdtable.ts";
import { allow } from "../../../host/index.ts";
import { openSystem } from "../../../host/os/index.ts";
import { Control, type System, Vector } from "../../../host/system.ts";
import { OWN, RECVMSG, SENDMSG } from "./abi.ts";
import { must, Rig, type RigOptions } from "./rig.ts";
import { dial, fresh, listenAt } from "./unix.ts";

/** Where the calls' arguments, their pieces and their answers stand in the guest's memory. */
export const ARGUMENTS = 5000;
export const PIECE = 5100;
export const PLACE = 5110;
export const CONTROL = 5120;
export const ANSWERS = 5140;
export const ADDRESS = 5200;
export const DATA = 6000;
export const BYTES = 10_000;

/** open is a rig of a guest that may all but raw sockets, if the options say nothing else. */
export async function open(options: RigOptions = {}): Promise<Rig> {
  return Rig.open({ net: allow.unix().listen().dial(), ...options });
}

/** message is a control message. */
export function message(level: number, type: number, value: Uint8Array): Buffer {
  const bytes = Buffer.alloc((16 + value.length + 7) & ~7);
  bytes.writeUInt32LE(16 + value.length, 0);
  bytes.writeInt32LE(level, 8);
  bytes.writeInt32LE(type, 12);
  bytes.set(value, 16);
  return bytes;
}

/** rights is a control message that sends sockets. */
export function rights(...numbers: readonly number[]): Buffer {
  return message(1, 1, new Uint8Array(new Int32Array(numbers).buffer));
}

/** parse answers each control message's level and type, and its value as words. */
export function parse(control: Buffer): { kind: string; words: number[] }[] {
  const messages = [];
  for (let at = 0; at + 16 <= control.length; ) {
    const length = control.readUInt32LE(at);
    const words = [];
    for (let i = at + 16; i + 4 <= at + length; i += 4) words.push(control.readInt32LE(i));
    messages.push({
      kind: `${control.readInt32LE(at + 8)} ${control.readInt32LE(at + 12)}`,
      words,
    });
    at += (length + 7) & ~7;
  }
  return messages;
}

/** numbersIn are the fds, or handles, in control data that has nothing else. */
export function numbersIn(control: Buffer): number[] {
  return parse(control).flatMap(({ words }) => words);
}

/** send sends a text with control data; to is a stored address. */
export function send(rig: Rig, fd: number, text: string, control: Uint8Array, to = 0): number {
  rig.bytes.write(text, DATA);
  rig.words(PIECE, DATA, text.length);
  rig.bytes.set(control, BYTES);
  rig.words(CONTROL, BYTES, control.length);
  rig.words(ARGUMENTS, PIECE, 1, to, CONTROL, 0, 0, ANSWERS);
  return rig.call("sock_setsockopt", fd, OWN, SENDMSG, ARGUMENTS, 28);
}

export interface Received {
  readonly errno: number;
  readonly text: string;
  readonly roflags: number;
  readonly control: Buffer;
  /** behind are the bytes of the guest's room that nothing came to. */
  readonly behind: Buffer;
}

/** recv receives a message, with room for so many bytes of control data, and of data. */
export function recv(rig: Rig, fd: number, room = 100, most = 100, flags = 0): Received {
  rig.words(PIECE, DATA, most);
  rig.words(PLACE, ADDRESS, 128);
  rig.bytes.fill(0, BYTES, BYTES + room);
  rig.words(CONTROL, BYTES, room);
  rig.words(ARGUMENTS, PIECE, 1, PLACE, CONTROL, flags, ANSWERS, ANSWERS + 4, ANSWERS + 8);
  const errno = rig.call("sock_setsockopt", fd, OWN, RECVMSG, ARGUMENTS, 32);
  const length = errno === 0 ? rig.u32(CONTROL + 4) : 0;
  const text = errno === 0 ? rig.bytes.toString("latin1", DATA, DATA + rig.u32(ANSWERS + 4)) : "";
  const control = Buffer.from(rig.bytes.subarray(BYTES, BYTES + length));
  const behind = Buffer.from(rig.bytes.subarray(BYTES + length, BYTES + room));
  return { errno, text, roflags: rig.u32(ANSWERS + 8) & 0xffff, control, behind };
}

/** pair is a connection between two unix sockets of a guest's. */
export function pair(rig: Rig, type = 2): [number, number] {
  const path = fresh();
  const listener = listenAt(rig, path, { type });
  const client = dial(rig, path, type);
  const server = rig.accept(listener, 4);
  must(server.errno);
  must(rig.call("fd_close", listener));
  return [client, server.fd];
}

/** Stranger is another process's end of a connection to a guest: it has handles and no table. */
export class Stranger implements Disposable {
  readonly #system: System;
  readonly #vector = new Vector();
  readonly #bytes = new Uint8Array(new ArrayBuffer(64));
  readonly handle: number;

  private constructor(system: System, handle: number) {
    this.#system = system;
    this.handle = handle;
    this.#vector.count = 1;
    this.#vector.addresses[0] = system.locate(this.#bytes.buffer);
    this.#vector.lengths[0] = 3;
  }

  /** meet makes a connection, and answers the guest's fd of it. */
  static async meet(rig: Rig, type = 2): Promise<[Stranger, number]> {
    const path = fresh();
    const listener = listenAt(rig, path, { type });
    const system = await openSystem();
    const handle = system.socket(3, type, 0);
    const to = new Endpoint().any(UNIX_FAMILY);
    to.length = Buffer.from(path).copy(to.path);
    assert.is(system.connect(handle, to), 0);
    const server = rig.accept(listener, 4);
    must(server.errno);
    must(rig.call("fd_close", listener));
    return [new Stranger(system, handle), server.fd];
  }

  send(...handles: readonly number[]): number {
    this.#bytes.set(Buffer.from("abc"));
    const control = new Control();
    const bytes = rights(...handles);
    control.bytes.set(bytes);
    control.length = bytes.length;
    return this.#system.sendMessage(this.handle, this.#vector, undefined, control);
  }

  /** recv answers the handles that came, which the caller closes. */
  recv(): number[] {
    const control = new Control();
    control.length = Control.LIMIT;
    assert.is(this.#system.recvMessage(this.handle, this.#vector, 0, new Endpoint(), control), 3);
    return numbersIn(Buffer.from(control.bytes.subarray(0, control.length)));
  }

  [Symbol.dispose](): void {
    this.#system.close(this.handle);
  }
}

/** openFiles are this process's, by their numbers. */
export function openFiles(): string[] {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) !== "/proc/self/fd";
    } catch {
      return false; // the list's own
    }
  });
}

/** handleOf is the system's number for a guest's socket. */
export function handleOf(rig: Rig, fd: number): number {
  return rig.shared.handles[fd - FIRST_SOCKET]! - 1;
}

export const inodeOf = (handle: number): string => readlinkSync(`/proc/self/fd/${handle}`);
