/**
 * What stands between two hosts in place of a long line: takes connections that a router redirects to it, and
 * passes what comes 50 ms later to the host on the other side.
 *
 * usage: deno run --allow-net delay.ts <port to listen on> <one host> <the other host> <port of both>
 */
const DELAY_MS = 50;

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  const writer = to.writable.getWriter();
  let writing = Promise.resolve();
  try {
    for await (const piece of from.readable) {
      const due = new Promise((resolve) => setTimeout(resolve, DELAY_MS));
      writing = Promise.all([writing, due]).then(() => writer.write(piece));
      writing.catch(() => {});
    }
    await writing;
    await writer.close();
  } catch {
    // One end has closed: the other one learns of it.
    await writer.abort().catch(() => {});
  }
}

async function serve([port = "", one = "", other = "", target = ""]: string[]): Promise<void> {
  const listener = Deno.listen({ hostname: "0.0.0.0", port: Number(port) });
  await Deno.stdout.write(new TextEncoder().encode("ready\n"));
  for await (const near of listener) {
    const { hostname: from } = near.remoteAddr as Deno.NetAddr;
    const hostname = from === one ? other : one;
    void Deno.connect({ hostname, port: Number(target) }).then(
      (far) => Promise.all([pass(near, far), pass(far, near)]),
      () => near.close(),
    );
  }
}

if (import.meta.main) await serve(Deno.args);
