/** `commonwatt simulate` from the command line to its folder: whole, repeatable, resumable, or refused. */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '@commonwatt/simulator';
import { afterAll, expect, test } from 'vitest';
import { begin, command, Workshop } from './small-studies.test-support.ts';

const shop = new Workshop();
afterAll(() => shop.remove());

async function simulated(scenario: string, out: string, ...words: readonly string[]) {
  return command(['simulate', scenario, '--out', shop.path(out), '--jobs', '1', ...words]);
}

test('two mechanisms side by side: everything that was promised, the same bytes wherever it is run', async () => {
  const scenario = shop.scenario('repeated', 'traders: { trader: zi-c }\n');
  const compare = ['--compare', 'uniform,pay-as-bid'];
  expect(await simulated(scenario, 'one', ...compare)).toMatchObject({ status: 0, err: '' });
  const elsewhere = begin(
    ['simulate', scenario, '--out', shop.path('two'), '--jobs', '2', ...compare],
    { TZ: 'Pacific/Auckland', LC_ALL: 'tr_TR.UTF-8', LANG: 'tr_TR.UTF-8' },
  );
  expect(await elsewhere.ended).toMatchObject({ status: 0 });
  const files = shop.files('one');
  expect(shop.files('two')).toEqual(files);
  const comparison = readFileSync(shop.path('one/comparison.csv'), 'utf8');
  expect(comparison).toMatch(/^metric,unit,.*,paired_by,pairs,per\n/);
  expect(comparison).toMatch(/\nsaving,EUR,.*,(?:day,\d+,day|seed,1,run)\n/);
  for (const name of ['report.html', 'manifest.json', 'scenario.resolved.yaml', 'comparison.csv']) {
    expect(files.has(name), name).toBe(true);
  }
  const manifest = JSON.parse(files.get('manifest.json') as string);
  const named = manifest.files.map(({ file }: { file: string }) => file);
  const whole = [...files.keys()].filter((file) => !/^(runs\/|manifest\.json$)/.test(file));
  expect(named).toEqual(whole.sort());
  for (const { file, bytes, sha256 } of manifest.files) {
    const content = readFileSync(join(shop.path('one'), file));
    expect(content.length, file).toBe(bytes);
    expect(createHash('sha256').update(content).digest('hex'), file).toBe(sha256);
  }
  for (const { name, columns } of Object.values(TABLES)) {
    const text = files.get(`tables/${name}.csv`) as string;
    expect(text.slice(0, text.indexOf('\n'))).toBe(columns.map((one) => one.name).join(','));
    expect(files.get(`tables/${name}.parquet`)?.slice(0, 4)).toBe('PAR1');
  }
  expect(shop.table('one', 'slots').length).toBe(2 * 96);
});

test('killed in the middle: what is done stays, what is half is made anew, and nobody can tell', async () => {
  const scenario = shop.scenario('resumed', 'sweep: { seeds: 6 }\noutputs: { positions: false }\n');
  expect((await simulated(scenario, 'whole')).status).toBe(0);
  const words = ['simulate', scenario, '--out', shop.path('killed'), '--jobs', '2'];
  const first = begin(words);
  const runs = join(shop.path('killed'), 'runs');
  const done = () =>
    existsSync(runs)
      ? readdirSync(runs).filter(
          (id) => existsSync(join(runs, id, 'result.json')) && !id.includes('.'),
        )
      : [];
  await expect.poll(() => done().length, { timeout: 60_000, interval: 5 }).toBeGreaterThan(0);
  first.kill('SIGKILL');
  expect((await first.ended).status).toBe(null);
  const kept = new Map(done().map((id) => [id, statSync(join(runs, id, 'result.json')).ino]));
  expect(kept.size).toBeGreaterThan(0);
  // A run of which only a table was written: as a disk may leave it that lost its power.
  const lost = readdirSync(join(shop.path('whole'), 'runs')).find((id) => !kept.has(id));
  if (lost !== undefined && !existsSync(join(runs, lost))) {
    mkdirSync(join(runs, lost));
    shop.file(`killed/runs/${lost}/slots.csv`, 'run,mech');
  }
  expect(await begin(words).ended).toMatchObject({ status: 0 });
  for (const [id, ino] of kept) expect(statSync(join(runs, id, 'result.json')).ino).toBe(ino);
  expect(shop.files('killed')).toEqual(shop.files('whole'));
  // A study that is whole only makes its report again.
  expect((await simulated(scenario, 'killed', '--json')).status).toBe(0);
  expect(JSON.parse(readFileSync(shop.path('killed/environment.json'), 'utf8')).runs).toBe(0);
});

test('a module of one’s own beside uniform; who changes it runs it again', async () => {
  const rule = (price: number) => `export default {
  name: 'mine',
  clear: ({ orders }) => ({
    price: null, priceInterval: null, trades: [], fills: new Map(), volume: 0n,
    unmatched: orders.map(({ id, energy }) => ({ id, energy })),
    payments: new Map(orders.map(({ member }) => [member, 0n])), welfare: 0n, surplus: ${price}n * 0n,
  }),
};
`;
  const scenario = shop.scenario('module', '');
  shop.file('mine.mjs', rule(1));
  const words = ['--compare', 'uniform,./mine.mjs', '--json'];
  const { status, out, err } = await simulated(scenario, 'module', ...words);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const { runs } = JSON.parse(out);
  expect(runs.map(({ mechanism }: { mechanism: string }) => mechanism)).toEqual([
    'uniform',
    'mine',
  ]);
  expect(runs[1].metrics.traded_volume).toBe(0);
  expect(runs[0].metrics.traded_volume).toBeGreaterThan(0);
  shop.file('mine.mjs', rule(2));
  const again = JSON.parse((await simulated(scenario, 'module', ...words)).out).runs;
  expect(again[0].run).toBe(runs[0].run);
  expect(again[1].run).not.toBe(runs[1].run);
});

test('a module that gives more than was asked for ends the study, whoever makes the runs', async () => {
  shop.file(
    'giver.mjs',
    `export default ({ findMechanism }) => ({
  ...findMechanism('uniform'),
  name: 'giver',
  clear(call) {
    const clearing = findMechanism('uniform').clear(call);
    if (clearing.volume > 100n) clearing.fills.set(clearing.trades[0].bid, 10n ** 9n);
    return clearing;
  },
});
`,
  );
  shop.file('broken.mjs', 'export default {\n  name: "x",\n  clear( {\n};\n');
  const scenario = shop.scenario('giver', '');
  for (const jobs of ['1', '2']) {
    const words = ['--compare', './giver.mjs,uniform', '--jobs', jobs];
    const { ended } = begin(['simulate', scenario, '--out', shop.path('g'), ...words]);
    const { status, err } = await ended;
    expect(status, err).toBe(2);
    const told = 'no_overfill: expected no order to get more than it asked for, got';
    expect(err).toContain(`${shop.path('giver.mjs')}, ${told}`);
    expect(err).not.toContain('    at ');
  }
  for (const words of [
    ['simulate', scenario, '--out', shop.path('b'), '--compare', './broken.mjs,uniform'],
    ['clear', '--mechanism', shop.path('broken.mjs')],
  ]) {
    const { status, err } = await begin(words).ended;
    expect(status, err).toBe(2);
    expect(err).toContain(`${shop.path('broken.mjs')}:4: SyntaxError: `);
  }
});

test('every design of a sweep runs its points with both seeds, and draws them', async () => {
  const values = `values: { tariffs.feed_in_ct_per_kwh: [2, 6], members.a.solar.installed_w: [4000, 9000] }`;
  const points: Record<string, number> = { grid: 4, random: 2, 'latin-hypercube': 2 };
  for (const [design, count] of Object.entries(points)) {
    const drawn = design === 'grid' ? '' : `points: ${count}, `;
    const scenario = shop.scenario(
      design,
      `sweep: { design: ${design}, ${drawn}seeds: 2, ${values} }\noutputs: { orders: false, positions: false }\n`,
    );
    expect(await simulated(scenario, design), design).toMatchObject({ status: 0, err: '' });
    const { runs } = JSON.parse(readFileSync(shop.path(`${design}/manifest.json`), 'utf8'));
    expect(runs.length).toBe(count * 2);
    expect(new Set(runs.map(({ seed }: { seed: number }) => seed))).toEqual(new Set([3, 4]));
    const told = runs.map(({ point }: { point: object }) => JSON.stringify(point));
    expect(new Set(told).size).toBe(count);
    expect(new Set(shop.table(design, 'metrics').map(({ run }) => run)).size).toBe(count * 2);
    expect(existsSync(shop.path(`${design}/figures/sweep-1.svg`))).toBe(true);
    expect(existsSync(shop.path(`${design}/tables/orders.csv`))).toBe(false);
  }
});

const BAD_FILE = 'load: { file: bad.csv }';
test.each<[string, string, readonly string[], string]>([
  ['a mechanism that nobody has', 'market: { mechanism: unifrom }', [], 'was uniform meant?'],
  [
    'a time before 1970',
    'time: { from: "1969-12-31T23:00:00Z", until: "1970-01-01T01:00:00Z" }',
    [],
    'an instant from 1970-01-01T00:00:00Z on',
  ],
  ['a setting that it has not', 'market: { settings: { q: 3 } }', [], 'one of k, floor, ceiling'],
  ['a setting out of range', 'market: { settings: { k: 3 } }', [], 'market.settings.k of uniform'],
  ['a file that is not there', 'members: [{ name: d, load: { file: no.csv } }]', [], 'no.csv'],
  ['a file that is no profile', `members: [{ name: d, ${BAD_FILE} }]`, [], 'bad.csv:1'],
  [
    'the same from two processes',
    `members: [{ name: d, ${BAD_FILE} }]\nsweep: { seeds: 2 }`,
    ['--jobs', '2'],
    'bad.csv:1',
  ],
  [
    'a network that must be given',
    'market: { mechanism: locational-marginal-price }',
    [],
    'a file network',
  ],
  [
    'no market of a ledger',
    'ledger: memory\nmarket: { mechanism: shapley }',
    [],
    'ledger: expected off',
  ],
  ['rounds on a ledger', 'ledger: memory\nmarket: { rounds: 2 }', [], 'market.rounds: expected 1'],
  [
    'a k that no ledger holds',
    'ledger: memory\nmarket: { settings: { k: 1/3 } }',
    [],
    'whole thousandths',
  ],
  [
    'errors where trades have no price',
    'forecast: { error_percent: 20 }\nmarket: { mechanism: vcg }',
    [],
    'forecast.error_percent',
  ],
  ['one mechanism compared', '', ['--compare', 'uniform'], 'two or more names'],
  ['one mechanism twice', '', ['--compare', 'uniform,uniform'], 'uniform twice'],
  ['nobody to compare with', '', ['--compare', 'uniform,foo'], '--compare: expected one of'],
  ['a module that is not there', '', ['--compare', 'uniform,./no.js'], './no.js'],
  ['a module that is none', '', ['--compare', 'uniform,./none.mjs'], 'neither clear nor share'],
  ['two rules of one name', '', ['--compare', 'uniform,./like.mjs'], 'told apart'],
  ['no processes', '', ['--jobs', '0'], '--jobs: expected 1 to 64'],
  ['too many processes', '', ['--jobs', '65'], '--jobs: expected 1 to 64'],
  ['a run that is none', '', ['--only', 'abc'], '--only'],
])('%s: one message, status 2, and nothing left behind', async (name, changes, words, told) => {
  shop.file('bad.csv', 'time,load\nx,y\n');
  shop.file('none.mjs', 'export default { name: "none" };\n');
  shop.file('like.mjs', 'export default { name: "uniform", clear: () => ({}) };\n');
  const scenario = shop.scenario('bad', `${changes}\n`);
  const out = name.replaceAll(' ', '-');
  const { status, out: printed, err } = await simulated(scenario, out, ...words);
  expect({ status, printed }).toEqual({ status: 2, printed: '' });
  expect(err).toContain(told);
  expect(err.trimEnd().split('\n').length).toBe(1);
  expect(existsSync(shop.path(out))).toBe(false);
});

test('folders that a study is not to write into are left as they are', async () => {
  const scenario = shop.scenario('folders', '');
  shop.file('a-file', 'kept');
  mkdirSync(shop.path('of-others'));
  shop.file('of-others/manifest.json', 'kept');
  for (const out of ['a-file', 'a-file/below', 'of-others']) {
    const { status, err } = await simulated(scenario, out);
    expect({ out, status }).toEqual({ out, status: 2 });
    expect(err).toContain('--out: expected a folder that');
  }
  expect(await command(['simulate', scenario])).toMatchObject({ status: 2 });
  expect(readFileSync(shop.path('of-others/manifest.json'), 'utf8')).toBe('kept');
  expect(readFileSync(shop.path('a-file'), 'utf8')).toBe('kept');
  // What others keep in folders of the same names stays.
  mkdirSync(shop.path('shared/runs/of-others'), { recursive: true });
  mkdirSync(shop.path('shared/figures'));
  shop.file('shared/figures/photo.png', 'kept');
  expect((await simulated(scenario, 'shared')).status).toBe(0);
  expect(existsSync(shop.path('shared/runs/of-others'))).toBe(true);
  expect(existsSync(shop.path('shared/figures/photo.png'))).toBe(true);
});

test('a study of another scenario or seed stays in its folder, unless it is to be replaced', async () => {
  const mine = shop.scenario('mine', '');
  const other = shop.scenario('other', '');
  const seeded = shop.file('seeded.yaml', readFileSync(mine, 'utf8').concat('seed: 4\n'));
  expect((await simulated(mine, 'taken')).status).toBe(0);
  const before = shop.files('taken');
  for (const [scenario, wanted] of [
    [other, 'scenario other with seed 3'],
    [seeded, 'scenario mine with seed 4'],
  ] as const) {
    expect(await simulated(scenario, 'taken')).toMatchObject({
      status: 2,
      err:
        `commonwatt: --out: expected a folder of ${wanted}, or --replace, ` +
        `got ${shop.path('taken')}, which holds scenario mine with seed 3\n`,
    });
  }
  expect(shop.files('taken')).toEqual(before);
  expect((await simulated(mine, 'taken')).status).toBe(0);
  expect((await simulated(other, 'taken', '--replace')).status).toBe(0);
  expect(readFileSync(shop.path('taken/manifest.json'), 'utf8')).toContain('"scenario": "other"');
});
