/** Programs of Debian's packages that the tests use. */

/** Whether this machine has `command`; a test that needs it counts as skipped if not. */
export async function isInstalled(command: string): Promise<boolean> {
  try {
    const args = ["--version"];
    const ran = new Deno.Command(command, { args, stdout: "null", stderr: "null" });
    return (await ran.output()).success;
  } catch {
    return false;
  }
}
