/** The program as a worker of itself. */

/** Whether this is a worker, and not the thread that the process began with. */
export function isWorker(): boolean {
  return "DedicatedWorkerGlobalScope" in globalThis;
}

/** Serves an engine to the thread that started this worker. It is loaded here, as commands are. */
export async function runWorker(): Promise<void> {
  const { serveEngine } = await import("./engine/serve.ts");
  serveEngine();
}
