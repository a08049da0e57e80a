import * as assert from "uvu/assert";
import { allow } from "../../host/index.ts";
import { suite } from "../harness.ts";
import { EACCES, EPERM } from "./support/abi.ts";
import { eventually, must, Rig } from "./support/rig.ts";

const test = suite("raw");

const ICMP = 0x103;
const ICMP6 = 0x3a03;
const LOOPBACK6 = [...Array<number>(15).fill(0), 1];
/** Raw sockets need a privilege, which a test's machine may not have. */
const privileged = process.getuid?.() === 0;
const skip = privileged ? undefined : "needs root";

/** echo is an ICMP echo request: type, code, checksum, identifier, sequence, data. */
function echo(type: number, identifier: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeUInt8(type, 0);
  packet.writeUInt16BE(identifier, 4);
  packet.writeUInt16BE(1, 6);
  packet.write("wasi-net", 8);
  let sum = 0;
  for (let i = 0; i < packet.length; i += 2) sum += packet.readUInt16BE(i);
  sum = (sum & 0xffff) + (sum >>> 16);
  packet.writeUInt16BE(~(sum + (sum >>> 16)) & 0xffff, 2);
  return packet;
}

function send(rig: Rig, fd: number, packet: Uint8Array, address: number): number {
  rig.bytes.set(packet, 2048);
  rig.words(1400, 2048, packet.length);
  return rig.call("sock_send_to", fd, 1400, 1, address, 0, 0, 1200);
}

test.table(
  "ping of the loopback over",
  [
    { name: "IPv4", family: 1, type: ICMP, to: [127, 0, 0, 1], ask: 8, answer: 0, header: 20 },
    { name: "IPv6", family: 2, type: ICMP6, to: LOOPBACK6, ask: 128, answer: 129, header: 0 },
  ],
  async ({ family, type, to, ask, answer, header }) => {
    using rig = await Rig.open({ net: allow.raw("icmp:127.0.0.1", "58:[::1]") });
    const fd = rig.socket({ family, type, nonblock: true });
    const identifier = process.pid & 0xffff;
    assert.is(send(rig, fd, echo(ask, identifier), rig.address(...to)), 0);
    for (;;) {
      const { errno, text, port, place } = await eventually(() => rig.recvFrom(fd, 500));
      assert.is(errno, 0);
      const packet = Buffer.from(text, "latin1").subarray(header);
      // The socket hears all of the machine's, our own question too.
      if (packet.readUInt8(0) !== answer || packet.readUInt16BE(4) !== identifier) continue;
      assert.is(packet.toString("latin1", 8), "wasi-net");
      assert.is(port, 0);
      assert.equal([...place.subarray(2, 2 + to.length)], to);
      break;
    }
    assert.is(rig.option(fd, 0, 1), 3, "TYPE");
    assert.is(rig.option(fd, 0, 16), type >> 8, "PROTOCOL");
    assert.is(rig.option(fd, 0, 17), family, "DOMAIN");
    assert.is(rig.shared.connections, 0);
  },
  { skip },
);

test(
  "every address is judged",
  async () => {
    using rig = await Rig.open({ net: allow.raw("icmp:127.0.0.1").dial().listen() });
    const fd = rig.socket({ type: ICMP });
    const packet = echo(8, 1);
    assert.is(send(rig, fd, packet, rig.address(127, 0, 0, 2)), EACCES);
    assert.is(rig.call("sock_connect", fd, rig.address(127, 0, 0, 2), 0), EACCES);
    assert.is(rig.call("sock_bind", fd, rig.address(127, 0, 0, 2), 0), EACCES);
    assert.is(rig.call("sock_bind", fd, rig.address(0, 0, 0, 0), 0), EACCES);
    assert.equal(
      rig.denials.map(({ verb, address, protocol, flag }) => [verb, address, protocol, flag]),
      [
        ...Array(3).fill(["raw", "127.0.0.2", 1, "--allow-raw=icmp:127.0.0.2"]),
        ["raw", "0.0.0.0", 1, "--allow-raw=icmp"],
      ],
    );
    assert.is(rig.call("sock_connect", fd, rig.address(0, 0, 0, 0), 0), 0, "the loopback");
    assert.is(send(rig, fd, packet, rig.address(127, 0, 0, 2)), EACCES, "also when connected");
    assert.is(rig.call("sock_bind", rig.socket({ type: ICMP }), rig.address(127, 0, 0, 1), 0), 0);
  },
  { skip },
);

test(
  "IP's header is the kernel's own to write",
  async () => {
    using rig = await Rig.open({ net: allow.raw() });
    const fd = rig.socket({ type: ICMP });
    rig.words(2000, 1);
    const HDRINCL = 3;
    for (const [level, name] of [
      [4, HDRINCL],
      [0, HDRINCL],
      [41, 36],
      [255, HDRINCL],
    ] as const) {
      rig.call("sock_setsockopt", fd, level, name, 2000, 4);
    }
    must(rig.call("sock_setsockopt", fd, 4, 2, 2000, 4));
    assert.is(rig.option(fd, 4, 2), 1, "TTL");
    // With a header of the guest's, 16 bytes would be none and the call EINVAL.
    assert.is(send(rig, fd, echo(8, 1), rig.address(127, 0, 0, 1)), 0);
    assert.is(rig.call("sock_open", 1, 0xff03, 1200), 66, "the protocol that means it");
  },
  { skip },
);

test.table(
  "sock_open of protocol 1 is judged:",
  [
    { name: "by number", net: allow.raw("1"), allowed: true },
    { name: "by name", net: allow.raw("icmp"), allowed: true },
    { name: "with some address", net: allow.raw("icmp:10.0.0.0/8"), allowed: true },
    { name: "everything", net: allow.raw(), allowed: true },
    { name: "another protocol", net: allow.raw("udp", "icmpv6"), allowed: false },
    { name: "nothing", net: allow.listen().dial().unix(), allowed: false },
    { name: "denied", net: allow.raw().denyRaw("icmp"), allowed: false },
    { name: "everything denied", net: allow.raw("icmp").denyRaw(), allowed: false },
    { name: "some address denied", net: allow.raw().denyRaw("icmp:10.0.0.1"), allowed: true },
  ],
  async ({ net, allowed }) => {
    using rig = await Rig.open({ net });
    const errno = rig.call("sock_open", 1, ICMP, 1200);
    assert.is(errno, allowed ? (privileged ? 0 : EPERM) : EACCES);
    assert.is(rig.denials.length, allowed ? 0 : 1);
  },
);

test(
  "a denied address stays denied in an allowed network",
  async () => {
    using rig = await Rig.open({ net: allow.raw("icmp:127.0.0.0/8").denyRaw("*:127.0.0.1") });
    const fd = rig.socket({ type: ICMP });
    assert.is(send(rig, fd, echo(8, 1), rig.address(127, 0, 0, 1)), EACCES);
    assert.is(send(rig, fd, echo(8, 1), rig.address(0, 0, 0, 0)), EACCES);
    assert.is(send(rig, fd, echo(8, 1), rig.address(127, 0, 0, 2)), 0);
    assert.is(rig.denials[0]?.flag, "--deny-raw=*:127.0.0.1");
  },
  { skip },
);

test("without privileges it is EPERM", async () => {
  using rig = await Rig.open({ net: allow.raw() });
  const NOBODY = 65534;
  if (privileged) process.seteuid!(NOBODY);
  try {
    assert.is(rig.call("sock_open", 1, ICMP, 1200), EPERM);
  } finally {
    if (privileged) process.seteuid!(0);
  }
});

test.run();
