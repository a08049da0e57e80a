import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { WASI } from "@wasmer/wasi";
import { EFAULT, EIO, ENOSYS } from "./errno.ts";

/**
 * The base is @wasmer/wasi: the rest of preview1 over a file system in memory. What it is bad at
 * the host does itself.
 *
 * It is loaded by require and given its own wasm, which its file embeds as text: 8 ms. Imported as
 * an ES module it takes 60, because Node searches that text for names of exports and the library
 * fetches it as a URL.
 */
const require = createRequire(import.meta.url);
const PATH = require.resolve("@wasmer/wasi");
const library = require(PATH) as typeof import("@wasmer/wasi");

type Import = (...args: readonly (number | bigint)[]) => number;

/**
 * Imports are the library's functions: all of preview1, of which the host's own families call
 * these.
 */
export type Imports = Readonly<Record<Called, Import>>;
type Called =
  | "fd_close"
  | "fd_fdstat_get"
  | "fd_fdstat_set_flags"
  | "fd_filestat_get"
  | "fd_prestat_dir_name"
  | "fd_prestat_get"
  | "fd_read"
  | "fd_renumber"
  | "fd_write";

interface Namespace {
  readonly wasi_snapshot_preview1: Readonly<Record<string, Import>>;
}

/** Files are placed into a guest's file system before it starts: texts by absolute path. */
export type Files = Readonly<Record<string, string>>;

/** Base is one guest's share of the library, which loadBase must have loaded. */
export class Base {
  /** Functions by name, each answering an errno whatever happens. */
  readonly imports: Imports;
  readonly #wasi: WASI;
  #attached = false;
  #broken = false;

  constructor(module: WebAssembly.Module, files: Files) {
    this.#wasi = new library.WASI({ args: [], env: {} });
    for (const [path, text] of Object.entries(files)) place(this.#wasi, path, text);
    const { wasi_snapshot_preview1: raw } = this.#wasi.getImports(module) as Namespace;
    const guarded = Object.entries(raw).map(([name, call]) => [name, this.#guard(call)]);
    this.imports = Object.fromEntries(guarded) as Imports;
  }

  /**
   * attach gives the library the instance, without which none of its functions may be called. Its
   * fd 3 is a root that can open nothing, its fd 4 one that can: the guest, which looks for
   * directories from 3 on, gets the second as 3.
   */
  attach(instance: WebAssembly.Instance): void {
    this.#wasi.instantiate(instance);
    this.#attached = true;
    this.imports.fd_renumber(4, ROOT);
  }

  /**
   * isOpen tells whether an fd is open here: with a pointer outside of memory the answer is EFAULT
   * and not EBADF.
   */
  isOpen(fd: number): boolean {
    return this.imports.fd_fdstat_get(fd, OUTSIDE) === EFAULT;
  }

  close(): void {
    if (this.#attached) this.#wasi.free();
    this.#attached = false;
  }

  /**
   * guard keeps the library's traps from looking like the guest's. Texts of 4 GiB trap it, for
   * one. It leaks some of its stack then, which the guests in this thread share: so each guest can
   * make it trap once, and has no files any more.
   */
  #guard(call: Import): Import {
    return (...args) => {
      if (!this.#attached) return this.#broken ? EIO : ENOSYS;
      try {
        return call(...args);
      } catch {
        this.#broken = true;
        this.#attached = false;
        return EIO;
      }
    };
  }
}

/** ROOT is the fd of the guest's root directory. */
export const ROOT = 3;
const OUTSIDE = -8;

let loaded: Promise<void> | undefined;

/** loadBase initialises the library, once in a thread. */
export function loadBase(): Promise<void> {
  loaded ??= initialise();
  return loaded;
}

async function initialise(): Promise<void> {
  const embedded = /"data:application\/wasm;base64,([^"]*)"/.exec(
    await readFile(PATH, "latin1"),
  )?.[1];
  if (embedded === undefined) return library.init();
  library.initSync(await WebAssembly.compile(Buffer.from(embedded, "base64")));
}

function place(wasi: WASI, path: string, text: string): void {
  const folders = path.split("/").slice(1, -1);
  for (let i = 1; i <= folders.length; i++) {
    try {
      wasi.fs.createDir(`/${folders.slice(0, i).join("/")}`);
    } catch {
      // It is there already: the library has no way to ask.
    }
  }
  const file = wasi.fs.open(path, { read: true, write: true, create: true });
  file.writeString(text);
  file.flush();
  file.free();
}
