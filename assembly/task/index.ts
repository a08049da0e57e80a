/** Goroutines, and what they use to talk to each other. */
export { AnyCase, Case, Chan, Received } from "./chan";
export {
  background,
  CancelContext,
  canceled,
  Context,
  deadlineExceeded,
  Watcher,
  withCancel,
  withDeadline,
  withTimeout,
  withValue,
} from "./context";
export { go, goFunc } from "./goroutine";
export { gosched } from "./scheduler";
export { Select } from "./select";
export { Mutex, WaitGroup } from "./sync";
export { sleep } from "../time";
