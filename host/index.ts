export { type Code, WasiNetError } from "./errors.ts";
export { type Exit, Guest, type GuestOptions, type Signal } from "./guest.ts";
export type { Listening } from "./listening.ts";
export { allow, type Denial, Policy, type Verb } from "./policy.ts";
export type { Source } from "./source.ts";
export type { Output } from "./stdio.ts";
