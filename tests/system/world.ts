/** Hosts, routers and what is between them: network namespaces that a test makes and takes away itself. */
import assert from "node:assert/strict";

/** Not `br`: ip takes that for `broadcast`. */
const BRIDGE = "bridge0";

/** How a command ended, and what it said if it failed. */
interface Outcome {
  readonly success: boolean;
  readonly said: string;
}

async function run(command: string, args: readonly string[], input = ""): Promise<Outcome> {
  try {
    const child = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
    const { success, stderr } = await child.output();
    return { success, said: new TextDecoder().decode(stderr) };
  } catch (error) {
    return { success: false, said: String(error) };
  }
}

/** Runs a command that must succeed. */
async function must(command: string, args: readonly string[], input?: string): Promise<void> {
  const { success, said } = await run(command, args, input);
  assert.ok(success, `${command} ${args.join(" ")}: ${said}`);
}

/** Whether this machine lets us make namespaces and filter in them; if not, the suite counts as skipped. */
export async function namespacesWork(): Promise<boolean> {
  const name = `p2pmpc-probe-${Deno.pid}`;
  const made = await run("ip", ["netns", "add", name]);
  if (!made.success) return false;
  const filters = await run("ip", ["netns", "exec", name, "nft", "add", "table", "ip", "probe"]);
  await run("ip", ["netns", "del", name]);
  return filters.success;
}

/** Where a host is plugged in. */
export interface Plug {
  /** The namespace of a switch. */
  readonly hub: string;
  /** The own address with its prefix length, such as `9.9.9.1/24`. */
  readonly address: string;
  /** Name of the interface. Default: eth0. */
  readonly device?: string;
}

/** Namespaces, which go with it. */
export class World implements AsyncDisposable {
  readonly #made: string[] = [];
  #ports = 0;

  /** A host without any connection. */
  async host(label: string): Promise<string> {
    const name = `p2pmpc-${Deno.pid}-${label}`;
    await must("ip", ["netns", "add", name]);
    this.#made.push(name);
    await must("ip", ["-n", name, "link", "set", "lo", "up"]);
    return name;
  }

  /** A switch, in a namespace of its own. */
  async hub(label: string): Promise<string> {
    const name = await this.host(label);
    await must("ip", ["-n", name, "link", "add", BRIDGE, "type", "bridge"]);
    await must("ip", ["-n", name, "link", "set", BRIDGE, "up"]);
    return name;
  }

  /** Connects a host to a switch. */
  async plug(host: string, { hub, address, device = "eth0" }: Plug): Promise<void> {
    const port = `port${this.#ports++}`;
    const peer = ["peer", "name", device, "netns", host];
    await must("ip", ["-n", hub, "link", "add", port, "type", "veth", ...peer]);
    await must("ip", ["-n", hub, "link", "set", port, "master", BRIDGE, "up"]);
    await must("ip", ["-n", host, "addr", "add", address, "dev", device]);
    await must("ip", ["-n", host, "link", "set", device, "up"]);
  }

  /** A host on a switch. */
  async hostAt(label: string, plug: Plug): Promise<string> {
    const host = await this.host(label);
    await this.plug(host, plug);
    return host;
  }

  /** Sends what is for elsewhere to a router. */
  async route(host: string, router: string): Promise<void> {
    await must("ip", ["-n", host, "route", "add", "default", "via", router]);
  }

  /** Lets a host pass on what is not for it. */
  async forward(host: string): Promise<void> {
    const command = "echo 1 > /proc/sys/net/ipv4/ip_forward";
    await must("ip", ["netns", "exec", host, "sh", "-c", command]);
  }

  /** Sets filters of a host. */
  async filter(host: string, rules: string): Promise<void> {
    await must("ip", ["netns", "exec", host, "nft", "-f", "-"], rules);
  }

  /** Packets that the rules of a host with a counter have met. */
  async dropped(host: string): Promise<number> {
    const { stdout } = await new Deno.Command("ip", {
      args: ["netns", "exec", host, "nft", "list", "ruleset"],
      stderr: "null",
    }).output();
    return Number(/counter packets (\d+)/.exec(new TextDecoder().decode(stdout))?.[1] ?? 0);
  }

  /** Starts a command on a host and waits for its first words. */
  async start(host: string, command: readonly string[]): Promise<AsyncDisposable> {
    const child = new Deno.Command("ip", {
      args: ["netns", "exec", host, ...command],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    const { done } = await reader.read();
    assert.equal(done, false, `${command.join(" ")} ended`);
    return {
      async [Symbol.asyncDispose](): Promise<void> {
        child.kill("SIGKILL");
        await reader.cancel();
        await child.status;
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of this.#made.splice(0)) await run("ip", ["netns", "del", name]);
  }
}

/** Addresses of {@linkcode behindNats}. */
export const PUBLIC = {
  relay: "9.9.9.1",
  nats: ["9.9.9.10", "9.9.9.11"],
  open: "9.9.9.20",
} as const;

/** Two parties behind NATs of their own, a public network between them, and public hosts on it. */
export interface Nats {
  readonly relay: string;
  /** A host with a public address and without any NAT. */
  readonly open: string;
  readonly nats: readonly [string, string];
  readonly parties: readonly [string, string];
}

/** Lets out what comes from inside, under the router's own address, and in what answers it. */
const MASQUERADE = `
table ip nat {
  chain outgoing {
    type nat hook postrouting priority srcnat;
    oifname "wan" masquerade
  }
  chain incoming { type nat hook prerouting priority dstnat; }
}
table ip filter {
  chain passing {
    type filter hook forward priority filter; policy drop;
    ct state established,related accept
    iifname "lan" accept
    ct status dnat accept
  }
  chain own {
    type filter hook input priority filter; policy accept;
    iifname "wan" ct state new drop
  }
  chain cut { type filter hook forward priority -10; }
}
`;

/** A router with NAT, and one party behind it. */
async function behindNat(world: World, internet: string, i: 0 | 1): Promise<[string, string]> {
  const nat = await world.hostAt(`nat${i}`, {
    hub: internet,
    address: `${PUBLIC.nats[i]}/24`,
    device: "wan",
  });
  const lan = await world.hub(`lan${i}`);
  await world.plug(nat, { hub: lan, address: "192.168.1.1/24", device: "lan" });
  await world.forward(nat);
  await world.filter(nat, MASQUERADE);
  const party = await world.hostAt(`party${i}`, { hub: lan, address: `192.168.1.${i + 2}/24` });
  await world.route(party, "192.168.1.1");
  return [nat, party];
}

/** Builds the hosts of {@linkcode Nats}; both NATs have the same private network behind them. */
export async function behindNats(world: World): Promise<Nats> {
  const internet = await world.hub("internet");
  const relay = await world.hostAt("relay", { hub: internet, address: `${PUBLIC.relay}/24` });
  const open = await world.hostAt("open", { hub: internet, address: `${PUBLIC.open}/24` });
  const [nat0, party0] = await behindNat(world, internet, 0);
  const [nat1, party1] = await behindNat(world, internet, 1);
  return { relay, open, nats: [nat0, nat1], parties: [party0, party1] };
}
