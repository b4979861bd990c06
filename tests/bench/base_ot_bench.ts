/** Time of the set-up's public-key part for one pair of parties. Run: deno bench tests/bench/base_ot_bench.ts */
import { utf8 } from "../../lib/base/mod.ts";
import {
  baseOtKeys,
  baseOtReceive1,
  baseOtReceive2,
  baseOtSend,
  ggmReceiver,
  ggmSender,
  seededRng,
  typescriptKernels,
  wasmKernels,
} from "../../lib/crypto/mod.ts";

const rng = seededRng(utf8("bench"));
const context = { sid: new Uint8Array(32), count: 128, receiver: 0, sender: 1 };
const delta = rng.fill(new Uint8Array(16));
let [pairs, chosen] = [new Uint8Array(0), new Uint8Array(0)];
for (const { name, curve } of [typescriptKernels, wasmKernels()]) {
  const first = baseOtReceive1(curve, context, delta, rng);
  const send = (): ReturnType<typeof baseOtSend> =>
    baseOtSend(curve, context, baseOtKeys(curve, 128, rng), first.message);
  const second = send();
  pairs = second.pairs;
  chosen = baseOtReceive2(curve, first.state, second.message);
  const bench = (group: string, fn: () => void): void => Deno.bench({ group, name, fn });
  bench("128 base OTs, receiver, first step", () => {
    baseOtReceive1(curve, context, delta, rng);
  });
  bench("128 base OTs, sender, keys", () => void baseOtKeys(curve, 128, rng));
  bench("128 base OTs, sender, keys and step", () => void send());
  bench("128 base OTs, receiver, second step", () => {
    baseOtReceive2(curve, first.state, second.message);
  });
}
for (const k of [2, 4, 8]) {
  for (const kernels of [typescriptKernels, wasmKernels()]) {
    const { name } = kernels;
    const trees = { sid: context.sid, k, keyHolder: 0, macHolder: 1 };
    const { message } = ggmSender(kernels, trees, pairs);
    Deno.bench({
      group: `trees k=${k}, MAC holder`,
      name,
      fn: () => void ggmSender(kernels, trees, pairs),
    });
    Deno.bench({
      group: `trees k=${k}, key holder`,
      name,
      fn: () => void ggmReceiver(kernels, trees, delta, chosen, message),
    });
  }
}
