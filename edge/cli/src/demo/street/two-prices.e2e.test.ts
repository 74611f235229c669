/**
 * A street under a rule of two prices in Debian's Chromium: what buyers pay and what sellers get stand on its
 * screens as on its ledger, the difference is told and goes where it is said to go, and an operator founds such
 * a market.
 */

import { AxeBuilder } from '@axe-core/playwright';
import { verifyBundle } from '@commonwatt/client';
import { NodeCrypto } from '@commonwatt/consensus';
import { accounts, markets, priceOf, type Side } from '@commonwatt/contracts';
import { divideDown, formatRounded, money, type Price, price } from '@commonwatt/units';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DESK, HOUR_MS, noChromium, PHONE, StreetBrowser } from './street-browser.test-support.ts';
import { STREET_MARKET } from './street-genesis.ts';

const WAIT_MS = 30_000;
const SLOT = 2;
const DAY = { from: '2025-05-05', until: '2025-05-06', accept: ['readings_missing'] } as const;
const SCREENS = [PHONE, DESK].flatMap((viewport) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ viewport, colorScheme })),
);

describe('a street of two prices', () => {
  let street: StreetBrowser;
  let page: Page;
  const complaints: string[] = [];

  beforeEach((each) => {
    if (noChromium !== undefined) each.skip(noChromium);
  });

  beforeAll(async () => {
    if (noChromium !== undefined) return;
    street = await StreetBrowser.open({ mechanism: 'pay-as-bid' }, 2 * HOUR_MS);
    page = await street.context.newPage();
    page.setDefaultTimeout(WAIT_MS);
    page.on('pageerror', (error) => complaints.push(error.message));
  });

  afterAll(() => street?.close());

  const go = (path: string) => page.evaluate(`window.location.hash = ${JSON.stringify(path)}`);
  const text = (selector: string) => page.locator(selector).first().textContent();

  /** What the ledger's own trades of a slot come to. */
  function tradesOf(slotMs: number) {
    return street.living.node.projections
      .tradesOfSlot(STREET_MARKET, slotMs)
      .map(({ terms }) => terms);
  }

  function meanOf(slotMs: number, side: Side): Price {
    const trades = tradesOf(slotMs);
    const sum = (of: (one: (typeof trades)[number]) => bigint) =>
      trades.reduce((all, one) => all + of(one), 0n);
    const value = sum((one) => one.energy * priceOf(one, side));
    return price(
      divideDown(
        value,
        sum(({ energy }) => energy),
      ),
    );
  }

  const meanText = (slotMs: number, side: Side) => formatRounded(meanOf(slotMs, side), 'ct/kWh', 2);

  /** Axe and the width, in every view. */
  async function lookAround(name: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { viewport, colorScheme } of SCREENS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect.poll(() => page.locator('.skeleton').count(), { timeout: WAIT_MS }).toBe(0);
      const view = `${name} ${viewport.width} ${colorScheme}`;
      const { violations } = await new AxeBuilder({ page }).analyze();
      found.push(...violations.map(({ id, nodes }) => `${view}: ${id} ${nodes[0]?.html}`));
      const width = await page.evaluate('document.documentElement.scrollWidth');
      if (width !== viewport.width) found.push(`${view}: is ${width} pixels wide`);
    }
    await page.setViewportSize(DESK);
    return found;
  }

  test('the street tells what buyers pay, what sellers get, and who has the rest', async () => {
    await page.goto(street.url);
    await page.getByText('go to the community').first().waitFor();
    const slotMs = street.slotMs(7);
    const shown = (side: Side) => formatRounded(meanOf(slotMs, side), 'ct/kWh', 1);
    const tile = (await text('.headline-tile .two-prices'))?.replaceAll(/\s+/g, ' ');
    expect(tile).toBe(`buyers pay now${shown('buy')}ct/kWhsellers get now${shown('sell')}ct/kWh`);
    expect(await lookAround('street')).toEqual([]);
  });

  test('a slot says both prices, the rule in words, and what lies between', async () => {
    const slotMs = street.slotMs(SLOT);
    await go(`#/market/${STREET_MARKET}/${slotMs}`);
    await page.getByText('Between the prices', { exact: true }).waitFor();
    const [buyers, sellers] = [meanText(slotMs, 'buy'), meanText(slotMs, 'sell')];
    expect(Number(buyers)).toBeGreaterThan(Number(sellers));
    const figures = (await text('.two-prices'))?.replaceAll(/\s+/g, ' ');
    expect(figures).toBe(
      `buyers pay, on average${buyers} ct/kWhsellers get, on average${sellers} ct/kWh`,
    );
    const spread = tradesOf(slotMs).reduce(
      (all, one) => all + one.energy * (priceOf(one, 'buy') - priceOf(one, 'sell')),
      0n,
    );
    const facts = await text('dl.facts');
    expect(facts).toContain(formatRounded(money(spread), 'currency', 4));
    expect(facts).toContain('Each at their own limit');
    expect(facts).toContain('Each trade has a price for its buyer and a lower one for its seller.');
    const drawn = page.locator('.chart svg[role="img"]').first();
    expect(await drawn.getAttribute('aria-label')).toContain(
      `${buyers} ct/kWh for buyers and ${sellers} ct/kWh for sellers`,
    );
    await page.getByText('The rule word for word').click();
    expect(await text('dl.facts')).toMatch(/‘pay-as-bid’, version 1: .*buyers pay their bid/);
    expect(await lookAround('slot')).toEqual([]);
  });

  test('the device clears it again', async () => {
    await page.getByText(/clear it again on this device/).click();
    await page.getByText('Everything holds.').waitFor();
    expect(await text('[data-step="clearings"]')).toContain('✓');
    expect(await text('.story')).toMatch(
      /trades cleared, buyers at .* and sellers at .* on average/,
    );
  });

  test.each([
    ['home solar system', 'sell', /You sold .*, which is your own limit; the buyer pays /],
    ['household', 'buy', /You bought .*, which is your own limit; the seller gets /],
  ] as const)(
    'a %s sees the own price in slot and statement, and where the difference goes',
    async (kind, side, sentence) => {
      const { residents } = street.living.life;
      const slotMs = street.slotMs(SLOT);
      const isParty = (member: number) =>
        tradesOf(slotMs).some((one) => (side === 'buy' ? one.buyer : one.seller) === member);
      const one = residents.find(({ home, member }) => home.kind === kind && isParty(member));
      const own = tradesOf(slotMs).find(
        (terms) => (side === 'buy' ? terms.buyer : terms.seller) === one?.member,
      );
      if (one === undefined || own === undefined) throw new Error(`no ${kind} traded in this slot`);
      await street.openKey(page, one.home.label);
      await page.locator('.stack details summary').first().click();
      const said = await page.locator('.sentences li').first().textContent();
      expect(said).toMatch(sentence);
      expect(said).toContain('and the difference goes to the community');
      await page.getByRole('button', { name: 'Verify on this device' }).click();
      await page.getByText('Everything holds.').waitFor();
      await go(`#/market/${STREET_MARKET}/${slotMs}`);
      const traded = page.locator('.own-trades');
      await traded.waitFor();
      const priceText = formatRounded(priceOf(own, side), 'ct/kWh', 2);
      expect(await traded.textContent()).toMatch(
        new RegExp(`You ${side === 'buy' ? 'bought' : 'sold'} .* at ${priceText}`),
      );
    },
  );

  test('every member’s bill holds, and buyers’ money is sellers’ and the community’s', async () => {
    const { life, node } = street.living;
    await life.clock.until(street.slotMs(7) + 24 * HOUR_MS);
    await node.tick();
    const { billing, statements, ledger, checkpoints } = node;
    const preview = await billing.preview(DAY);
    if ('code' in preview) return expect.fail(`${preview.code}`);
    const done = await billing.finalise({ ...DAY, hash: preview.hash });
    if ('code' in done) return expect.fail(`${done.code}`);
    const keys = [checkpoints.verifierKey];
    const asker = { chain: ledger.chain, keys, threshold: 1, crypto: new NodeCrypto() };
    let traded = 0n;
    for (const { member } of street.living.life.residents) {
      const file = statements.bundle(member, preview.fromMs, preview.untilMs);
      const verdict = verifyBundle(JSON.parse(JSON.stringify(file)), asker);
      if (!verdict.ok) return expect.fail(`member ${member}: ${verdict.reason}`);
      for (const { amount } of statements.of(member, preview.fromMs, preview.untilMs, 100)) {
        traded += amount;
      }
    }
    const spread = ledger.state.get(accounts, { owner: 0, kind: 'spread' })?.balance ?? 0n;
    expect(spread).toBeGreaterThan(0n);
    expect(traded).toBe(-spread);
    const words = await (await fetch(`${street.url}/api/blocks?limit=100`)).text();
    expect(words).toContain('between buyers’ and sellers’ prices to the community');
  });

  test('an operator founds such a market, and is told which field is wrong', async () => {
    await street.openKey(page, 'officer');
    await go('#/desk/markets');
    await page.getByLabel(/^rule/).selectOption('average');
    await page.getByLabel('name', { exact: true }).fill('Lindenhof');
    await page.getByLabel(/^reserve price/).fill('dear');
    await page.getByText('reserve price: expected a price in ct/kWh, such as 14.5.').waitFor();
    expect(await page.getByLabel(/^reserve price/).getAttribute('aria-invalid')).toBe('true');
    expect(await lookAround('markets')).toEqual([]);
    await page.getByLabel(/^reserve price/).fill('14.5');
    await page.getByText(/^Founds ‘Lindenhof’ with the rule/).waitFor();
    await page.getByRole('button', { name: 'Sign and found it' }).click();
    await page.getByText('It stands in').waitFor();
    await page.getByText('reserve price: 14.50').first().waitFor();
    expect(street.living.node.ledger.state.get(markets, 2)?.rules).toMatchObject({
      mechanism: 'average',
      settings: [{ name: 'reserve', value: '145' }],
    });
    expect(complaints).toEqual([]);
  });
});
