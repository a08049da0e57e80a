import { Worker } from "node:worker_threads";

let spare: Worker | undefined;

/**
 * warmThread starts a thread ahead of the guest that will run in it. It takes 30 ms until it runs,
 * in which the command line can be read and the module be compiled.
 */
export function warmThread(): void {
  if (spare !== undefined) return;
  const thread = spawn();
  // One that cannot start before it is taken is forgotten: that of the guest's own start is told.
  thread.on("error", () => {
    if (spare === thread) spare = undefined;
  });
  spare = thread;
}

/** takeThread answers a thread that waits for its guest's plan. */
export function takeThread(): Worker {
  const worker = spare ?? spawn();
  spare = undefined;
  return worker;
}

function spawn(): Worker {
  if (!import.meta.url.endsWith(".ts")) {
    // A thread inherits Node's options, and refuses a file when one of them says what a text is.
    const evaluates = process.execArgv.some((option) => option.startsWith("--input-type"));
    const options = evaluates ? { execArgv: [] } : {};
    return new Worker(new URL("worker.js", import.meta.url), options);
  }
  // From its sources, under tsx: whose loader a thread does not inherit.
  const tsx = import.meta.resolve("tsx/esm/api");
  const worker = new URL("worker.ts", import.meta.url).href;
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register();
    return import(${JSON.stringify(worker)});
  })`;
  return new Worker(boot, { eval: true });
}
