import type { TryConfig } from "./config.ts";
import type { Context } from "./context.ts";
export function compileFile(_c: TryConfig, _o: string | undefined, _x: Context): Promise<void> {
  return Promise.resolve();
}
