/** Time of the set-up's public-key part for one pair of parties. Run: deno bench tests/bench/base_ot_bench.ts */
import { utf8 } from "../../lib/base/mod.ts";
import {
  baseOtReceive1,
  baseOtReceive2,
  baseOtSend,
  ggmReceiver,
  ggmSender,
  seededRng,
} from "../../lib/crypto/mod.ts";

const rng = seededRng(utf8("bench"));
const context = { sid: new Uint8Array(32), count: 128, receiver: 0, sender: 1 };
const delta = rng.fill(new Uint8Array(16));
const first = baseOtReceive1(context, delta, rng);
const second = baseOtSend(context, first.message, rng);
const chosen = baseOtReceive2(first.state, second.message);

Deno.bench("128 base OTs, receiver, first step", () => void baseOtReceive1(context, delta, rng));
Deno.bench("128 base OTs, sender", () => void baseOtSend(context, first.message, rng));
Deno.bench("128 base OTs, receiver, second step", () => {
  baseOtReceive2(first.state, second.message);
});
for (const k of [2, 4, 8]) {
  const trees = { sid: context.sid, k, keyHolder: 0, macHolder: 1 };
  const { message } = ggmSender(trees, second.pairs);
  Deno.bench(`trees k=${k}, MAC holder`, () => void ggmSender(trees, second.pairs));
  Deno.bench(`trees k=${k}, key holder`, () => void ggmReceiver(trees, delta, chosen, message));
}
