/** Left and right arrows step to the neighbour, unless someone is typing. */

import { useEffect } from 'react';
import { goTo } from './location.ts';

export function isTyping(event: KeyboardEvent): boolean {
  const { target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLSelectElement ||
    target instanceof HTMLTextAreaElement
  );
}

export function useArrows(before: string | undefined, after: string | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      if (event.key === 'ArrowLeft' && before !== undefined) goTo(before);
      if (event.key === 'ArrowRight' && after !== undefined) goTo(after);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [before, after]);
}
