import assert from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { importedBy, sbomOf } from "../../scripts/sbom.ts";

const LOCK = JSON.stringify({
  version: "5",
  specifiers: {
    "npm:a@1.0.0": "1.0.0_b@2.0.0",
    "npm:@s/c@3.0.0": "3.0.0",
    "npm:unused@1.0.0": "1.0.0",
  },
  npm: {
    "a@1.0.0_b@2.0.0": { integrity: "sha512-AAEC", dependencies: ["b@2.0.0"] },
    "b@1.0.0": { integrity: "sha512-AAEC" },
    "b@2.0.0": { integrity: "sha512-/////w==", dependencies: ["@s/c", "a"] },
    "@s/c@3.0.0": { integrity: "sha512-AAEC" },
    "unused@1.0.0": { integrity: "sha512-AAEC" },
  },
});

Deno.test("sbomOf() lists what the program imports, with all that these packages need", () => {
  const parts = { lock: LOCK, imports: ["npm:a@1.0.0"], version: "1.2.3", runtime: "2.9.6" };
  const bill = JSON.parse(sbomOf(parts));
  assert.deepEqual([bill.bomFormat, bill.specVersion], ["CycloneDX", "1.6"]);
  assert.equal(bill.metadata.component.version, "1.2.3");
  assert.deepEqual(bill.components.map(({ name }: { name: string }) => name), [
    ...["deno", "@s/c", "a", "b"],
  ]);
  assert.deepEqual(bill.components[3], {
    type: "library",
    "bom-ref": "b@2.0.0",
    name: "b",
    version: "2.0.0",
    purl: "pkg:npm/b@2.0.0",
    hashes: [{ alg: "SHA-512", content: "ffffffff" }],
  });
  assert.equal(bill.components[1].purl, "pkg:npm/%40s/c@3.0.0");
  assert.throws(() => sbomOf({ ...parts, imports: ["npm:gone@1.0.0"] }), /no package "gone/);
});

Deno.test("the bill of materials of this tree has the network, and no tool of the tests", async () => {
  const lock = await Deno.readTextFile(new URL("../../deno.lock", import.meta.url));
  const text =
    `import { a } from "libp2p"; await import("@noble/ciphers/chacha.js"); export * from "./x.ts";`;
  const imports = importedBy(text, manifest.imports);
  assert.deepEqual(imports, [manifest.imports["@noble/ciphers"], manifest.imports.libp2p]);
  const bill = JSON.parse(sbomOf({ lock, imports, version: "1", runtime: "2" }));
  const names = bill.components.map(({ name }: { name: string }) => name);
  assert.ok(names.includes("libp2p") && names.includes("@libp2p/interface"));
  assert.ok(!names.includes("fast-check"));
});
