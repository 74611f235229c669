import { describe, expect, test } from 'vitest';
import { reportHtml } from './report.ts';
import { madeStudy } from './study.test-support.ts';
import type { StudyReport } from './study-report.ts';

const SMALL = { days: 3, slotMinutes: 60 as const };

describe('a report', () => {
  const study = madeStudy(SMALL);
  const html = reportHtml(study);

  test('is one page that asks for nothing', () => {
    expect(html.startsWith('<!doctype html>\n<html lang="en">')).toBe(true);
    expect(html).toContain("default-src 'none'; style-src 'unsafe-inline'");
    const own = html.replaceAll('xmlns="http://www.w3.org/2000/svg"', '');
    expect(own).not.toMatch(/<script|<link|<img|<iframe|@import|https?:|url\((?!#)| on[a-z]+="/i);
  });

  test('is the same to the byte when made again', () => {
    expect(reportHtml(madeStudy(SMALL))).toBe(html);
  });

  test('says each thing in its place', () => {
    const order = [
      '<h1>street-of-ten</h1>',
      'class="lead"',
      'class="numbers"',
      '<h2>Comparison</h2>',
      'pay-as-bid traded',
      '<h2>Figures</h2>',
      '<h2>Metrics</h2>',
      '<h2>Members</h2>',
      '<h2>What was assumed</h2>',
      'All homes hang on one feeder without a limit.',
      '<h2>Runs</h2>',
      '<h2>Inputs</h2>',
      'ab'.repeat(32),
      '<h2>The resolved scenario</h2>',
      'schema: commonwatt-scenario/1',
    ].map((text) => html.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('has every id once, and every link and pattern leads to one', () => {
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);
    expect(new Set(ids).size).toBe(ids.length);
    const wanted = [...html.matchAll(/(?:href="#|url\(#)([^")]+)/g)].map(([, id]) => id!);
    expect(wanted.length).toBeGreaterThan(5);
    for (const id of wanted) expect(ids).toContain(id);
  });

  test('closes what it opens', () => {
    const open: string[] = [];
    const VOID = new Set(['meta', '!doctype', 'br']);
    for (const [, end, tag, alone] of html.matchAll(/<(\/?)([a-z!][a-z0-9]*)[^>]*?(\/?)>/gi)) {
      if (end === '/') expect(open.pop()).toBe(tag);
      else if (alone === '' && !VOID.has(tag!)) open.push(tag!);
    }
    expect(open).toEqual([]);
  });

  test('shows the value and the definition of every metric that has one', () => {
    const { metrics } = study.runs[0]!;
    const valued = metrics.filter(({ value }) => value !== null);
    expect(valued.length).toBeGreaterThan(30);
    const rows = html.slice(html.indexOf('<h2>Metrics</h2>'), html.indexOf('<h2>Members</h2>'));
    expect(rows.match(/<tr>/g)).toHaveLength(valued.length + 1);
    expect(rows).toContain(`${metrics.length - valued.length} metrics have no value in this study`);
  });
});

test('nothing that was written by others gets out of its text', () => {
  const evil = `"><script>alert('x')</script>&`;
  const made = madeStudy({ ...SMALL, mechanisms: ['uniform', evil] });
  const study: StudyReport = {
    ...made,
    title: evil,
    scenarioText: evil,
    inputs: [{ file: evil, sha256: evil }],
    assumptions: [evil],
    definitions: made.definitions.map((one) => ({ ...one, meaning: evil })),
    runs: made.runs.map((run) => ({
      ...run,
      result: {
        ...run.result,
        run: evil,
        point: { [evil]: evil },
        members: run.result.members.map((member) => ({ ...member, name: evil + member.name })),
      },
    })),
  };
  const html = reportHtml(study);
  expect(html).not.toContain('<script');
  expect(html).not.toMatch(/"="">|alert\('x'\)/);
  expect(html).toContain('&lt;script&gt;alert(&#39;x&#39;)');
});

test('a study of one run compares nothing and says so by leaving it out', () => {
  const html = reportHtml(madeStudy({ ...SMALL, mechanisms: ['uniform'] }));
  expect(html).not.toContain('Comparison');
  expect(html).not.toContain('difference-intervals');
});

test('long lists are cut, and where the rest is is said', () => {
  const study = madeStudy({ ...SMALL, days: 1, homes: 250, mechanisms: ['uniform'] });
  const html = reportHtml(study);
  expect(html).toContain('The first 200 of 250 members; the tables of the study hold all.');
  expect(html).not.toContain('<th scope="row">home-201</th>');
});

test('runs may come without slots and members, all but the first', () => {
  const study = madeStudy({ ...SMALL, feedIns: [4, 8], seeds: 2, mechanisms: ['uniform'] });
  const runs = study.runs.map((run, index) =>
    index === 0 ? run : { ...run, result: { ...run.result, slots: [], members: [] } },
  );
  expect(reportHtml({ ...study, runs })).toBe(reportHtml(study));
});

test('the cards hold all of six mechanisms, and name those of ten that they leave out', () => {
  const names = (count: number) => Array.from({ length: count }, (_, at) => `rule-${at + 1}`);
  const headOf = (count: number) => {
    const html = reportHtml(madeStudy({ ...SMALL, mechanisms: names(count) }));
    return html.slice(html.indexOf('class="numbers"'), html.indexOf('<nav'));
  };
  for (const name of names(6)) expect(headOf(6)).toContain(name);
  expect(headOf(6)).not.toContain('left out');
  expect(headOf(10)).toContain('left out: rule-9, rule-10, of which the metrics tell');
  expect(headOf(10)).not.toContain('first of 10 runs');
});

test('cards name what the market maker added or kept', () => {
  const study = madeStudy(SMALL);
  const runs = study.runs.map((run, place) => ({
    ...run,
    metrics: run.metrics.map((metric) =>
      metric.name === 'operator_margin' ? { ...metric, value: [-0.5, 2][place]! } : metric,
    ),
  }));
  const html = reportHtml({ ...study, runs });
  expect(html).toContain('uniform, with 0.50\u00a0EUR from the market maker');
  expect(html).toMatch(
    /pay-as-bid: [0-9.]+\u00a0EUR, after 2.00\u00a0EUR kept by the market maker/,
  );
  expect(reportHtml(study)).not.toContain('from the market maker');
});

test('where intervals over days are printed, the page says that days resemble each other', () => {
  const told = 'take the days as independent, which days that follow each other are not quite';
  const html = reportHtml(madeStudy(SMALL));
  const comparison = html.slice(html.indexOf('<h2>Comparison'), html.indexOf('<h2>Figures'));
  expect(comparison).toContain(told);
  expect(html.slice(html.indexOf('<figure id="difference-intervals"'))).toContain(told);
  expect(reportHtml(madeStudy({ ...SMALL, seeds: 2 }))).not.toContain(told);
});

test('a table that goes on below its box says so', () => {
  const html = reportHtml(madeStudy(SMALL));
  const metrics = html.slice(html.indexOf('<h2>Metrics</h2>'), html.indexOf('<h2>Members</h2>'));
  const rows = metrics.match(/<tr>/g)!.length - 1;
  expect(metrics).toContain(`${rows} rows; the box scrolls.`);
  const runs = html.slice(html.indexOf('<h2>Runs</h2>'), html.indexOf('<h2>Inputs</h2>'));
  expect(runs).not.toContain('the box scrolls');
});
