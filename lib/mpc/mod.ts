/**
 * The MPC protocol: authenticated garbling with a dishonest majority. See docs/PROTOCOL.md.
 *
 * @module
 */
export * from "./channel.ts";
export * from "./meter.ts";
export * from "./checks.ts";
export * from "./stop.ts";
export * from "./handover.ts";
export * from "./ledger.ts";
export * from "./secrets.ts";
export * from "./order.ts";
export * from "./party.ts";
export * from "./phase.ts";
export * from "./domains.ts";
export * from "./shares.ts";
export * from "./exchange.ts";
export * from "./echo.ts";
export * from "./broadcast.ts";
export * from "./coin.ts";
export * from "./opening.ts";
export * from "./ot/correlated.ts";
export * from "./ot/base.ts";
export * from "./ot/seeds.ts";
export * from "./ot/reversal.ts";
export * from "./setup.ts";
export * from "./delta_consistency.ts";
export * from "./abit.ts";
export * from "./chunks.ts";
export * from "./masks.ts";
export * from "./permutation.ts";
export * from "./leaky_and.ts";
export * from "./bucket.ts";
export * from "./v_check.ts";
export * from "./products.ts";
export * from "./material.ts";
export * from "./triples.ts";
export * from "./material_source.ts";
export * from "./inputs.ts";
export * from "./garbling.ts";
export * from "./evaluation.ts";
export * from "./label_check.ts";
export * from "./circuit_check.ts";
export * from "./output.ts";
export * from "./run.ts";
export * from "./compute.ts";
export * from "./rehearsal.ts";
export * from "./cost.ts";
export * from "./stock.ts";
export * from "./preprocess.ts";
export * from "./stock_file.ts";
