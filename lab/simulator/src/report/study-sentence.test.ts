import { expect, test } from 'vitest';
import { madeStudy } from './study.test-support.ts';
import { studySentence } from './study-sentence.ts';

test.each([
  [
    { mechanisms: ['uniform'] },
    '10 members (5 with a solar plant), from 10 May 2021 to 24 May 2021 (Europe/Berlin) in slots of 15 minutes, under uniform, where the supplier asks 30 ct/kWh and pays 8 ct/kWh, and the grid takes 2 ct/kWh of what members buy from each other.',
  ],
  [
    { feedIns: [4, 8], seeds: 2, days: 1, from: '2021-05-09T22:00:00Z', slotMinutes: 60 as const },
    '10 members (5 with a solar plant), on 10 May 2021 (Europe/Berlin) in slots of 60 minutes, under uniform and pay-as-bid, where the supplier asks 30 ct/kWh and pays 4 to 8 ct/kWh, and the grid takes 2 ct/kWh of what members buy from each other; 8 runs with tariffs.feed_in_ct_per_kwh swept over 2 seeds.',
  ],
])('what was studied, in one sentence', (made, sentence) => {
  expect(studySentence(madeStudy(made))).toBe(sentence);
});
