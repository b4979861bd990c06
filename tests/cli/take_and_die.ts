/** A process that takes a stock and dies at once: usage: take_and_die.ts <path> <key in hex> <sid in hex>. */
import { takeStock } from "../../lib/cli/stock_store.ts";

const [path = "", ...hex] = Deno.args;
const [key = new Uint8Array(0), sid = new Uint8Array(0)] = hex.map((text) => {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
});
await takeStock({ path, key }, sid);
Deno.kill(Deno.pid, "SIGKILL");
