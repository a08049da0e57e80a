/**
 * The options of TCP sockets.
 */
import { NetError } from "./errors";
import { wrapSyscallError } from "./fd";
import { FD } from "./poll/fd";
import * as sys from "./sys/socket";
import { Duration, second } from "./time";

/** KeepAliveConfig says how the system looks whether an idle peer is still there. */
export class KeepAliveConfig {
  constructor(
    public enable: bool = false,
    /** idle is how long nothing happens before the first look; 0 for 15 s, below 0 for the system's choice. */
    public idle: Duration = 0,
    /** interval is the time between looks; 0 for 15 s, below 0 for the system's choice. */
    public interval: Duration = 0,
    /** count is how many looks without an answer end the connection; 0 for 9, below 0 for the system's choice. */
    public count: i32 = 0,
  ) {}

  /** standard is what connections have that nobody asked otherwise for. */
  static standard(): KeepAliveConfig {
    return new KeepAliveConfig(true);
  }
}

const DEFAULT_TIME: Duration = 15 * second;
const DEFAULT_COUNT: i32 = 9;

/** setNoDelay sets TCP_NODELAY. */
export function setNoDelay(fd: FD, noDelay: bool): NetError | null {
  return set(fd, sys.Level.tcp, sys.Option.tcpNoDelay, noDelay ? 1 : 0);
}

/** setKeepAlive sets SO_KEEPALIVE. */
export function setKeepAlive(fd: FD, keepalive: bool): NetError | null {
  return set(fd, sys.Level.socket, sys.Option.keepAlive, keepalive ? 1 : 0);
}

/** setKeepAliveConfig sets the times and the count, and, with toggle, first whether at all. */
export function setKeepAliveConfig(fd: FD, config: KeepAliveConfig, toggle: bool): NetError | null {
  let err: NetError | null = null;
  if (toggle) err = setKeepAlive(fd, config.enable);
  if (err === null) err = setTime(fd, sys.Option.tcpKeepIdle, config.idle);
  if (err === null) err = setTime(fd, sys.Option.tcpKeepInterval, config.interval);
  if (err !== null || config.count < 0) return err;
  const count = config.count == 0 ? DEFAULT_COUNT : config.count;
  return set(fd, sys.Level.tcp, sys.Option.tcpKeepCount, count);
}

/** setTime sets one in whole seconds, rounded up. */
function setTime(fd: FD, name: i32, time: Duration): NetError | null {
  if (time < 0) return null;
  const whole = ((time == 0 ? DEFAULT_TIME : time) + second - 1) / second;
  return set(fd, sys.Level.tcp, name, <i32>min<i64>(whole, i32.MAX_VALUE));
}

function set(fd: FD, level: i32, name: i32, value: i32): NetError | null {
  return wrapSyscallError("setsockopt", fd.setOption(level, name, value));
}
