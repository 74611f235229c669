/**
 * Axe looks at every screen, on a phone and on a desk, light and dark: what keeps people out is a
 * fault like any other. `SCREENSHOTS=folder` keeps a picture of each as well.
 */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DESK, noChromium, PHONE, StreetBrowser } from './street-browser.test-support.ts';
import { STREET_MARKET } from './street-genesis.ts';

const WAIT_MS = 30_000;
const PICTURES = process.env.SCREENSHOTS;

interface Screen {
  readonly name: string;
  readonly path: string;
  /** What must be there before it is looked at. */
  readonly shows: string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const VIEWS = [PHONE, DESK].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

describe('axe finds nothing', () => {
  let street: StreetBrowser;
  let page: Page;

  beforeEach((each) => {
    if (noChromium !== undefined) each.skip(noChromium);
  });

  beforeAll(async () => {
    if (noChromium !== undefined) return;
    street = await StreetBrowser.open();
    page = await street.context.newPage();
    page.setDefaultTimeout(WAIT_MS);
  });

  afterAll(() => street?.close());

  /** Every screen in every view; what was found, one line for each element. */
  async function look(screens: readonly Screen[]): Promise<readonly string[]> {
    const found: string[] = [];
    for (const screen of screens) {
      await page.evaluate(`window.location.hash = ${JSON.stringify(screen.path)}`);
      await page.locator('main').getByText(screen.shows).first().waitFor();
      await screen.prepare?.(page);
      for (const { viewport, colorScheme } of VIEWS) {
        const view = `${screen.name} ${viewport.width} ${colorScheme}`;
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect.poll(() => page.locator('.skeleton').count(), { timeout: WAIT_MS }).toBe(0);
        if (PICTURES !== undefined) {
          const path = join(PICTURES, `${view.replaceAll(' ', '-')}.png`);
          await page.screenshot({ path, fullPage: true });
        }
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations) {
          found.push(...nodes.map(({ target, html }) => `${view}: ${id} ${target} ${html}`));
        }
        const width = await page.evaluate('document.documentElement.scrollWidth');
        if (width !== viewport.width) found.push(`${view}: is ${width} pixels wide`);
      }
    }
    return found;
  }

  test('on what everyone may see', async () => {
    await page.goto(street.url);
    const head = street.living.node.ledger.head?.height ?? 0;
    const screens: Screen[] = [
      { name: 'street', path: '#/', shows: 'The ledger' },
      {
        name: 'slot',
        path: `#/market/${STREET_MARKET}/${street.slotMs(2)}`,
        shows: 'The book without names',
      },
      { name: 'blocks', path: '#/blocks', shows: 'What this is' },
      { name: 'block', path: `#/blocks/${head}`, shows: 'Header' },
      { name: 'verified', path: `#/blocks/${head}?verify`, shows: 'Everything holds.' },
      { name: 'signed-out', path: '#/me', shows: 'There is no account on this device.' },
      { name: 'join-broken', path: '#/join', shows: 'This link is not complete' },
      { name: 'check', path: '#/check', shows: 'Check a proof file' },
      { name: 'unknown', path: '#/nowhere', shows: 'There is nothing at this address.' },
    ];
    expect(await look(screens)).toEqual([]);
  });

  test('on the operator’s screens', async () => {
    await street.openKey(page, 'officer');
    const [resident] = street.living.life.residents;
    const file = join(street.folder, 'readings.csv');
    const rows = [0, 1, 3].map((at) => `${new Date(street.slotMs(at)).toISOString()},0.${at + 1}`);
    writeFileSync(file, ['time,import_kwh', ...rows, ''].join('\n'));
    const day = new Date(street.slotMs(0)).toISOString().slice(0, 10);
    const screens: Screen[] = [
      { name: 'import', path: '#/desk/import', shows: 'Nothing is sent before you say so' },
      {
        name: 'import-file',
        path: '#/desk/import',
        shows: 'Drop',
        prepare: async () => {
          await page.getByLabel(/^Files? of readings$/).setInputFiles(file);
          await page.getByText('1 slot is missing').first().waitFor();
        },
      },
      {
        name: 'quality',
        path: '#/desk/quality',
        shows: 'Feeder balance',
        prepare: async () => {
          await page.getByLabel('from day').fill(day);
          await page.locator('section[aria-label="Meters"] tbody tr').first().waitFor();
        },
      },
      {
        name: 'records',
        path: '#/desk/records',
        shows: 'What a bill needs of a member',
        prepare: async () => {
          const value = `${resident?.member}`;
          await page.locator('.choose-member select').selectOption({ value });
          await page.getByLabel('tax status').waitFor();
        },
      },
      {
        name: 'billing',
        path: '#/desk/billing',
        shows: 'Documents',
        prepare: async () => {
          await page.getByLabel('or other days: from').fill(day);
          await page.getByLabel('up to, not included').fill(`${day.slice(0, 8)}28`);
          await page.getByLabel('readings are missing').check();
          await page.getByRole('button', { name: 'Preview' }).click();
          await page.getByText(/bills? would be made|Nothing is to be billed/).waitFor();
        },
      },
    ];
    expect(await look(screens)).toEqual([]);
  });

  test('on a member’s screens', async () => {
    const [resident] = street.living.life.residents;
    await street.openKey(page, resident?.home.label ?? '');
    const day = new Date(street.slotMs(0)).toISOString().slice(0, 10);
    const screens: Screen[] = [
      { name: 'me', path: '#/me', shows: 'Standing orders' },
      { name: 'access', path: '#/access', shows: 'Reads by others' },
      {
        name: 'month',
        path: `#/month/${day.slice(0, 7)}`,
        shows: 'Why this amount',
        prepare: async () => {
          await page.getByLabel('Day').fill(day);
          await page.locator('.slot-rows li').first().waitFor();
          await page.getByText('How it was computed').click();
          await page.locator('summary', { hasText: 'As a table' }).click();
        },
      },
    ];
    expect(await look(screens)).toEqual([]);
  });
});
