import { dial, listen, Listener } from "wasi-net/assembly";
import { check, read, T } from "./check";

export function places(): void {
  check("bad address", (t: T) => {
    const networks: string[] = ["tcp", "tcp4", "tcp6"];
    const addresses: string[] = [
      "",
      ":",
      "127.0.0.1",
      "127.0.0.1:",
      "127.0.0.1:65536",
      "127.0.0.1:-1",
      "127.0.0.1:nosuchport",
      "127.0.0.1:http:",
      "::1:80",
      "[::1]",
      "[::1",
      "[::1]80",
      "[127.0.0.1]:65536",
      "1.2.3.4:5:6",
      "]:80",
      "[::1%nosuch]:99999",
      "127.0.0.1:+99999999999",
      "127.0.0.1: 80",
      "[fe80::1]]:80",
    ];
    for (let n = 0; n < networks.length; n++) {
      for (let i = 0; i < addresses.length; i++) {
        const listened = listen(networks[n], addresses[i]);
        let text = "ok";
        if (listened.err !== null) text = listened.err!.error();
        else listened.value.close();
        t.log(networks[n] + " " + addresses[i] + " -> " + text);
        if (listened.err === null) continue;
        const dialed = dial(networks[n], addresses[i]);
        t.log(dialed.err === null ? "ok" : dialed.err!.error());
        if (dialed.err === null) dialed.value.close();
      }
    }
  });

  check("bad network", (t: T) => {
    const networks: string[] = [
      "",
      "TCP",
      "tcp5",
      "tcp ",
      "ip",
      "ip4",
      "ip:tcp",
      "tcp:6",
      "http",
      "udp5",
      "unixes",
    ];
    for (let n = 0; n < networks.length; n++) {
      t.failed("listen " + networks[n], listen(networks[n], "127.0.0.1:0").err);
      t.failed("dial " + networks[n], dial(networks[n], "127.0.0.1:1").err);
    }
  });

  check("bad place", (t: T) => {
    t.failed("not of this machine", listen("tcp", "192.0.2.1:0").err);
    t.failed("not IPv4", listen("tcp4", "[::1]:0").err);
    t.failed("not IPv6", listen("tcp6", "127.0.0.1:0").err);
    t.failed("dial not IPv4", dial("tcp4", "[::1]:1").err);
    t.failed("dial not IPv6", dial("tcp6", "127.0.0.1:1").err);
    t.failed("dial nowhere", dial("tcp", "").err);
  });
}

/** IPv6 too: not where the machine has none. */
export function wildcards(): void {
  check("ip6: who reaches a wildcard", (t: T) => {
    const networks: string[] = ["tcp", "tcp4", "tcp6"];
    const addresses: string[] = [
      ":0",
      "0.0.0.0:0",
      "[::]:0",
      "[::ffff:0.0.0.0]:0",
      "127.0.0.1:0",
      "[::1]:0",
      "[::ffff:127.0.0.1]:0",
    ];
    for (let n = 0; n < networks.length; n++) {
      for (let i = 0; i < addresses.length; i++) reach(t, networks[n], addresses[i]);
    }
  });

  check("ip6: errors name both addresses", (t: T) => {
    const ln = listen("tcp", "[::1]:0").value;
    const conn = dial("tcp6", ln.addr().toString()).value;
    const peer = ln.accept().value;
    t.ok("bracketed", conn.remoteAddr()!.toString().startsWith("[::1]:"));
    conn.setReadDeadline(1);
    t.log(read(conn));
    conn.close();
    t.log(read(conn));
    peer.close();
    ln.close();
    t.named("refused", dial("tcp", "[::1]:1").err, "[::1]:1");
  });
}

function reach(t: T, network: string, address: string): void {
  const listened = listen(network, address);
  const what = network + " " + address;
  if (listened.err !== null) {
    t.failed(what, listened.err);
    return;
  }
  const ln = listened.value;
  const port = ln
    .addr()
    .toString()
    .substring(ln.addr().toString().lastIndexOf(":") + 1);
  let line = what + " is " + ln.addr().toString();
  line += " v4 " + visit(ln, "tcp4", "127.0.0.1:" + port);
  line += " v6 " + visit(ln, "tcp6", "[::1]:" + port);
  line += " mapped " + visit(ln, "tcp", "[::ffff:127.0.0.1]:" + port);
  line += " itself " + visit(ln, "tcp", ln.addr().toString());
  t.log(line.split(":" + port).join(":P"));
  ln.close();
}

/** visit dials and tells how the listener sees the visitor. */
function visit(ln: Listener, network: string, address: string): string {
  const dialed = dial(network, address);
  if (dialed.err !== null) return "(" + dialed.err!.error() + ")";
  const conn = dialed.value;
  const peer = ln.accept().value;
  const same = peer.remoteAddr()!.toString() == conn.localAddr()!.toString();
  const text =
    "(" + conn.remoteAddr()!.toString() + " " + peer.localAddr()!.toString() + (same ? ")" : " ?)");
  conn.close();
  peer.close();
  return text;
}
