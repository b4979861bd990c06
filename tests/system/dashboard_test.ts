/** The dashboard of real processes in a real browser. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import {
  assertEnded,
  type Ended,
  party,
  type Process,
  processTest,
  programFile,
  ticketOf,
} from "../e2e/process.ts";
import {
  assertAccessible,
  BROWSER,
  PHONE,
  startBrowser,
  takePicture,
  type TestBrowser,
  type WatchedPage,
} from "./browser.ts";
import { isInstalled } from "./tools.ts";

/** A program that takes some seconds, so that there is something to look at. */
const PROGRAM = `pub fn main(x: [u32; 40], y: [u32; 40], z: [u32; 40]) -> u32 {
    let mut sum = 0u32;
    for i in 0..40 {
        sum = sum ^ (x[i] * y[i] + z[i]) ^ ((x[i] + y[i]) * z[i]);
    }
    sum
}
`;
const INPUT = `[${Array.from({ length: 40 }, (_, i) => i + 1).join(", ")}]`;

async function originOf(process: Process): Promise<string> {
  return (await process.sees(/dashboard at (http:\S+)/))[1] ?? "";
}

/** The dashboard in all looks. */
async function openLooks(browser: TestBrowser, url: string): Promise<Map<string, WatchedPage>> {
  const looks = new Map<string, WatchedPage>();
  for (const colorScheme of ["light", "dark"] as const) {
    looks.set(colorScheme, await browser.open(url, { colorScheme }));
    const phone = { colorScheme, viewport: PHONE, deviceScaleFactor: 2 };
    looks.set(`phone-${colorScheme}`, await browser.open(url, phone));
  }
  return looks;
}

/** Waits until a quarter, or three, of the computation is done. */
async function progressOf(page: Page, quarters: 1 | 3): Promise<void> {
  const hasText = quarters === 1 ? /^([2-9]\d|100) %$/ : /^([7-9]\d|100) %$/;
  await page.locator(".percent", { hasText }).waitFor();
}

async function assertUsable(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Listening on" }).click();
  const address = page.locator(".addresses li code").first();
  assert.match(await address.innerText(), /^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/p2p\/12D3/);
  await page.getByRole("button", { name: "Copy peer id" }).click();
  const copied = await page.evaluate("navigator.clipboard.readText()");
  assert.equal(copied, await page.locator("h1 code").innerText());
  await page.getByRole("link", { name: "Peers" }).click();
  assert.match(page.url(), /#peers$/);
  const theme = page.locator("button.theme");
  for (const name of ["Light", "Dark", "Auto"]) {
    await theme.click();
    assert.equal(await theme.innerText(), name);
    assert.equal(await page.locator("html").getAttribute("data-theme"), name.toLowerCase());
  }
}

/** Goes over the page with the keyboard alone. */
async function assertKeyboard(page: Page): Promise<void> {
  await page.goto(new URL("/", page.url()).href);
  const focused = page.locator(":focus");
  await page.keyboard.press("Tab");
  assert.equal(await focused.innerText(), "Skip to the content");
  await page.keyboard.press("Enter");
  assert.equal(await focused.getAttribute("id"), "main");
  await page.keyboard.press("Tab");
  assert.equal(await focused.innerText(), "Copy");
  await page.keyboard.press("Tab");
  assert.match(await focused.innerText(), /^Listening on/);
  await page.keyboard.press("Enter");
  assert.equal(await page.locator(".addresses[open]").count(), 1);
}

/** Three parties compute while `look` looks at the dashboard of the first; returns how they ended. */
async function compute(
  flags: (self: number) => string[],
  creator: Process,
  look: () => Promise<void>,
): Promise<Ended[]> {
  const ticket = await ticketOf(creator);
  const joiners = [1, 2].map((self) => party([...flags(self), "join", ticket]));
  await look();
  return await Promise.all([creator, ...joiners].map((process) => process.ended));
}

// feature: B86
processTest("a browser watches three parties compute", async () => {
  await using program = await programFile(PROGRAM);
  await using browser = await startBrowser();
  const flags = (self: number): string[] => [
    ...[`--program=${program.path}`, `--party=${self}`, `--input=${INPUT}`],
  ];
  const creator = party([...flags(0), "--metrics-port=0", "new"]);
  const origin = await originOf(creator);
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, requests, complaints } = await browser.open(origin, { permissions });
  await page.getByText("Waiting for the others").waitFor();
  await page.locator(".live", { hasText: "live" }).waitFor();
  await assertUsable(page);
  await assertKeyboard(page);
  await assertAccessible(page);
  const looks = await openLooks(browser, origin);

  const ended = await compute(flags, creator, async () => {
    await page.getByText("Computing").waitFor();
    await progressOf(page, 1);
    assert.equal(await page.locator(".lines tbody tr").count(), 3);
    assert.equal(await page.locator("#peers tbody tr").count(), 2);
    assert.match(await page.locator("#peers tbody tr").first().innerText(), /p2p-mpc\/\d/);
    assert.ok(await page.locator(".addresses[open]").count() === 1, "what was opened stays open");
    await progressOf(page, 3);
    const pictures = [...looks].map(async ([name, { page }]) => {
      await progressOf(page, 3);
      await takePicture(page, `dashboard-${name}`);
    });
    await Promise.all(pictures);
    await page.locator(".live", { hasText: "has ended" }).waitFor();
  });
  for (const end of ended) assertEnded(end, 0);
  assert.equal(await page.locator("#session .chip").innerText(), "Done");
  assert.equal(await page.locator(".percent").innerText(), "100 %");
  for (const { page } of looks.values()) await assertAccessible(page);
  await page.getByText("Bytes by phase").click();
  const bytes = page.locator("#session details tbody tr");
  assert.ok(await bytes.count() >= 8);
  assert.match(await bytes.first().innerText(), /^set-up\s+[\d.]+ kB\s+[\d.]+ kB$/);
  await takePicture(page, "dashboard-done");
  const shown = await page.content();
  assert.ok(!shown.includes(INPUT) && !shown.includes("p2pmpc1"), "an input or a ticket is shown");
  assert.ok(requests.every((url) => url.startsWith(origin)), requests.join("\n"));
  const ours = complaints.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE/.test(text));
  assert.deepEqual(ours, []);
}, !await isInstalled(BROWSER));

processTest(
  "a browser shows a node also without scripts; with them, its end and the node after it",
  async () => {
    await using browser = await startBrowser();
    const hostile = `<img src=x onerror=alert(1)>"'`;
    const node = party([
      ...["--metrics-port=0", "--topic=chat", `--topic=${hostile}`],
      "--bootnode=/ip4/127.0.0.1/tcp/9/p2p/12D3KooWSqm6NQo8kL2hpbo3oUGrRTcWUPHtKNEFWSVa7tBCyKQT",
    ]);
    const origin = await originOf(node);
    const [, address = ""] = await node.sees(/listening on (\S+)/);
    const friend = party(["--metrics-port=0", "--topic=chat", `--bootnode=${address}`]);
    const { page, requests, complaints } = await browser.open(origin, { javaScriptEnabled: false });
    for (;;) {
      const text = await page.locator("main").innerText();
      if (/chat\s+1/.test(text) && /p2p-mpc\/\d/.test(text) && text.includes("Cannot reach")) break;
      await page.reload();
    }
    assert.equal(await page.locator("#topics tbody tr th").nth(1).innerText(), hostile);
    assert.equal(await page.locator("img").count(), 0);
    assert.equal(
      await page.locator("button:visible").count(),
      0,
      "buttons do nothing without scripts",
    );
    assert.equal(await page.locator('meta[http-equiv="refresh"]').getAttribute("content"), "5");
    assert.ok(requests.every((url) => url.startsWith(origin)), requests.join("\n"));
    await takePicture(page, "dashboard-node");

    const scripted = await browser.open(origin);
    await scripted.page.locator(".live", { hasText: "live" }).waitFor();
    await assertAccessible(scripted.page);
    for (const process of [node, friend]) process.kill("SIGTERM");
    await scripted.page.locator(".live", { hasText: "has ended" }).waitFor();
    await node.ended;
    const next = party([`--metrics-port=${new URL(origin).port}`]);
    const [, peer = ""] = await next.sees(/our node id: (\S+)/);
    await scripted.page.locator("h1", { hasText: peer }).waitFor();
    assert.deepEqual(
      [...complaints, ...scripted.complaints].filter((text) => !/ERR_/.test(text)),
      [],
    );
  },
  !await isInstalled(BROWSER),
);
