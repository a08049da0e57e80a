import * as assert from "uvu/assert";
import { allow, WasiNetError } from "../../host/index.ts";
import { Rule } from "../../host/rule.ts";
import { suite } from "../harness.ts";

const test = suite("rule");

test.table(
  "a bad rule:",
  [
    { name: "nothing", rule: "" },
    { name: "a name", rule: "db.internal:5432" },
    { name: "an address cut short", rule: "127.0.0:80" },
    { name: "a number too large", rule: "127.0.0.256" },
    { name: "leading zeros", rule: "127.0.0.01:80" },
    { name: "a port too large", rule: ":65536" },
    { name: "a negative port", rule: ":-1" },
    { name: "a range the wrong way round", rule: ":90-80" },
    { name: "half a range", rule: ":80-" },
    { name: "no port after the colon", rule: "127.0.0.1:" },
    { name: "a port's name", rule: ":http" },
    { name: "a port with a sign", rule: ":+80" },
    { name: "a prefix too long", rule: "10.0.0.0/33" },
    { name: "an empty prefix", rule: "10.0.0.0/:80" },
    { name: "two prefixes", rule: "10.0.0.0/8/8" },
    { name: "an open bracket", rule: "[::1:80" },
    { name: "empty brackets with text", rule: "[x]:80" },
    { name: "text after the bracket", rule: "[::1]80" },
    { name: "a space", rule: " 127.0.0.1" },
    { name: "a mapped address", rule: "[::ffff:1.2.3.4]:80" },
    { name: "a mapped network", rule: "[::ffff:0:0/96]" },
    { name: "two rules", rule: "127.0.0.1:80,:90" },
  ],
  ({ rule }) => {
    for (const make of [
      () => new Rule(rule),
      () => allow.listen(rule),
      () => allow.denyDial(rule),
    ]) {
      try {
        make();
        assert.unreachable(rule);
      } catch (error) {
        assert.instance(error, WasiNetError);
        assert.is((error as WasiNetError).code, "WASI_NET_BAD_RULE");
      }
    }
  },
);

test.table(
  "a bad rule of raw sockets:",
  [
    { name: "nothing", rule: "" },
    { name: "a name that is none", rule: "ospf" },
    { name: "0", rule: "0" },
    { name: "255, by which IP's header is the guest's", rule: "255" },
    { name: "a number too large", rule: "256" },
    { name: "a sign", rule: "-1" },
    { name: "a port", rule: "icmp:127.0.0.1:80" },
    { name: "ports of any address", rule: "icmp::80" },
    { name: "a host's name", rule: "icmp:example.com" },
    { name: "no address after the colon", rule: "icmp:" },
  ],
  ({ rule }) => {
    assert.throws(() => allow.raw(rule), isBadRule);
    assert.throws(() => allow.denyRaw(rule), isBadRule);
  },
);

test.table(
  "a bad rule of unix sockets:",
  [
    { name: "nothing", rule: "" },
    { name: "a NUL", rule: "/run/x\0y" },
  ],
  ({ rule }) => {
    assert.throws(() => allow.unix(rule), isBadRule);
    assert.throws(() => allow.denyUnix("/x", rule), isBadRule);
  },
);

function isBadRule(error: unknown): boolean {
  return error instanceof WasiNetError && error.code === "WASI_NET_BAD_RULE";
}

test("a relative path's rule is made absolute at once", () => {
  const { rules } = allow.unix("run/app.sock", "@name", "*");
  assert.equal(rules.allow.unix, [`${process.cwd()}/run/app.sock`, "@name", "*"]);
});

test.run();
