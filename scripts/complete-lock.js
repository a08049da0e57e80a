/**
 * Completes package-lock.json after `npm install`. Where a registry does not carry a package's binaries for every platform, npm
 * leaves them out of the lock file, and `npm ci` then refuses the file, on every machine. This adds what is missing by name, version
 * and platform: npm fetches such an entry only on the platform it is for.
 *
 *     npm install && node scripts/complete-lock.js
 */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf8"));
const { packages } = lock;
let added = 0;

for (const [path, parent] of Object.entries(packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    const entry = `node_modules/${name}`;
    if (path === "" || packages[nested] !== undefined || packages[entry] !== undefined) continue;
    const version = /\d+\.\d+\.\d+\S*$/.exec(range)?.[0];
    if (version === undefined) throw new Error(`${path}: ${name}@${range} names no version`);
    packages[entry] = {
      version,
      ...platform(name),
      ...(parent.dev && { dev: true }),
      optional: true,
    };
    added++;
  }
}

lock.packages = Object.fromEntries(
  Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} added\n`);

/** platform reads the name, as these packages are named: NAME-OS-CPU, and the libc behind it. */
function platform(name) {
  const os = /(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)/.exec(
    name,
  )?.[1];
  const cpu = /(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64|wasm32)(?![a-z0-9])/.exec(
    name,
  )?.[1];
  if (os === undefined && cpu === undefined) throw new Error(`${name}: for which platform?`);
  const libc = name.includes("musl") ? "musl" : /gnu/.test(name) ? "glibc" : undefined;
  return {
    ...(cpu && { cpu: [cpu] }),
    ...(os && { os: [os] }),
    ...(libc && { libc: [libc] }),
  };
}
