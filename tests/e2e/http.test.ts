/** examples/http.ts: requests as browsers send them, as nobody should, and many. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as assert from "uvu/assert";
import { buildGuest } from "../build.ts";
import { suite } from "../harness.ts";
import { Client } from "./support/client.ts";
import { type Host, MODES, type Running } from "./support/hosts.ts";
import { needs } from "./support/machine.ts";

const test = suite("http");
const run = promisify(execFile);

const HELLO = "Hello from WebAssembly\n";

interface Row {
  readonly name: string;
  /** What is sent, in these pieces. */
  readonly send: readonly string[];
  /** What comes back before the server ends the connection. */
  readonly answers: readonly RegExp[];
}

/** ok is a response's status line, head and body. */
function ok(body: string): RegExp {
  const text = body.replace(/[/?]/g, "\\$&");
  return new RegExp(
    `^HTTP/1\\.1 200 OK\\r\\n(.+\\r\\n)*Content-Length: \\d+\\r\\n(.+\\r\\n)*\\r\\n${text}`,
  );
}

function status(text: string): RegExp {
  return new RegExp(`^HTTP/1\\.1 ${text}\\r\\n(.+\\r\\n)*\\r\\n(${text}\\n)?`);
}

const CLOSE = "Connection: close\r\n\r\n";

const ROWS: readonly Row[] = [
  { name: "one request", send: [`GET / HTTP/1.1\r\nHost: a\r\n${CLOSE}`], answers: [ok(HELLO)] },
  { name: "HTTP/1.0 ends by itself", send: ["GET / HTTP/1.0\r\n\r\n"], answers: [ok(HELLO)] },
  {
    name: "pipelined requests",
    send: [`GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n${CLOSE}`],
    answers: [ok("You asked for /a\n"), ok("You asked for /b\n"), ok("You asked for /c\n")],
  },
  {
    name: "HEAD has no body",
    send: [`HEAD / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n${CLOSE}`],
    answers: [ok(""), ok(HELLO)],
  },
  {
    name: "a body is read over",
    send: [`POST /x HTTP/1.1\r\nContent-Length: 11\r\n\r\nGET / HTTP/GET / HTTP/1.1\r\n${CLOSE}`],
    answers: [ok("You asked for /x\n"), ok(HELLO)],
  },
  {
    name: "a body larger than the buffer",
    send: [
      "POST /x HTTP/1.1\r\nContent-Length: 100000\r\n\r\n",
      "y".repeat(100_000),
      `GET / HTTP/1.1\r\n${CLOSE}`,
    ],
    answers: [ok("You asked for /x\n"), ok(HELLO)],
  },
  {
    name: "a request in pieces",
    send: ["G", "ET / HT", "TP/1.1\r", "\n", "Connection: clo", "se\r\n\r", "\n"],
    answers: [ok(HELLO)],
  },
  {
    name: "a head that is too large",
    send: [`GET / HTTP/1.1\r\nX: ${"x".repeat(8192 - 19)}`],
    answers: [status("431 Request Header Fields Too Large")],
  },
  { name: "no request at all", send: ["hello\r\n\r\n"], answers: [status("400 Bad Request")] },
  {
    name: "a length that is none",
    send: ["POST / HTTP/1.1\r\nContent-Length: 1x\r\n\r\n"],
    answers: [status("400 Bad Request")],
  },
  {
    name: "another method",
    send: [`DELETE / HTTP/1.1\r\n${CLOSE}`],
    answers: [status("501 Not Implemented")],
  },
  {
    name: "a chunked body",
    send: ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"],
    answers: [status("501 Not Implemented")],
  },
];

test("the guest builds", () => buildGuest("examples/http.ts"), { timeout: 120_000 });

/** What the server says to a request that never ends: asked at the beginning, as the answer takes ten seconds. */
let slow: Promise<string> | undefined;

test("a request begins", () => {
  slow = dawdle();
  slow.catch(() => undefined);
});

async function dawdle(): Promise<string> {
  await using server = await serve(MODES[0]!);
  using client = await Client.connect((await server.listening()).port);
  client.write("GET / HTTP/1.1\r\n");
  return await client.rest();
}

for (const host of MODES) {
  test.table(host.name, ROWS, async ({ send, answers }) => {
    await using server = await serve(host);
    using client = await Client.connect((await server.listening()).port);
    for (const piece of send) {
      // One piece, one segment: the next is sent when the kernel has taken this one.
      await new Promise((resolve) => client.socket.write(piece, resolve));
    }
    let rest = await client.rest();
    for (const answer of answers) {
      const match = answer.exec(rest);
      assert.ok(match, `${answer} in ${JSON.stringify(rest)}`);
      rest = rest.slice(match[0].length);
    }
    assert.is(rest, "");
  });

  test(`${host.name}: a connection is kept`, async () => {
    await using server = await serve(host);
    using client = await Client.connect((await server.listening()).port);
    for (let i = 0; i < 50; i++) {
      client.write(`GET /${i} HTTP/1.1\r\nHost: a\r\n\r\n`);
      assert.match(await client.readTo(`for /${i}\n`), ok(`You asked for /${i}\n`));
    }
  });
}

test(
  "curl",
  async () => {
    await using server = await serve(MODES[0]!);
    const { port } = await server.listening();
    const url = `http://127.0.0.1:${port}`;
    assert.is((await run("curl", ["-sS", url])).stdout, HELLO);
    // Twice over one connection, the second time with a body.
    const twice = await run("curl", ["-sS", `${url}/a`, "--next", "-sS", "-d", "x=1", `${url}/b`]);
    assert.is(twice.stdout, "You asked for /a\nYou asked for /b\n");
    assert.match((await run("curl", ["-sSI", url])).stdout, /^HTTP\/1.1 200 OK\r\n/);
  },
  { skip: needs("curl") },
);

test(
  "ten seconds of wrk with 100 connections, without an error",
  async () => {
    await using server = await serve(MODES[0]!);
    const { port } = await server.listening();
    const args = ["-c", "100", "-t", "1", "-d", "10s", `http://127.0.0.1:${port}/`];
    const { stdout } = await run("wrk", args);
    assert.not.match(stdout, /Socket errors|Non-2xx/);
    const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
    assert.ok(requests > 1000, stdout);
  },
  { timeout: 30_000, skip: needs("wrk") },
);

test(
  "the request that never ends has had its answer",
  async () => {
    assert.match((await slow) ?? "", status("408 Request Timeout"));
  },
  { timeout: 30_000 },
);

async function serve(host: Host): Promise<Running> {
  return host.start(await buildGuest("examples/http.ts"), { args: ["127.0.0.1:0"] });
}

test.run();
