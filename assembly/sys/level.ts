/**
 * What the module was built for: the option `level` of host/build defines WASI_NET_LEVEL_0 in a module for hosts of level 0
 * (docs/ABI.md). The compiler drops from each module what is for the other hosts.
 */

/** NAMELESS: the host tells no addresses and knows no options. */
export const NAMELESS: bool = isDefined(WASI_NET_LEVEL_0);
