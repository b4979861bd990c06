/** A real Prometheus server watches a computation. */
import assert from "node:assert/strict";
import { processTest } from "../e2e/process.ts";
import { SCRAPE, seenComputation } from "./prometheus.ts";
import { isInstalled } from "./tools.ts";

/** Series that a party must have, with the least value that each instance must reach. */
const EXPECTED: Readonly<Record<string, number>> = {
  'p2p_mpc_session_state{state="running"}': 1,
  "p2p_mpc_and_gates_total": 1,
  "p2p_mpc_circuit_and_gates": 100_000,
  "p2p_mpc_circuit_inputs": 192,
  "p2p_mpc_parties": 3,
  'p2p_mpc_ot_total{kind="base"}': 256,
  'p2p_mpc_ot_total{kind="extended"}': 100_000,
  "p2p_mpc_worker_busy": 1,
  "p2p_mpc_worker_queue": 0,
  "p2p_mpc_engine_memory_bytes": 10_000_000,
  "p2p_mpc_sessions_active": 1,
  'p2p_mpc_peers{state="connected"}': 2,
  "sum by (instance) (p2p_mpc_active_connections)": 2,
  'p2p_mpc_consent_total{decision="granted"}': 1,
  'p2p_mpc_requests_total{protocol="metrics-http",result="ok"}': 1,
  'p2p_mpc_request_duration_seconds_count{protocol="metrics-http",direction="inbound"}': 1,
  'sum by (instance) (p2p_mpc_requests_total{protocol="session",result="ok"})': 2,
  'sum by (instance) (p2p_mpc_phase_bytes_total{direction="inbound"})': 1_000_000,
  "sum by (instance) (p2p_mpc_rounds_total)": 10,
  'p2p_mpc_phase_duration_seconds_count{phase="setup"}': 1,
  'p2p_mpc_phase_duration_seconds_count{phase="compile"}': 1,
  'p2p_mpc_messages_total{direction="outbound",kind="control"}': 2,
  'p2p_mpc_network_bytes_total{protocol="/p2p-mpc/session/1",direction="outbound"}': 1_000_000,
  "sum by (instance) (libp2p_connection_manager_connections)": 2,
  "gossipsub_rpc_recv_bytes_total": 100,
  "process_resident_memory_bytes": 10_000_000,
  "process_cpu_seconds_total": 0.1,
  "p2p_mpc_build_info": 1,
};

/** `metric` at its greatest in the last minutes, also that of a sum over series. */
function greatest(metric: string): string {
  return `max by (instance) (max_over_time((${metric})[5m:${SCRAPE}]))`;
}

// feature: B7, B55, B56, B57, B58, B59, B81
processTest("Prometheus sees a computation: its targets are up and its series move", async () => {
  await using seen = await seenComputation();
  const { server, targets } = seen;
  for (const [metric, least] of Object.entries({ up: 1, ...EXPECTED })) {
    const answers = await server.query(greatest(metric));
    assert.deepEqual([...answers.keys()].sort(), [...targets].sort(), metric);
    for (const [instance, value] of answers) {
      assert.ok(value >= least, `${metric} of ${instance} is ${value}, not ${least}`);
    }
  }
  // No label names a peer, an address or a session.
  for (const { instance: _, ...labels } of await server.series()) {
    for (const value of Object.values(labels)) {
      assert.doesNotMatch(
        value,
        /12D3KooW|\d+\.\d+\.\d+\.\d+|[0-9a-f]{16}/,
        JSON.stringify(labels),
      );
    }
  }
  const failed = await server.query(
    'sum(max_over_time(p2p_mpc_checks_total{result="failed"}[5m]))',
  );
  assert.equal(failed.get(""), 0);
}, !await isInstalled("prometheus"));
