/** Pages in headless Chromium, as a person or a program with another view sees them. */
import assert from "node:assert/strict";
import axe, { type AxeResults } from "axe-core";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** Debian's browser. */
export const BROWSER = "chromium";
/** A part of a page that does not come within this time fails the test, in milliseconds. */
const PATIENCE_MS = 60_000;

/** Widths that are looked at. */
export const DESKTOP = { width: 1280, height: 960 };
export const PHONE = { width: 390, height: 844 };

/** A page that is watched: everything that it asks for and complains about is written down. */
export interface WatchedPage {
  readonly page: Page;
  /** Addresses that were asked for. */
  readonly requests: readonly string[];
  /** Errors of scripts, refusals of the page's policy, and dialogs that were opened. */
  readonly complaints: readonly string[];
}

/** A browser of its own for one test. */
export interface TestBrowser extends AsyncDisposable {
  /** Opens a page in a window of its own. */
  open(url: string, options?: BrowserContextOptions): Promise<WatchedPage>;
}

async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => void requests.push(request.url()));
  page.on("pageerror", (error) => void complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints };
}

/** Starts Chromium. */
export async function startBrowser(): Promise<TestBrowser> {
  // Why no sandbox: tests run as root, for whom Chromium has none.
  const browser = await chromium.launch({
    executablePath: await pathOf(BROWSER),
    args: ["--no-sandbox"],
  });
  return {
    open: (url, options = {}) => openPage(browser, url, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function pathOf(command: string): Promise<string> {
  const { stdout } = await new Deno.Command("which", { args: [command] }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Asserts that axe finds nothing against WCAG 2.2 AA and good practice: names, roles, contrast, order of headings. */
export async function assertAccessible(page: Page): Promise<void> {
  // Why not a tag in the page: its policy allows none.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  const told = violations.map((
    { id, help, nodes },
  ) => [id, help, ...nodes.map((node) => node.html)]);
  assert.deepEqual(told, []);
}

/** Takes a picture of the whole page; P2P_MPC_SCREENSHOTS names a folder for those that want to look at it. */
export async function takePicture(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ fullPage: true, animations: "disabled" });
  assert.ok(picture.length > 10_000, "the page is empty");
  const folder = Deno.env.get("P2P_MPC_SCREENSHOTS");
  if (folder !== undefined) await Deno.writeFile(`${folder}/${name}.png`, picture);
}
