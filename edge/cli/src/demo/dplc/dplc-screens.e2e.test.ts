/**
 * The trading centre's screens in Debian's Chromium, against the case as it was played: a closed round
 * with its matrix, check and contracts, one that is listing, and an application that waits. Axe looks
 * at every screen; `SCREENSHOTS=folder` keeps a picture of each.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { browserRandom, createClient, createKeystore } from '@commonwatt/client';
import {
  ACTION,
  applyAdmissionCodec,
  checkRoundCodec,
  listEnergyCodec,
  openRoundCodec,
  type RoundRules,
} from '@commonwatt/contracts';
import { actionOf, CommunityNode } from '@commonwatt/node';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DemoClock } from '../street/demo-clock.ts';
import {
  buildWebApp,
  CHROMIUM,
  DESK,
  FLAGS,
  noChromium,
  PHONE,
} from '../street/street-browser.test-support.ts';
import { DplcCertificates } from './dplc-certificates.ts';
import { Doors } from './dplc-doors.ts';
import { certificateOptions, GENESIS_MS, marketGenesis, roundRules } from './dplc-genesis.ts';
import {
  BUYERS,
  CENTRE,
  DISPATCH,
  type Party,
  SELLERS,
  STRANGER,
  type Trader,
} from './dplc-parties.ts';
import { DplcRound } from './dplc-round.ts';

const WEB = join(import.meta.dirname, '../../../../web/dist');
const PICTURES = process.env.SCREENSHOTS;
const PASSWORD = 'wind over the lagoon';
const WAIT_MS = 30_000;
/** The case is played faster than any member would act. */
const PLENTY = { capacity: 100_000, refillPerSecond: 100_000, namesMax: 1000 };
const PATIENT = { offencesMax: 1000, decayMs: 15_000, keysMax: 1000 };
const VIEWS = [PHONE, DESK].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

describe('the trading centre in the browser', () => {
  let node: CommunityNode;
  let browser: Browser;
  let context: BrowserContext;
  let folder: string;
  let url: string;
  let doors: Doors;
  /** Of the second round. */
  let rules: RoundRules;

  beforeEach((each) => {
    if (noChromium !== undefined) each.skip(noChromium);
  });

  beforeAll(async () => {
    if (noChromium !== undefined) return;
    buildWebApp();
    folder = await mkdtemp(join(tmpdir(), 'commonwatt-centre-'));
    const clock = new DemoClock(GENESIS_MS);
    node = await CommunityNode.open({
      clock,
      genesis: marketGenesis(),
      officer: CENTRE.keys.signer,
      checkpointSigner: CENTRE.keys.signer,
      certificates: certificateOptions(),
      settlement: { enabled: false },
      http: {
        port: 0,
        webRoot: WEB,
        limits: { requests: PLENTY, ofKey: PLENTY, quarantine: PATIENT },
      },
    });
    await node.listen();
    url = (node.url ?? '').replace('127.0.0.1', 'localhost');
    doors = new Doors(node, createClient({ baseUrl: node.url ?? '' }), clock);
    const round = new DplcRound(doors, (words) => console.info(words));
    await round.run();
    await new DplcCertificates(doors, (words) => console.info(words)).run();
    const now = clock.nowMs();
    const shift = now - GENESIS_MS;
    const first = roundRules((party) => doors.memberOf(party));
    rules = {
      ...first,
      name: 'February, centralised',
      deadlineMs: first.deadlineMs + shift,
      deliveryFromMs: first.deliveryFromMs + shift,
      deliveryUntilMs: first.deliveryUntilMs + shift,
    };
    await doors.decide(ACTION.openRound, openRoundCodec, { round: 2, rules });
    for (const trader of [BUYERS[0], SELLERS[0], SELLERS[4]] as readonly Trader[]) {
      const terms = { ...trader.terms, energyWh: 40_000_000n, greenEnergyWh: 0n };
      await doors.must(trader, actionOf(ACTION.listEnergy, listEnergyCodec, { round: 2, terms }));
    }
    await doors.must(
      STRANGER,
      actionOf(ACTION.applyAdmission, applyAdmissionCodec, {
        side: 'buyer',
        type: 'none',
        region: 'B',
        papersCommitment: new Uint8Array(32).fill(7),
      }),
    );
    browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: FLAGS,
    });
    context = await browser.newContext({ acceptDownloads: true });
  }, 300_000);

  afterAll(async () => {
    await browser?.close();
    await node?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  async function openKey(page: Page, party: Party): Promise<void> {
    const made = { seed: party.keys.seed, password: PASSWORD, label: party.name };
    const path = join(folder, 'key.json');
    writeFileSync(path, await createKeystore({ random: browserRandom }, made));
    await page.goto(`${url}/#/me`);
    await page.reload();
    await page.getByLabel('Key file').setInputFiles(path);
    await page.getByLabel('Its password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'Balance' }).waitFor();
  }

  async function look(page: Page, screens: readonly (readonly [string, string, string])[]) {
    const found: string[] = [];
    for (const [name, path, shows] of screens) {
      await page.evaluate(`window.location.hash = ${JSON.stringify(path)}`);
      await page.locator('main').getByText(shows).first().waitFor();
      for (const { viewport, colorScheme } of VIEWS) {
        const view = `${name} ${viewport.width} ${colorScheme}`;
        await page.setViewportSize(viewport);
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect.poll(() => page.locator('.skeleton').count(), { timeout: WAIT_MS }).toBe(0);
        if (PICTURES !== undefined) {
          const picture = join(PICTURES, `${view.replaceAll(' ', '-')}.png`);
          await page.screenshot({ path: picture, fullPage: true });
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

  test('axe finds nothing on the centre’s screens', async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await openKey(page, CENTRE);
    const found = await look(page, [
      ['rounds', '#/direct/rounds', 'February'],
      ['round', '#/direct/rounds/1', 'Security check'],
      ['listing', '#/direct/rounds/2', 'Security check'],
      ['admissions', '#/direct/admissions', 'Applications'],
      ['compliance', '#/direct/certificates', 'Compliance'],
      ['peg', '#/direct/peg', 'Locked and minted'],
    ]);
    expect(found).toEqual([]);
  }, 240_000);

  test('a pair tells its parts to pointer and keys, and all of them as a table', async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await openKey(page, CENTRE);
    await page.goto(`${url}/#/direct/rounds/1`);
    const parts = page.locator('.pair-parts');
    // B1 is member 7, W1 member 11, H1 member 15.
    await page.getByRole('button', { name: /^Buyer 7, seller 15: 0\.758, matched/ }).hover();
    await parts.getByText('Buyer 7 and seller 15').waitFor();
    // 5.123 - 3.159 / 0.94 - 0.8 - 0.2 = 0.7624, less 0.0038 / 0.94 = 0.7583.
    const rows = await parts.locator('tr').allInnerTexts();
    const figures = rows.map((row) => row.split('\t')[1]?.trim());
    const taken = ['\u22123.3606', '\u22120.8000', '\u22120.2000', '0.7624', '\u22120.0040'];
    expect(figures).toEqual(['5.1230', ...taken, '0.7583']);
    await page.getByRole('button', { name: /^Buyer 7, seller 15:/ }).focus();
    await page.keyboard.press('ArrowDown');
    await parts.getByText('Buyer 8 and seller 15').waitFor();
    await page.keyboard.press('ArrowLeft');
    await parts.getByText('Buyer 8 and seller 14').waitFor();
    await page.getByText('Every pair').click();
    const table = page.locator('section[aria-label="Buyers and sellers"] details table');
    expect(await table.locator('tbody tr').count()).toBe(32);
    await page.getByLabel('green demand with wind').check();
    await page.getByRole('button', { name: /^Buyer 7, seller 14: .*, matched/ }).waitFor();
    await page.close();
  }, 120_000);

  test('contracts leave as a file; who is not admitted is told so', async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await openKey(page, CENTRE);
    await page.goto(`${url}/#/direct/rounds/1`);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download as CSV' }).click();
    const path = await (await download).path();
    expect(readFileSync(path, 'utf8').trim().split('\n').length).toBe(19);
    await openKey(page, STRANGER);
    await page.goto(`${url}/#/direct/rounds/1`);
    await page.getByText('seen by who was admitted to them').waitFor();
    await page.goto(`${url}/#/direct/admissions`);
    await page.getByText('has no role for this').waitFor();
    await page.close();
  }, 120_000);

  test('axe finds nothing on what a buyer sees', async () => {
    const [buyer] = BUYERS;
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await openKey(page, buyer as Party);
    const found = await look(page, [
      ['own', '#/direct/rounds', 'My contracts'],
      ['own-round', '#/direct/rounds/1', 'Security check'],
      ['own-certificates', '#/direct/certificates', 'Account'],
    ]);
    expect(found).toEqual([]);
  }, 240_000);

  test('transfers that are due are told with amount and deadline', async () => {
    await doors.until(rules.deadlineMs);
    const check = { round: 2, limits: [], reason: '' };
    await doors.must(DISPATCH, actionOf(ACTION.checkRound, checkRoundCodec, check));
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    await openKey(page, CENTRE);
    const found = await look(page, [['due', '#/direct/rounds/2', 'transfers are missing']]);
    expect(found).toEqual([]);
    const transfers = page.locator('section[aria-label="Transfers of each stage"]').first();
    expect(await transfers.textContent()).toMatch(/buyer [\d\u202f]+ token until/);
    await page.locator('.stages [aria-current="step"]', { hasText: 'Transfers in' }).waitFor();
    await page.locator('.round-left').waitFor();
  }, 120_000);
});
