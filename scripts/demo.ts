/**
 * The main job on one machine: three party processes compute 2 + 2 + 2 over loopback libp2p, from
 * ticket to result. Shows what each process prints, and the commands as a user would type them.
 */

const PROGRAM = ".add.garble.rs";
const PARTIES = [0, 1, 2];
const TICKET_LINE = /^> ticket to join us: (p2pmpc1[a-z2-7]+)$/;
const PERMISSIONS = ["net", "env", "read", "write", "sys"].map((name) => `--allow-${name}`);

/** Passes the lines of `stream` to `take`, without line ends. */
async function lines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(take);
  }
  if (rest !== "") take(rest);
}

/** Runs the program from source. */
const FROM_SOURCE = [Deno.execPath(), "run", "--quiet", ...PERMISSIONS, "main.ts"];

/** Starts one party; resolves with its exit code when it has ended. */
function start(
  program: readonly string[],
  party: number,
  command: readonly string[],
  onLine: (line: string) => void,
): { readonly done: Promise<number>; stop(): void } {
  const flags = [`--program=${PROGRAM}`, `--party=${party}`, "--input=2"];
  onLine(`$ p2p-mpc ${[...flags, ...command].join(" ")}`);
  const [executable = "", ...first] = program;
  const child = new Deno.Command(executable, {
    args: [...first, "--listen=/ip4/127.0.0.1/tcp/0", ...flags, ...command],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const streams = [child.stdout, child.stderr].map((stream) => lines(stream, onLine));
  const done = Promise.all([child.status, ...streams]).then(([status]) => status.code);
  const stop = (): void => {
    try {
      child.kill("SIGTERM");
    } catch {
      // It has ended already.
    }
  };
  return { done, stop };
}

/**
 * Runs the three parties. `show` gets each line of a party: first its command, behind a `$`, then what it prints.
 *
 * @param program the command that runs p2p-mpc.
 * @returns their exit codes, in order.
 */
export async function runDemo(
  show: (party: number, line: string) => void,
  program: readonly string[] = FROM_SOURCE,
): Promise<number[]> {
  const running: { readonly done: Promise<number>; stop(): void }[] = [];
  const ticket = await new Promise<string | undefined>((found) => {
    const creator = start(program, 0, ["new"], (line) => {
      show(0, line);
      const match = TICKET_LINE.exec(line);
      if (match !== null) found(match[1]);
    });
    running.push(creator);
    creator.done.then(() => found(undefined));
  });
  if (ticket !== undefined) {
    for (const party of PARTIES.slice(1)) {
      running.push(start(program, party, ["join", ticket], (line) => show(party, line)));
    }
  }
  const codes = await Promise.all(running.map(({ done }) => done));
  running.forEach(({ stop }) => stop());
  return codes;
}

async function main(): Promise<number> {
  const begin = performance.now();
  const write = (line: string): void =>
    void Deno.stdout.writeSync(new TextEncoder().encode(line + "\n"));
  const codes = await runDemo((party, line) => {
    write(line.startsWith("$") ? line : `[party ${party}] ${line}`);
  });
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const failed = codes.find((code) => code !== 0);
  write(
    `${failed === undefined ? "done" : "failed"} in ${seconds} s, exit codes ${codes.join(" ")}`,
  );
  return failed ?? 0;
}

if (import.meta.main) Deno.exit(await main());
