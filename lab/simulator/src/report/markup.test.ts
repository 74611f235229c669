import fc from 'fast-check';
import { expect, test } from 'vitest';
import { escapeMarkup } from './markup.ts';

test('what has a meaning in a document loses it', () => {
  expect(escapeMarkup(`<b a="1" c='2'>&amp;`)).toBe(
    '&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;',
  );
  expect(escapeMarkup('a\u0000b\ud800c\ufffe\n')).toBe('a\ufffdb\ufffdc\ufffd\n');
});

test('no text opens a tag, ends an attribute or begins an entity', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const escaped = escapeMarkup(text);
      expect(escaped).not.toMatch(/[<>"']/);
      expect(escaped.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
    }),
  );
});
