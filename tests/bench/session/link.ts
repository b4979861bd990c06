/** A slow network on loopback: a forwarder in front of a listening port, with delay and bandwidth. */

/** What a link is like, in each direction. */
export interface LinkShape {
  /** Time that a byte is under way, in milliseconds. */
  readonly delayMs: number;
  /** Megabits a second; 0: as fast as it goes. */
  readonly mbit: number;
}

/** Most bytes under way in one direction, as a TCP window has; beyond it the sender waits. */
const WINDOW_BYTES = 8 << 20;

interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** When it arrives, by `performance.now()`. */
  readonly due: number;
}

function sleepUntil(due: number): Promise<void> {
  const ms = due - performance.now();
  return ms <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

/** Carries one direction of a connection until its end. */
async function carry(from: Deno.Conn, to: Deno.Conn, { delayMs, mbit }: LinkShape): Promise<void> {
  const queue: Piece[] = [];
  let wake = (): void => {};
  let stored = 0;
  let over = false;
  /** When the line is free again. */
  let free = 0;
  const read = async (): Promise<void> => {
    try {
      for (;;) {
        const bytes = new Uint8Array(1 << 16);
        const count = await from.read(bytes);
        if (count === null) break;
        const begin = Math.max(free, performance.now());
        free = begin + (mbit === 0 ? 0 : count * 8 / (mbit * 1000));
        queue.push({ bytes: bytes.subarray(0, count), due: free + delayMs });
        stored += count;
        wake();
        while (stored > WINDOW_BYTES) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } catch {
      // The connection was cut.
    }
    over = true;
    wake();
  };
  const write = async (): Promise<void> => {
    for (;;) {
      const piece = queue.shift();
      if (piece === undefined) {
        if (over) return;
        await new Promise<void>((resolve) => wake = resolve);
        continue;
      }
      await sleepUntil(piece.due);
      for (let at = 0; at < piece.bytes.length;) at += await to.write(piece.bytes.subarray(at));
      stored -= piece.bytes.length;
    }
  };
  await Promise.all([read(), write()]);
}

async function serve(conn: Deno.Conn, port: number, shape: LinkShape): Promise<void> {
  try {
    const target = await Deno.connect({ hostname: "127.0.0.1", port });
    target.setNoDelay(true);
    (conn as Deno.TcpConn).setNoDelay(true);
    const shut = (to: Deno.Conn): Promise<void> => to.closeWrite().catch(() => {});
    await Promise.allSettled([
      carry(conn, target, shape).finally(() => shut(target)),
      carry(target, conn, shape).finally(() => shut(conn)),
    ]);
    target.close();
  } catch {
    // Whoever dialled sees its connection end.
  }
  conn.close();
}

/** Puts a slow link in front of `address`, a multiaddress on loopback; gives the address of its other end. */
export function shapeLink(address: string, shape: LinkShape): { address: string } & Disposable {
  const port = Number(/\/tcp\/(\d+)/.exec(address)?.[1]);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  void (async () => {
    for await (const conn of listener) void serve(conn, port, shape);
  })().catch(() => {});
  return {
    address: `/ip4/127.0.0.1/tcp/${listener.addr.port}`,
    [Symbol.dispose]: () => listener.close(),
  };
}
