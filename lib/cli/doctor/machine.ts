/** The machine and the program on it: what the process itself can tell. */
import { VERSION } from "../../base/mod.ts";
import { chooseKernels } from "../../crypto/mod.ts";
import { MIB } from "../log_file.ts";
import { type Finding, fine } from "./finding.ts";

/** Version of Deno that the tests run on. */
export const TESTED_DENO = "2.9.6";
/** What the program needs of Deno. */
const PERMISSIONS = ["net", "env", "read", "write", "sys"] as const;
/** Memory of a process that computes next to nothing, and with room for a large circuit, in bytes. */
const MEMORY_NEEDED = 200 * MIB;
const MEMORY_WANTED = 1024 * MIB;
/** No clock of this program's time shows an earlier or a later year. */
const CLOCK_MIN_MS = Date.UTC(2026, 0, 1);
const CLOCK_MAX_MS = Date.UTC(2126, 0, 1);
/** Slip of the clock that is worth a word, in milliseconds. */
const SLIP_MS = 1000;

/** What the process can tell, as plain data. */
export interface Machine {
  /** Version of Deno. */
  readonly deno: string;
  /** Whether this is the executable, and not the source. */
  readonly isExecutable: boolean;
  /** Permissions that are not granted. */
  readonly missing: readonly string[];
  /** Whether the fast kernels run here. */
  readonly hasSimd: boolean;
  /** Threads that run at once. */
  readonly cores: number;
  /** Memory that is free for us, in bytes; undefined if it cannot be told. */
  readonly memoryBytes: number | undefined;
  /** The time, in milliseconds since 1970. */
  readonly nowMs: number;
  /** How far the clock was set on or back in the last seconds, in milliseconds. */
  readonly slipMs: number;
}

/** The least of what the machine has free, and what a container of ours may still take. */
function freeMemory(missing: readonly string[]): number | undefined {
  // Why: Deno would ask the user.
  if (missing.includes("sys") || missing.includes("read")) return undefined;
  const free: number[] = [];
  try {
    free.push(Deno.systemMemoryInfo().available);
  } catch {
    // Not told on this system.
  }
  try {
    const read = (name: string): number =>
      Number(Deno.readTextFileSync(`/sys/fs/cgroup/memory.${name}`));
    const left = read("max") - read("current");
    if (Number.isFinite(left)) free.push(left);
  } catch {
    // No container with a limit.
  }
  return free.length === 0 ? undefined : Math.min(...free);
}

/** What this process can tell; without the slip of the clock, which takes a while to see. */
export function thisMachine(): Machine {
  const isGranted = (name: Deno.PermissionDescriptor["name"]): boolean =>
    Deno.permissions.querySync({ name } as Deno.PermissionDescriptor).state === "granted";
  const missing = PERMISSIONS.filter((name) => !isGranted(name));
  return {
    deno: Deno.version.deno,
    isExecutable: Deno.build.standalone,
    missing,
    hasSimd: chooseKernels().warning === undefined,
    cores: navigator.hardwareConcurrency,
    memoryBytes: freeMemory(missing),
    nowMs: Date.now(),
    slipMs: 0,
  };
}

function runtime({ deno, isExecutable }: Machine): Finding {
  if (isExecutable) return fine("runtime", `executable of version ${VERSION}`);
  if (deno === TESTED_DENO) return fine("runtime", `version ${VERSION} from source, Deno ${deno}`);
  return {
    topic: "runtime",
    level: "warning",
    text: `version ${VERSION} from source, Deno ${deno}`,
    meaning: `it is tested with Deno ${TESTED_DENO}; with another one anything may differ`,
    advice: `npx -y deno@${TESTED_DENO} task dev runs it with that version`,
  };
}

function permissions({ missing }: Machine): Finding {
  if (missing.length === 0) return fine("permissions", "all that are needed");
  return {
    topic: "permissions",
    level: "problem",
    text: `Deno was not given: ${missing.join(", ")}`,
    meaning: "what needs them fails in the middle of a session",
    advice: `start it with ${missing.map((name) => `--allow-${name}`).join(" ")}`,
  };
}

function simd({ hasSimd }: Machine): Finding {
  if (hasSimd) return fine("simd", "WebAssembly with SIMD");
  return {
    topic: "simd",
    level: "warning",
    text: "no WebAssembly SIMD",
    meaning: "computations are many times slower, and the others wait for this machine",
    advice: "use a machine of the last ten years, or a newer version of Deno",
  };
}

function cores({ cores: count }: Machine): Finding {
  if (count > 1) return fine("cores", `${count}`);
  return {
    topic: "cores",
    level: "note",
    text: "1",
    meaning: "the computation and the network share it, so that both are slower",
  };
}

function memory({ memoryBytes }: Machine): Finding {
  if (memoryBytes === undefined) {
    return {
      ...{ topic: "memory", level: "note", text: "this system does not tell how much is free" },
      meaning: "whether a large program fits is seen when it runs",
    };
  }
  const text = `${Math.floor(memoryBytes / MIB)} MiB free`;
  if (memoryBytes >= MEMORY_WANTED) return fine("memory", text);
  const advice = "end other programs; `p2p-mpc check <program>` tells what a computation needs";
  return memoryBytes < MEMORY_NEEDED
    ? {
      ...{ topic: "memory", level: "problem", text, advice },
      meaning: `a process takes ${MEMORY_NEEDED / MIB} MiB before it computes anything`,
    }
    : {
      ...{ topic: "memory", level: "warning", text, advice },
      meaning: "enough for small programs; a large one may be ended by the system",
    };
}

function clock({ nowMs, slipMs }: Machine): Finding {
  const text = new Date(nowMs).toISOString();
  const advice = "set the clock, and let it be kept by time servers (NTP)";
  if (nowMs < CLOCK_MIN_MS || nowMs > CLOCK_MAX_MS) {
    return {
      ...{ topic: "clock", level: "problem", text: `${text}, which cannot be`, advice },
      meaning: "tickets seem expired here, or those made here do so elsewhere",
    };
  }
  if (Math.abs(slipMs) < SLIP_MS) return fine("clock", text);
  return {
    ...{ topic: "clock", level: "warning", text: `${text}, set by ${slipMs} ms just now`, advice },
    meaning: "bans, waits and the expiry of tickets are measured with it",
  };
}

/** What can be said of a machine. */
export function machineFindings(machine: Machine): Finding[] {
  return [runtime, permissions, simd, cores, memory, clock].map((look) => look(machine));
}
