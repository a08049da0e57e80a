import * as assert from "node:assert/strict";
import { suite } from "../harness.ts";
import { type Answer, guest } from "../vectors/guest.ts";

const SERVICES = `
# comment
ssh		2222/tcp			# moves a built-in name
Domain-X	5353/udp	mdns-x	MDNS-Y
broken		80
zero		0/tcp
far		99999/tcp
both		77/tcp
both		78/udp
twice		1/tcp
twice		2/tcp
`;
const PROTOCOLS = `
ip	0	IP		# internet protocol
tcp	99	TCP
xtp	36	XTP	extra
huge	99999999	HUGE
`;

const test = suite("service and protocol tables");
const answer = await guest([SERVICES, PROTOCOLS]);

const port = (network: string, service: string): Answer =>
  answer([{ fn: "net.LookupPort", in: [network, service] }])[0] ?? {};
const unknown = (name: string): Answer => ({
  err: `lookup ${name}: unknown port`,
  type: "*net.DNSError",
});

test.table(
  "port",
  [
    { name: "a new line wins over the built-in one", network: "tcp", service: "ssh", out: 2222 },
    { name: "other names stay", network: "tcp4", service: "HTTPS", out: 443 },
    { name: "alias, asked for in capitals", network: "udp6", service: "MDNS-X", out: 5353 },
    { name: "by network: tcp", network: "tcp", service: "both", out: 77 },
    { name: "by network: udp", network: "udp", service: "both", out: 78 },
    { name: "no hint: tcp first", network: "ip", service: "both", out: 77 },
    { name: "no hint: then udp", network: "", service: "domain", out: 53 },
    { name: "the last line of a name counts", network: "tcp", service: "twice", out: 2 },
  ],
  ({ network, service, out }) => assert.deepEqual(port(network, service), { out }),
);

test.table(
  "no port",
  [
    { name: "a capital in the table is never asked for", network: "udp", service: "Domain-X" },
    { name: "no network on the line", network: "tcp", service: "broken" },
    { name: "port 0", network: "tcp", service: "zero" },
    { name: "part of the text of the table", network: "tcp", service: "ssh 22" },
    { name: "a line feed", network: "tcp", service: "ftp 21\nftps" },
    { name: "25 bytes are the most", network: "tcp", service: "ssh".padEnd(26, "x") },
  ],
  ({ network, service }) =>
    assert.deepEqual(port(network, service), unknown(`${network}/${service}`)),
);

test("a port of the table that is too large is found and refused", () => {
  assert.equal(port("tcp", "far").err, "address far: invalid port");
});

test.table(
  "protocol",
  [
    { name: "ip", known: true },
    { name: "xtp", known: true },
    { name: "EXTRA", known: true },
    { name: "TCP", known: true },
    { name: "huge", known: false },
    { name: "x", known: false },
  ],
  ({ name, known }) => {
    const [got] = answer([{ fn: "net.ResolveIPAddr", in: [`ip4:${name}`, "192.0.2.1"] }]);
    const err = known ? undefined : `address ${name}: unknown IP protocol specified`;
    assert.equal(got?.err, err);
  },
);

test.run();
