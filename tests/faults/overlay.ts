import type { System } from "../../host/system.ts";

/** overlay is a System of which some calls are others than the system's own. */
export function overlay(system: System, own: Partial<System>): System {
  return new Proxy(system, {
    get(target, name) {
      const mine = own[name as keyof System];
      if (mine !== undefined) return mine;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** What the host itself never answers, by WASI's count. */
export const ECONNABORTED = 13;
