/**
 * The load generator for machines without a C compiler: the same command line and the same lines
 * in and out as main.c, on node:net.
 */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";

const [mode, port, connections, size] = process.argv.slice(2);
const slots = Number(connections);
const message = Buffer.alloc(Number(size), "wasi-net echo ");
const kept: (Socket | undefined)[] = new Array(slots).fill(undefined);
let opened = 0;

/** A connection that ends early must not leave its exchange waiting. */
function fail(reason: string): never {
  process.stderr.write(`${reason}\n`);
  process.exit(1);
}

function open(): Promise<Socket> {
  const address = { host: "127.0.0.1", port: Number(port), noDelay: true };
  // As in conn.c: one source address has too few ports for a connection per exchange.
  const source = mode === "rate" ? { localAddress: `127.1.0.${1 + (opened++ % 250)}` } : {};
  return new Promise((resolve) => {
    const socket = connect({ ...address, ...source }, () => resolve(socket));
    socket.on("error", (error) => fail(error.message));
  });
}

function exchange(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    let received = 0;
    const onEnd = () => fail("the server closed a connection before its reply");
    const onData = (data: Buffer) => {
      if (data.compare(message, received, received + data.length) !== 0) {
        fail("a reply differs from its request");
      }
      received += data.length;
      if (received < message.length) return;
      socket.off("data", onData).off("end", onEnd);
      resolve();
    };
    socket.on("data", onData).on("end", onEnd);
    socket.write(message);
  });
}

function close(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once("close", () => resolve());
    socket.end();
    socket.resume();
  });
}

/** One-way traffic until the deadline; returns the bytes, which the server must have counted too. */
async function stream(deadline: number): Promise<number> {
  const socket = await open();
  let sent = 0;
  while (performance.now() < deadline) {
    sent += message.length;
    await new Promise((resolve) => socket.write(message, resolve));
  }
  socket.end();
  let count = "";
  for await (const data of socket) count += data;
  if (count !== `${sent}`) fail(`the server read ${count} of ${sent} bytes`);
  return sent;
}

async function runBulk(seconds: number): Promise<void> {
  const start = performance.now();
  const sent = await Promise.all(Array.from(kept, () => stream(start + seconds * 1000)));
  const total = sent.reduce((sum, bytes) => sum + bytes, 0);
  const elapsed = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ requests: total / 2 ** 20, seconds: elapsed }));
}

async function step(slot: number): Promise<void> {
  const socket = kept[slot] ?? (await open());
  await exchange(socket);
  if (mode === "rate") await close(socket);
  else kept[slot] = socket;
}

async function runExchanges(seconds: number): Promise<void> {
  const latencies: number[] = [];
  const start = performance.now();
  const deadline = start + seconds * 1000;
  const loop = async (slot: number): Promise<void> => {
    do {
      const began = performance.now();
      await step(slot);
      latencies.push(performance.now() - began);
    } while (performance.now() < deadline);
  };
  await Promise.all(Array.from(kept, (_, slot) => loop(slot)));
  const elapsed = (performance.now() - start) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => Math.round(latencies[Math.floor(share * latencies.length)]! * 1e6);
  const window = { requests: latencies.length, seconds: elapsed, p50: at(0.5), p99: at(0.99) };
  console.log(JSON.stringify(window));
}

if (mode === "bulk") await stream(0);
else for (let slot = 0; slot < slots; slot++) await step(slot);
console.log("ready");
for await (const line of createInterface(process.stdin)) {
  if (mode === "bulk") await runBulk(Number(line));
  else await runExchanges(Number(line));
}
process.exit(0);
