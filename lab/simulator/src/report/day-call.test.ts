import { expect, test } from 'vitest';
import { dayCallNote } from './day-call.ts';
import { reportHtml } from './report.ts';
import { madeStudy } from './study.test-support.ts';

const SMALL = { days: 2, slotMinutes: 60 as const };

test('a report with a mechanism that knows days says what its slots do not tell', () => {
  const study = madeStudy({ ...SMALL, mechanisms: ['uniform', 'social-welfare'] });
  expect(dayCallNote(study)).toContain('A day is one call to social-welfare, which');
  const html = reportHtml(study);
  const metrics = html.slice(html.indexOf('<h2>Metrics</h2>'), html.indexOf('<h2>Members</h2>'));
  expect(metrics).toContain('efficiency may be above 1');
  expect(dayCallNote(madeStudy(SMALL))).toBe('');
});

test('a module is known by being worth more than the optimum of its slots', () => {
  const study = madeStudy({ ...SMALL, mechanisms: ['uniform', 'mine'] });
  const withEfficiency = (value: number) => ({
    ...study,
    runs: study.runs.map((run) => ({
      ...run,
      metrics: run.metrics.map((one) => (one.name === 'efficiency' ? { ...one, value } : one)),
    })),
  });
  expect(dayCallNote(withEfficiency(1.2))).toContain('A day is one call to mine, which');
  expect(dayCallNote(withEfficiency(1))).toBe('');
});
