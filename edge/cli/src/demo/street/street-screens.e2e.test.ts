/**
 * A billed street in Debian's Chromium: the operator's import, data quality and billing run, a
 * member's month with its bill, and a proof file that is checked without a network.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DESK, HOUR_MS, noChromium, PHONE, StreetBrowser } from './street-browser.test-support.ts';

const WAIT_MS = 20_000;

describe('the screens of a billed street', () => {
  let street: StreetBrowser;
  let page: Page;
  const complaints: string[] = [];

  beforeEach((each) => {
    if (noChromium !== undefined) each.skip(noChromium);
  });

  beforeAll(async () => {
    if (noChromium !== undefined) return;
    street = await StreetBrowser.open();
    page = await street.context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error')
        complaints.push(`${message.text()} ${message.location().url}`);
    });
  });

  afterAll(() => street?.close());

  const go = (path: string) => page.evaluate(`window.location.hash = ${JSON.stringify(path)}`);

  /** A file of one hour that the grid operator could have sent, one quarter hour missing. */
  function readingsFile(): string {
    const rows = [0, 1, 3].map(
      (at) => `${new Date(street.slotMs(at)).toISOString()},0.${at + 1}00`,
    );
    return ['time,import_kwh', ...rows, ''].join('\n');
  }

  test('an officer imports a file: read here first, then sent, and nothing twice', async () => {
    await street.openKey(page, 'officer');
    await go('#/desk/import');
    const path = join(street.folder, 'readings.csv');
    writeFileSync(path, readingsFile());
    await page.getByLabel('Files of readings').setInputFiles(path);
    await page.getByText('1 slot is missing').first().waitFor();
    expect(await page.locator('table.months tbody tr').textContent()).toMatch(/0\.70\skWh/);
    // The decimal sign is wrong: it is said where, and the proposal brings it back.
    await page.getByLabel('decimal sign').selectOption(',');
    await page.locator('section[aria-label^="What the file holds"] .failed').waitFor();
    await page.getByRole('button', { name: 'Back to the proposal' }).click();
    await page.getByLabel('goes to meter').selectOption({ index: 1 });
    await page.getByText(/3 new, 0 superseding, 0 as they are there/).waitFor();
    await page.getByRole('button', { name: 'Sign and send 3 readings' }).click();
    await page.getByText(/3 stored/).waitFor();
    await page.getByText(/there is nothing to send/).waitFor();
  });

  test('several files are chosen at once, each read and sent by itself', async () => {
    const day = join(street.folder, 'day.csv');
    const clock = (at: number) => new Date(at * 900_000).toISOString().slice(11, 16);
    const rows = Array.from({ length: 96 }, (_, at) => `${clock(at)};0.1`);
    writeFileSync(day, ['INTERVAL;ENERGY(kWh)', ...rows, ''].join('\n'));
    const again = join(street.folder, 'readings.csv');
    await page.getByLabel('Files of readings').setInputFiles([again, day]);
    await page.locator('.import-one').nth(1).waitFor();
    // A typical day needs the days that it stands for, and says so.
    await page.locator('summary', { hasText: 'day.csv' }).click();
    await page.getByText(/time\.firstDay: expected/).waitFor();
    await page.getByLabel('stands for the days from').fill('2025-03-30');
    await page.getByLabel('to, included').fill('2025-03-31');
    await page.getByText(/188 slots/).waitFor();
    await page.getByRole('button', { name: 'Leave day.csv out' }).click();
    await expect.poll(() => page.locator('.import-one').count(), { timeout: WAIT_MS }).toBe(1);
  });

  test('a file of another kind is refused in words, and what was chosen stays', async () => {
    const path = join(street.folder, 'letter.csv');
    writeFileSync(path, 'Dear neighbours,\nthe meeting is on Monday.\n');
    await page.getByLabel('Files of readings').setInputFiles(path);
    await page.getByText(/letter\.csv: expected/).waitFor();
    expect(await page.locator('.import-one', { hasText: 'readings.csv' }).count()).toBe(1);
  });

  test('data quality shows every meter and its gaps', async () => {
    await go('#/desk/quality');
    const startMs = street.slotMs(0);
    await page.getByLabel('from day').fill(new Date(startMs).toISOString().slice(0, 10));
    const rows = page.locator('section[aria-label="Meters"] tbody tr');
    await rows.first().waitFor();
    expect(await rows.count()).toBeGreaterThanOrEqual(street.living.life.residents.length);
    await page.locator('section[aria-label="Gaps and flags"] details').first().click();
    const words = await page.locator('.sentences').first().textContent();
    expect(words).toMatch(/missing/);
  });

  test('a billing run is previewed, confirmed, final, and its delivery noted', async () => {
    await go('#/desk/billing');
    const startMs = street.slotMs(0);
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
    const [resident] = street.living.life.residents;
    await street.openKey(page, resident?.home.label ?? '');
    const startMs = street.slotMs(0);
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

  test('an officer keeps a billing record, and is told what it lacks', async () => {
    await street.openKey(page, 'officer');
    await go('#/desk/records');
    const [resident] = street.living.life.residents;
    const value = `${resident?.member}`;
    await page.locator('.choose-member select').selectOption({ value });
    await page.getByLabel('tax status').selectOption('registered');
    await page.getByLabel('bank account (IBAN)').fill('at61 1904 3002 3457 3202');
    await page.getByRole('button', { name: 'Keep this record' }).click();
    await page.getByText('Before a bill can be made').waitFor();
    const lacks = await page.locator('form .sentences').textContent();
    expect(lacks).toMatch(/VAT number: expected/);
    expect(lacks).toMatch(/bank account \(IBAN\): expected/);
    await page.getByLabel('tax status').selectOption('private');
    await page.getByLabel('bank account (IBAN)').fill('at61 1904 3002 3457 3201');
    await page.getByRole('button', { name: 'Keep this record' }).click();
    await page.getByText('Kept. Bills can be made with it.').waitFor();
    expect(await page.getByLabel('bank account (IBAN)').inputValue()).toBe('AT611904300234573201');
  });

  test('and the member sees in its account who looked at it', async () => {
    const [resident] = street.living.life.residents;
    await street.openKey(page, resident?.home.label ?? '');
    await page.getByRole('link', { name: 'See who read my rows' }).click();
    await page.getByRole('heading', { name: 'Who read my rows' }).waitFor();
    const row = page.locator('table.reads tbody tr', { hasText: 'billing record' });
    await row.first().waitFor();
    expect(await row.first().textContent()).toMatch(/for an audit|by office/);
  });

  test('a proof file is checked without a network, and one changed digit is named', async () => {
    await go('#/me');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download the proof file' }).click(),
    ]);
    const path = join(street.folder, 'proof.json');
    await download.saveAs(path);
    const checker = await street.context.newPage();
    await checker.goto(`${street.url}/#/check`);
    await checker.getByRole('heading', { name: 'Check a proof file' }).waitFor();
    const requests: string[] = [];
    checker.on('request', (request) => requests.push(request.url()));
    await street.context.setOffline(true);
    await checker.getByLabel('Proof file').setInputFiles(path);
    await checker.getByText('Everything holds.').waitFor();
    await checker.getByText('Bill DEMO-RE-').first().waitFor();

    const altered = readFileSync(path, 'utf8').replace(
      /(\\"netCents\\":\\"-?\d*)(\d)(\\")/,
      (_whole, before: string, digit: string, after: string) =>
        `${before}${(Number(digit) + 1) % 10}${after}`,
    );
    const changed = join(street.folder, 'changed.json');
    writeFileSync(changed, altered);
    await checker.getByLabel('Proof file').setInputFiles(changed);
    await checker.getByText('This does not hold').waitFor();
    const fails = checker.locator('.steps li').filter({ has: checker.locator('.no') });
    expect(await fails.count()).toBe(1);
    expect(await fails.getAttribute('data-step')).toBe('bills');

    writeFileSync(changed, '{"a":1,"a":2}');
    await checker.getByLabel('Proof file').setInputFiles(changed);
    await checker.getByText(/This is no proof file/).waitFor();
    await street.context.setOffline(false);
    expect(requests).toEqual([]);
    await checker.close();
  });

  test('the browser had nothing to complain of', () => {
    expect(complaints).toEqual([]);
  });
});
