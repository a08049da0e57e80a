/**
 * The guest that answers vectors. The host writes lines into the memory that `input` gives, each a
 * function's name and its arguments with tabs between; `answer` is the string of as many lines of
 * JSON.
 */
import { useProtocols, useServices } from "../../../assembly/port_unix";
import { quote } from "../../../assembly/strconv";
import { ok } from "./answer";
import { Args, str } from "./json";
import { net } from "./net";
import { netip } from "./netip";
import { errno, sockets } from "./sockets";

let lines: string = "";

/** input is where the host writes a text of so many UTF-16 units. */
export function input(units: i32): usize {
  lines = changetype<string>(__new(units << 1, idof<string>()));
  return changetype<usize>(lines);
}

/** answer answers the lines of the input. A line that no function is for has the answer "{}".
 * The function "tables" takes the texts of /etc/services and /etc/protocols. */
export function answer(): string {
  const questions = lines.split("\n");
  const answers = new Array<string>();
  for (let i = 0; i < questions.length; i++) {
    const fields = questions[i].split("\t").map<string>((field) => unescaped(field));
    const found = dispatch(fields.shift(), new Args(fields));
    answers.push(found === null ? "{}" : found);
  }
  return answers.join("\n");
}

function dispatch(fn: string, args: Args): string | null {
  if (fn.startsWith("netip.")) return netip(fn.substring(6), args);
  if (fn.startsWith("net.")) {
    const found = net(fn.substring(4), args);
    return found !== null ? found : sockets(fn.substring(4), args);
  }
  if (fn == "syscall.Errno") return errno(args);
  if (fn == "tables") {
    useServices(args.text(0));
    useProtocols(args.text(1));
    return ok("null");
  }
  return fn == "strconv.Quote" ? ok(str(quote(args.text(0)))) : null;
}

/** unescaped undoes the host's "\t", "\n" and "\\". */
function unescaped(field: string): string {
  if (!field.includes("\\")) return field;
  let text = "";
  for (let i = 0; i < field.length; i++) {
    if (field.charCodeAt(i) != 0x5c) {
      text += field.charAt(i);
      continue;
    }
    const letter = field.charAt(++i);
    text += letter == "t" ? "\t" : letter == "n" ? "\n" : "\\";
  }
  return text;
}
