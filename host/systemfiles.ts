import { readFileSync } from "node:fs";
import type { Files } from "./base.ts";
import { INTERFACES_FILE, interfacesText } from "./interfaces.ts";
import type { Rules } from "./policy.ts";
import type { System } from "./system.ts";

/** The longest backlog. */
const ALWAYS = ["/proc/sys/net/core/somaxconn"];
/** Services and protocols by name: nothing to a guest that may use no network. */
const FOR_NAMES = ["/etc/services", "/etc/protocols"];

/** systemFiles are the files of this machine that a guest is shown, as they are when it starts. */
export function systemFiles(system: System, rules: Rules): Files {
  const files: Record<string, string> = {};
  for (const path of allowsAny(rules) ? [...ALWAYS, ...FOR_NAMES] : ALWAYS) {
    try {
      files[path] = readFileSync(path, "utf8");
    } catch {
      // Not to be read here: the guest will not find it either, and has a default.
    }
  }
  if (rules.interfaces) files[INTERFACES_FILE] = interfacesText(system);
  return files;
}

function allowsAny({ allow }: Rules): boolean {
  return Object.values(allow).some((rules) => rules.length > 0);
}
