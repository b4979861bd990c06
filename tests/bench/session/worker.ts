/** The worker of a benchmark's party: the program's own, which knows the benchmark's circuits as well. */
import { localEngine } from "../../../lib/cli/engine/engine.ts";
import { serveEngine } from "../../../lib/cli/engine/serve.ts";
import { buildWorkload } from "./workloads.ts";

serveEngine(localEngine(Date.now, buildWorkload));
