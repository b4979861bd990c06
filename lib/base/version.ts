/** The version of p2p-mpc, which all parties of a session share. */
import manifest from "../../deno.json" with { type: "json" };

/** Version of the program. */
export const VERSION: string = manifest.version;
