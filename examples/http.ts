// A small HTTP/1.1 server: keep-alive, pipelining, request bodies by Content-Length, and deadlines against clients that dawdle.
//
//     wasi-net run --allow-listen=127.0.0.1:8080 http.wasm 127.0.0.1:8080      then: curl -v http://127.0.0.1:8080/
import { Conn, listen } from "wasi-net/assembly";
import { writeString } from "wasi-net/assembly/io";
import { args } from "wasi-net/assembly/os";
import { go } from "wasi-net/assembly/task";
import { TCPConn } from "wasi-net/assembly/tcpsock";
import { now, second } from "wasi-net/assembly/time";

/** How long a connection may be idle, and how long a request may take to arrive. */
const IDLE = 60 * second;
const REQUEST = 10 * second;
/** A request's head must fit in here. */
const HEAD = 8192;

export function main(): void {
  const words = args();
  const ln = listen("tcp", words.length > 1 ? words[1] : "127.0.0.1:8080").unwrap();
  while (true) {
    const accepted = ln.accept();
    if (accepted.err) continue;
    go<Conn>(serve, accepted.value);
  }
}

function serve(conn: Conn): void {
  const requests = new RequestReader(conn);
  while (true) {
    const request = requests.next();
    if (request === null) break;
    if (!respond(conn, request) || !request.keepAlive) break;
  }
  if (requests.problem.length > 0) {
    conn.setWriteDeadline(now() + REQUEST);
    writeString(conn, response(requests.problem, requests.problem + "\n", false, true));
    requests.linger();
  }
  conn.close();
}

function respond(conn: Conn, request: Request): bool {
  conn.setWriteDeadline(now() + REQUEST);
  const body = request.method != "HEAD";
  if (request.method != "GET" && body && request.method != "POST") {
    return !writeString(conn, response("501 Not Implemented", "", request.keepAlive, body)).err;
  }
  const text =
    request.path == "/" ? "Hello from WebAssembly\n" : "You asked for " + request.path + "\n";
  return !writeString(conn, response("200 OK", text, request.keepAlive, body)).err;
}

function response(status: string, text: string, keepAlive: bool, body: bool): string {
  const length = String.UTF8.byteLength(text).toString();
  const end = keepAlive ? "" : "Connection: close\r\n";
  const head =
    "HTTP/1.1 " + status + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ";
  return head + length + "\r\n" + end + "\r\n" + (body ? text : "");
}

class Request {
  method: string = "";
  path: string = "";
  keepAlive: bool = true;
}

/** RequestReader cuts a connection's bytes into requests. Several may come in one read, and one in several. */
class RequestReader {
  private readonly buffer: Uint8Array = new Uint8Array(HEAD);
  private start: i32 = 0;
  private end: i32 = 0;
  /** begun: some of the request has come, and its deadline is set. */
  private begun: bool = false;
  /** problem is the status line to answer before giving up, "" for none. */
  problem: string = "";

  constructor(private readonly conn: Conn) {}

  /** next is the next request, or null when there is none any more. */
  next(): Request | null {
    this.begun = false;
    let at = this.headEnd();
    while (at < 0) {
      if (this.end - this.start == HEAD) return this.giveUp("431 Request Header Fields Too Large");
      if (!this.fill()) return null;
      at = this.headEnd();
    }
    const head = String.UTF8.decodeUnsafe(this.buffer.dataStart + this.start, at - this.start);
    this.start = at;
    const lines = head.split("\r\n");
    const words = lines[0].split(" ");
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) return this.giveUp("400 Bad Request");
    const request = new Request();
    request.method = words[0];
    request.path = words[1];
    request.keepAlive = words[2] != "HTTP/1.0";
    return this.headers(request, lines);
  }

  private headers(request: Request, lines: string[]): Request | null {
    let body: i32 = 0;
    for (let i = 1; i < lines.length; i++) {
      const colon = lines[i].indexOf(":");
      if (colon < 0) continue;
      const name = lines[i].substring(0, colon).toLowerCase();
      const value = lines[i]
        .substring(colon + 1)
        .trim()
        .toLowerCase();
      if (name == "connection")
        request.keepAlive = value == "keep-alive" || (value != "close" && request.keepAlive);
      if (name == "transfer-encoding") return this.giveUp("501 Not Implemented");
      if (name == "content-length") {
        body = length(value);
        if (body < 0) return this.giveUp("400 Bad Request");
      }
    }
    return this.skip(body) ? request : null;
  }

  /** skip reads over a body. */
  private skip(bytes: i32): bool {
    if (this.end - this.start < bytes) this.begin();
    while (this.end - this.start < bytes) {
      bytes -= this.end - this.start;
      this.start = this.end;
      if (!this.fill()) return false;
    }
    this.start += bytes;
    return true;
  }

  /** headEnd is where the head that begins at start ends, or −1. */
  private headEnd(): i32 {
    const bytes = this.buffer.dataStart;
    for (let i = this.start; i + 4 <= this.end; i++) {
      if (load<u32>(bytes + i) == 0x0a0d_0a0d) return i + 4;
    }
    return -1;
  }

  /** begin sets a request's one deadline, when its first bytes are there: to send it byte by byte does not help. */
  private begin(): void {
    if (!this.begun) this.conn.setReadDeadline(now() + REQUEST);
    this.begun = true;
  }

  private fill(): bool {
    if (this.start > 0) {
      this.buffer.copyWithin(0, this.start, this.end);
      this.end -= this.start;
      this.start = 0;
    }
    if (this.end > 0) this.begin();
    else if (!this.begun) this.conn.setReadDeadline(now() + IDLE);
    const got = this.conn.read(this.buffer.subarray(this.end));
    if (got.err) {
      if (this.begun && got.err!.timeout()) this.problem = "408 Request Timeout";
      return false;
    }
    this.end += got.n;
    return true;
  }

  /** linger throws away what the client still sends, for a while: closing with bytes unread would reset the answer away. */
  linger(): void {
    (<TCPConn>this.conn).closeWrite();
    this.conn.setReadDeadline(now() + second);
    while (!this.conn.read(this.buffer).err) {}
  }

  private giveUp(status: string): Request | null {
    this.problem = status;
    return null;
  }
}

/** length is a Content-Length, or −1 if it is none. */
function length(digits: string): i32 {
  if (digits.length == 0 || digits.length > 9) return -1;
  let value = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
