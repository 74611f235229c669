/** Axe looks at a report, in a hand and at a desk; it asks for nothing and is not wider than the screen. */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { reportHtml } from './report.ts';
import { madeStudy } from './study.test-support.ts';

const CHROMIUM = '/usr/bin/chromium';
const missing = existsSync(CHROMIUM) ? undefined : `no ${CHROMIUM}`;

describe('a report in a browser', () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  const file = join(folder, 'report.html');

  beforeEach((each) => {
    if (missing === undefined) return;
    if (process.env.CI === 'true') throw new Error(missing);
    each.skip(missing);
  });
  beforeAll(async () => {
    const study = madeStudy({ days: 5, feedIns: [4, 8] });
    const runs = study.runs.map((run) => ({
      ...run,
      metrics: run.metrics.map((one) => (one.unit === 'EUR' ? { ...one, value: 12_227.04 } : one)),
    }));
    writeFileSync(file, reportHtml({ ...study, runs }));
    if (missing === undefined) {
      browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    }
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  test.each([390, 820, 1440])('of %d pixels', async (width) => {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    const url = pathToFileURL(file).href;
    await page.goto(url);
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`)).toEqual([]);
    expect(asked).toEqual([url]);
    expect(said).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    const tooWide = await page
      .locator('.number')
      .evaluateAll((cards) => cards.filter((one) => one.scrollWidth > one.clientWidth).length);
    expect(tooWide).toBe(0);
    const shown = width > 640 ? 'wide' : 'narrow';
    for (const form of ['wide', 'narrow']) {
      const visible = await page.locator(`figure .${form} svg`).first().isVisible();
      expect(visible).toBe(form === shown);
    }
    await context.close();
  });
});
