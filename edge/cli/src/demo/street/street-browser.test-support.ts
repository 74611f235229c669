/** A billed street behind Debian's Chromium, for tests that look at its screens. */

import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserRandom, createKeystore } from '@commonwatt/client';
import { buildStreet } from '@commonwatt/simulator';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { demoKeys } from '../demo-keys.ts';
import { beginStreet } from './street-demo.ts';
import type { StreetRule } from './street-genesis.ts';

const ROOT = join(import.meta.dirname, '../../../../..');
export const CHROMIUM = '/usr/bin/chromium';
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const SLOTS = 8;
const PASSWORD = 'wind over the lagoon';

export const HOUR_MS = 3_600_000;
export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Why the screens cannot be looked at here; nothing where they can. */
export const noChromium = existsSync(CHROMIUM) ? undefined : `${CHROMIUM} is not installed`;
if (noChromium !== undefined && process.env.CI === 'true') throw new Error(noChromium);

export function buildWebApp(): void {
  const script =
    "import('./tools/web-app.js').then(({ ensureWebApp }) => process.exit(ensureWebApp() ? 0 : 1))";
  const words = ['--eval', script];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`the web app could not be built: ${stderr}`);
}

type Living = Awaited<ReturnType<typeof beginStreet>>;

export class StreetBrowser {
  readonly living: Living;
  readonly url: string;
  readonly browser: Browser;
  readonly context: BrowserContext;
  /** For files that a test makes. */
  readonly folder: string;

  private constructor(living: Living, browser: Browser, context: BrowserContext, folder: string) {
    this.living = living;
    this.browser = browser;
    this.context = context;
    this.folder = folder;
    this.url = (living.node.url ?? '').replace('127.0.0.1', 'localhost');
  }

  /** Lives through eight slots and a day, or less, settles them, and opens the doors. */
  static async open(rule?: StreetRule, restMs = 24 * HOUR_MS): Promise<StreetBrowser> {
    buildWebApp();
    const folder = await mkdtemp(join(tmpdir(), 'commonwatt-screens-'));
    const options = {
      slots: SLOTS,
      headless: false,
      port: 0,
      ...(rule === undefined ? {} : { rule }),
    };
    const living = await beginStreet(buildStreet({ seed: 1 }), options, undefined);
    const { run, life, node, street } = living;
    for (let slot = 0; slot < SLOTS; slot++) await run.slot(life.firstSlotIndex + slot);
    const end = street.slotAt(life.firstSlotIndex + SLOTS).startMs;
    await life.clock.until(end);
    await run.deliver(life.firstSlotIndex + SLOTS - 1);
    await life.clock.until(end + restMs);
    await node.tick();
    await node.listen();
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    const context = await browser.newContext({ viewport: DESK, acceptDownloads: true });
    return new StreetBrowser(living, browser, context, folder);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.living.node.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The start of a slot that was lived through. */
  slotMs(at: number): number {
    const { street, life } = this.living;
    return street.slotAt(life.firstSlotIndex + at).startMs;
  }

  /** Opens a key from its file, as an officer does. */
  async openKey(page: Page, name: string): Promise<void> {
    const { seed } = demoKeys(this.living.life.seed, name);
    const made = { seed, password: PASSWORD, label: name.slice(0, 64) };
    const path = join(this.folder, 'key.json');
    writeFileSync(path, await createKeystore({ random: browserRandom }, made));
    await page.goto(`${this.url}/#/me`);
    await page.reload();
    await page.getByLabel('Key file').setInputFiles(path);
    await page.getByLabel('Its password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByRole('heading', { name: 'Balance' }).waitFor();
  }
}
