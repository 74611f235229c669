import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { RecoveryWarning } from './recovery-notice.tsx';

const recovery = { newKey: 'ab'.repeat(32), effectiveMs: Date.UTC(2026, 0, 5, 10, 30) };

test('a recovery under way is told with its key and its instant, and can be stopped', () => {
  const stop = () => undefined;
  const html = renderToStaticMarkup(
    createElement(RecoveryWarning, { recovery, state: { name: 'idle' }, stop }),
  );
  expect(html).toContain('role="alert"');
  expect(html).toContain('10:30');
  expect(html).toContain(recovery.newKey);
  expect(html).toMatch(/<button type="button" class="danger">/);
});

test('it cannot be stopped twice while the first is on its way, nor without a key at hand', () => {
  const sending = { name: 'sending' } as const;
  for (const props of [
    { recovery, state: sending, stop: () => undefined },
    { recovery, state: { name: 'idle' } as const, stop: undefined },
  ]) {
    const html = renderToStaticMarkup(createElement(RecoveryWarning, props));
    expect(html).toMatch(/<button type="button" class="danger" disabled="">/);
  }
});

test('what became of stopping it stays to be read', () => {
  const state = { name: 'refused', words: 'It was too late.' } as const;
  const html = renderToStaticMarkup(
    createElement(RecoveryWarning, { recovery: null, state, stop: undefined }),
  );
  expect(html).toContain('It was too late.');
  expect(html).not.toContain('<button');
});
