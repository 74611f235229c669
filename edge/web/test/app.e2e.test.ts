/**
 * The web app in Debian's Chromium against a living demonstration: the market, a block verified in
 * the browser, an invite taken, and the new member's view. Nothing is mocked.
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');
const CHROMIUM = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** A quarter hour takes five seconds. */
const SPEED = '180';
const WAIT_MS = 60_000;
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium && process.env.CI === 'true') throw new Error(`${CHROMIUM}: expected a browser`);

interface Demo {
  readonly process: ChildProcess;
  readonly url: string;
  /** A link that nobody has taken yet. */
  readonly invite: string;
}

/** Starts the command as a visitor would, and reads the addresses that it prints. */
async function startDemo(): Promise<Demo> {
  const words = ['edge/cli/bin/commonwatt.js', 'demo', '--speed', SPEED];
  const process_ = spawn(process.execPath, words, {
    cwd: ROOT,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  let url: string | undefined;
  for await (const line of createInterface({ input: process_.stderr })) {
    said.push(line);
    url ??= / trades at (http:\S+)/.exec(line)?.[1];
    const invite = /(http:\S+#\/join\?\S+)/.exec(line)?.[1];
    if (url !== undefined && invite !== undefined) {
      process_.stderr.resume();
      return { process: process_, url, invite };
    }
  }
  throw new Error(`the demonstration ended: ${said.join('\n')}`);
}

function buildWebApp(): void {
  const script =
    "import('./tools/web-app.js').then(({ ensureWebApp }) => process.exit(ensureWebApp() ? 0 : 1))";
  const { status, stderr } = spawnSync(process.execPath, ['--eval', script], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the web app could not be built: ${stderr}`);
}

describe('the web app', () => {
  let demo: Demo;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  /** What the browser complained of: a refused script, a failed request, a fault of ours. */
  const complaints: string[] = [];

  beforeEach((context) => {
    if (!hasChromium) context.skip(`${CHROMIUM} is not installed`);
  });

  beforeAll(async () => {
    if (!hasChromium) return;
    buildWebApp();
    [demo, browser] = await Promise.all([
      startDemo(),
      chromium.launch({ executablePath: CHROMIUM, args: FLAGS }),
    ]);
    context = await browser.newContext({ viewport: DESK, acceptDownloads: true });
    page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error')
        complaints.push(`${message.text()} ${message.location().url}`);
    });
  });

  afterAll(async () => {
    await browser?.close();
    if (demo !== undefined && demo.process.exitCode === null) {
      demo.process.kill('SIGTERM');
      await once(demo.process, 'exit');
    }
  });

  test('shows the street, its price, and why', async () => {
    await page.goto(`${demo.url}/`);
    await page.getByRole('img', { name: /Picture of the street/ }).waitFor();
    const price = page.locator('.headline-tile .headline');
    await expect.poll(() => price.textContent(), { timeout: WAIT_MS }).toMatch(/\d+\.\d\s*ct\/kWh/);
    const why = page.locator('.last-clearing .why');
    await expect.poll(() => why.textContent(), { timeout: WAIT_MS }).toMatch(/ct\/kWh|Nothing/);
    for (const name of [/orders\. The lines cross/, /orders\. If the gate closed now/]) {
      const drawn = page.getByRole('img', { name });
      await expect.poll(() => drawn.count(), { timeout: WAIT_MS }).toBe(1);
    }
  });

  test('is live: another slot clears while it is looked at', async () => {
    const newest = page.locator('.ledger .height').first();
    await newest.waitFor();
    const before = await newest.textContent();
    await expect.poll(() => newest.textContent(), { timeout: WAIT_MS }).not.toBe(before);
  });

  test('leads from the price to its slot and back to its block', async () => {
    await page.locator('.last-clearing .panel-head a').click();
    await page.getByRole('heading', { name: /^Slot \d\d:\d\d/ }).waitFor();
    const rows = page.locator('section[aria-label="The book without names"] tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThan(10);
    const before = page.url();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => page.url(), { timeout: WAIT_MS }).not.toBe(before);
  });

  test('verifies a block in the browser, the price cleared again', async () => {
    await page.goto(`${demo.url}/#/`);
    const row = page.locator('.ledger li', { hasText: 'cleared at' }).first();
    await row.locator('.verify-link').click();
    await page.getByText('Everything holds.').waitFor();
    const steps = page.locator('.steps li');
    expect(await steps.count()).toBe(8);
    expect(await page.locator('.steps .no').count()).toBe(0);
    const clearing = await page.locator('[data-step="clearings"]').textContent();
    expect(clearing).toMatch(/Wh at .* ct\/kWh/);
  });

  test('says which step fails when an answer was altered on its way', async () => {
    const [, height] = /#\/blocks\/(\d+)/.exec(page.url()) ?? [];
    const liar = await context.newPage();
    await liar.route(`**/api/blocks/${height}`, async (route) => {
      const response = await route.fetch();
      const block = await response.json();
      const last = block.receiptLeaves.length - 1;
      const leaf: string = block.receiptLeaves[last];
      block.receiptLeaves[last] = `${leaf.startsWith('0') ? '1' : '0'}${leaf.slice(1)}`;
      await route.fulfill({ response, json: block });
    });
    await liar.goto(`${demo.url}/#/blocks/${height}?verify`);
    await liar.getByText('This does not hold').waitFor();
    expect(await liar.locator('.steps li').last().getAttribute('data-step')).toBe('receipts');
    await liar.close();
  });

  test('takes an invite on a phone: a key, a membership, an order, a trade', async () => {
    await page.setViewportSize(PHONE);
    await page.goto(demo.invite);
    await page.getByText('You are invited').waitFor();
    // The supplier's own price: whatever is offered below it trades.
    await page.getByRole('slider').press('End');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.getByText('Go to my account').waitFor();
    expect(await page.locator('.steps .ok').count()).toBe(3);
    await page.locator('.first-trade').waitFor();
    expect(await page.locator('.first-trade').textContent()).toMatch(/traded: you bought/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
  });

  test('an invite that was taken says so and changes nothing', async () => {
    const other = await browser.newContext({ viewport: PHONE });
    const second = await other.newPage();
    await second.goto(demo.invite);
    await second.getByText('This invite was used already').waitFor();
    expect(await second.getByRole('button', { name: 'Join' }).count()).toBe(0);
    await other.close();
  });

  test('shows the member’s own view, after a reload too', async () => {
    await page.setViewportSize(DESK);
    await page.goto(`${demo.url}/#/me`);
    await page.reload();
    await page.getByRole('heading', { name: 'Balance' }).waitFor();
    await page.locator('table.trades tbody tr').first().waitFor();
    await page.locator('.rows .badge.buy').first().waitFor();
  });

  test('the member’s proof file holds on this device, and can be taken away', async () => {
    await page.getByRole('button', { name: 'Verify on this device' }).click();
    await page.getByText('Everything holds.').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the proof file' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^commonwatt-proof-\d+\.json$/);
  });

  test('places an order with its consequence said before, and withdraws it', async () => {
    const orders = page.locator('section[aria-label="Standing orders"]');
    await orders.getByRole('button', { name: 'Place a standing order' }).click();
    await orders.getByLabel('energy per slot, kWh').fill('0.1');
    await orders.getByLabel('for at most, ct/kWh').fill('much');
    expect(await orders.getByRole('button', { name: 'Sign and send' }).isDisabled()).toBe(true);
    await orders.getByLabel('for at most, ct/kWh').fill('12,5');
    const preview = await orders.locator('.preview').textContent();
    expect(preview).toMatch(/Buys at most 0\.100\skWh in every slot for at most 12\.50\sct\/kWh/);
    await orders.getByRole('button', { name: 'Sign and send' }).click();
    await orders.getByText('its receipt was proven here').waitFor();
    const placed = orders.locator('.rows > li', { hasText: '12.50' });
    await placed.waitFor();
    await placed.getByRole('button', { name: 'Withdraw' }).click();
    await expect.poll(() => placed.count(), { timeout: WAIT_MS }).toBe(0);
  });

  test('saves a copy of the key and forgets it', async () => {
    await page.getByLabel(/Password for a copy/).fill('a long password');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save a copy' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('commonwatt-key.json');
    await page.getByRole('button', { name: 'Sign out of this device' }).click();
    await page.getByRole('button', { name: 'Forget the key' }).click();
    await page.getByText('There is no account on this device.').waitFor();
    await page.reload();
    await page.getByText('There is no account on this device.').waitFor();
  });

  test('finds places by the keyboard', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('0');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Block 0' }).waitFor();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('heading', { name: 'Block 1', exact: true }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  });

  test('the browser had nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });

  test('says how old the data is once the node is gone', async () => {
    await page.goto(`${demo.url}/#/`);
    await page.locator('.pulse').getByText('live').waitFor();
    demo.process.kill('SIGTERM');
    await once(demo.process, 'exit');
    await page.getByText(/connection lost, data is \d+ s old/).waitFor();
  });
});
