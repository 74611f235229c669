/**
 * A billed street in Debian's Chromium: the operator's import, data quality and billing run, a
 * member's month with its bill, and a proof file that is checked without a network.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserRandom, createKeystore } from '@commonwatt/client';
import { buildStreet } from '@commonwatt/simulator';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoKeys } from '../demo-keys.ts';
import { beginStreet } from './street-demo.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
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
const SLOTS = 8;
const HOUR_MS = 3_600_000;
const WAIT_MS = 20_000;
const PASSWORD = 'wind over the lagoon';
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

const hasChromium = existsSync(CHROMIUM);
if (!hasChromium && process.env.CI === 'true') throw new Error(`${CHROMIUM}: expected a browser`);

function buildWebApp(): void {
  const script =
    "import('./tools/web-app.js').then(({ ensureWebApp }) => process.exit(ensureWebApp() ? 0 : 1))";
  const words = ['--eval', script];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the web app could not be built: ${stderr}`);
}

describe('the screens of a billed street', () => {
  let living: Awaited<ReturnType<typeof beginStreet>>;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let folder: string;
  let url: string;
  const complaints: string[] = [];

  beforeEach((each) => {
    if (!hasChromium) each.skip(`${CHROMIUM} is not installed`);
  });

  beforeAll(async () => {
    if (!hasChromium) return;
    buildWebApp();
    folder = await mkdtemp(join(tmpdir(), 'commonwatt-screens-'));
    const options = { slots: SLOTS, headless: false, port: 0 };
    living = await beginStreet(buildStreet({ seed: 1 }), options, undefined);
    const { run, life, node, street } = living;
    for (let slot = 0; slot < SLOTS; slot++) await run.slot(life.firstSlotIndex + slot);
    const end = street.slotAt(life.firstSlotIndex + SLOTS).startMs;
    await life.clock.until(end);
    await run.deliver(life.firstSlotIndex + SLOTS - 1);
    await life.clock.until(end + 24 * HOUR_MS);
    await node.tick();
    await node.listen();
    url = (node.url ?? '').replace('127.0.0.1', 'localhost');
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    context = await browser.newContext({ viewport: DESK, acceptDownloads: true });
    page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  });

  afterAll(async () => {
    await browser?.close();
    await living?.node.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** Opens a key from its file, as an officer does. */
  async function openKey(name: string): Promise<void> {
    const { seed } = demoKeys(living.life.seed, name);
    const made = { seed, password: PASSWORD, label: name.slice(0, 64) };
    const path = join(folder, 'key.json');
    writeFileSync(path, await createKeystore({ random: browserRandom }, made));
    await page.goto(`${url}/#/me`);
    await page.reload();
    await page.getByLabel('Key file').setInputFiles(path);
    await page.getByLabel('Its password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'Balance' }).waitFor();
  }

  const go = (path: string) => page.evaluate(`window.location.hash = ${JSON.stringify(path)}`);

  /** A file of one hour that the grid operator could have sent, one quarter hour missing. */
  function readingsFile(): string {
    const { street, life } = living;
    const rows = [0, 1, 3].map((at) => {
      const { startMs } = street.slotAt(life.firstSlotIndex + at);
      return `${new Date(startMs).toISOString()},0.${at + 1}00`;
    });
    return ['time,import_kwh', ...rows, ''].join('\n');
  }

  test('an officer imports a file: read here first, then sent, and nothing twice', async () => {
    await openKey('officer');
    await go('#/desk/import');
    const path = join(folder, 'readings.csv');
    writeFileSync(path, readingsFile());
    await page.getByLabel('File of readings').setInputFiles(path);
    await page.getByText('1 slot is missing').waitFor();
    expect(await page.locator('table.months tbody tr').textContent()).toMatch(/0\.70\skWh/);
    // The decimal sign is wrong: it is said where, and the proposal brings it back.
    await page.getByLabel('decimal sign').selectOption(',');
    await page.locator('section[aria-label="What the file holds"] .failed').waitFor();
    await page.getByRole('button', { name: 'Back to the proposal' }).click();
    await page.getByLabel('goes to meter').selectOption({ index: 1 });
    await page.getByText(/3 new, 0 superseding, 0 as they are there/).waitFor();
    await page.getByRole('button', { name: 'Sign and send 3 readings' }).click();
    await page.getByText(/3 stored/).waitFor();
    await page.getByText(/there is nothing to send/).waitFor();
  });

  test('a file of another kind is refused in words, and what was chosen stays', async () => {
    const path = join(folder, 'letter.csv');
    writeFileSync(path, 'Dear neighbours,\nthe meeting is on Monday.\n');
    await page.getByLabel('File of readings').setInputFiles(path);
    await page.getByText(/letter\.csv: expected/).waitFor();
    expect(await page.getByText('readings.csv').count()).toBe(1);
  });

  test('data quality shows every meter and its gaps', async () => {
    await go('#/desk/quality');
    const { startMs } = living.street.slotAt(living.life.firstSlotIndex);
    await page.getByLabel('from day').fill(new Date(startMs).toISOString().slice(0, 10));
    const rows = page.locator('section[aria-label="Meters"] tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThanOrEqual(living.life.residents.length);
    await page.locator('section[aria-label="Gaps and flags"] details').first().click();
    const words = await page.locator('.sentences').first().textContent();
    expect(words).toMatch(/missing/);
  });

  test('a billing run is previewed, confirmed, final, and its delivery noted', async () => {
    await go('#/desk/billing');
    const { startMs } = living.street.slotAt(living.life.firstSlotIndex);
    const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
    await page.getByLabel('or other days: from').fill(day(startMs));
    await page.getByLabel('up to, not included').fill(day(startMs + 24 * HOUR_MS));
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText(/exceptions?: no bill for these/).waitFor();
    await page.getByLabel('readings are missing').check();
    expect(await page.getByText('Make final…').count()).toBe(0);
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByRole('button', { name: 'Make final…' }).click();
    await page.getByText(/nothing can change them afterwards/).waitFor();
    await page.getByRole('button', { name: /^Make \d+ documents final$/ }).click();
    await page.getByText(/documents are final/).waitFor();
    await page.getByLabel('Choose DEMO-RE-0001').check();
    await page.getByRole('button', { name: 'Note as' }).click();
    const row = page.locator('table.documents tr', { hasText: 'DEMO-RE-0001' });
    await row.getByText('→ sent').waitFor();
    const other = page.locator('table.documents tr', { hasText: 'DEMO-RE-0002' });
    expect(await other.getByText('○ prepared').count()).toBe(1);
  });

  test('a member sees the month, why it cost what it did, and takes the bill away', async () => {
    const [resident] = living.life.residents;
    await openKey(resident?.home.label ?? '');
    const { startMs } = living.street.slotAt(living.life.firstSlotIndex);
    await go(`#/month/${new Date(startMs).toISOString().slice(0, 7)}`);
    await page.getByText('bought in the community', { exact: true }).waitFor();
    await page.getByText(/quarter hours measured/).waitFor();
    await page.getByText('How it was computed').click();
    expect(await page.locator('.formula').textContent()).toMatch(/saved = /);
    await page.getByLabel('Day').fill(new Date(startMs).toISOString().slice(0, 10));
    await page.locator('.slot-rows li').first().waitFor();
    for (const [format, ending] of [
      ['PDF', 'pdf'],
      ['JSON', 'json'],
      ['UBL', 'xml'],
    ] as const) {
      const button = page.getByRole('button', { name: new RegExp(`as ${format}$`) }).first();
      const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
      expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${ending}$`));
      const bytes = readFileSync(await download.path());
      if (format === 'PDF') expect(bytes.subarray(0, 5).toString()).toBe('%PDF-');
    }
    await page.setViewportSize(PHONE);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width);
    await page.setViewportSize(DESK);
  });

  test('a proof file is checked without a network, and one changed digit is named', async () => {
    await go('#/me');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the proof file' }).click(),
    ]);
    const path = join(folder, 'proof.json');
    await download.saveAs(path);
    const checker = await context.newPage();
    await checker.goto(`${url}/#/check`);
    await checker.getByRole('heading', { name: 'Check a proof file' }).waitFor();
    const requests: string[] = [];
    checker.on('request', (request) => requests.push(request.url()));
    await context.setOffline(true);
    await checker.getByLabel('Proof file').setInputFiles(path);
    await checker.getByText('Everything holds.').waitFor();
    await checker.getByText('Bill DEMO-RE-').first().waitFor();

    const altered = readFileSync(path, 'utf8').replace(
      /(\\"netCents\\":\\"-?\d*)(\d)(\\")/,
      (_whole, before: string, digit: string, after: string) =>
        `${before}${(Number(digit) + 1) % 10}${after}`,
    );
    const changed = join(folder, 'changed.json');
    writeFileSync(changed, altered);
    await checker.getByLabel('Proof file').setInputFiles(changed);
    await checker.getByText('This does not hold').waitFor();
    expect(await checker.locator('.steps li').last().getAttribute('data-step')).toBe('bills');

    writeFileSync(changed, '{"a":1,"a":2}');
    await checker.getByLabel('Proof file').setInputFiles(changed);
    await checker.getByText(/This is no proof file/).waitFor();
    await context.setOffline(false);
    expect(requests).toEqual([]);
    await checker.close();
  });

  test('the browser had nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});
