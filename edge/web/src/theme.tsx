/** Light, dark, or as the device says. Kept on this device. */

import { useEffect, useState } from 'react';
import { en } from './words/en.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
const KEPT = 'commonwatt/theme';
const MARKS = { auto: '◐', light: '○', dark: '●' } as const;

export function ThemeSwitch() {
  const [theme, setTheme] = useState<(typeof THEMES)[number]>(() => {
    const kept = localStorage.getItem(KEPT);
    return THEMES.find((one) => one === kept) ?? 'auto';
  });
  useEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    localStorage.setItem(KEPT, theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
  return (
    <button
      type="button"
      className="quiet theme"
      onClick={() => setTheme(next)}
      title={en.theme.next(en.theme[next])}
      aria-label={en.theme.now(en.theme[theme])}
    >
      {MARKS[theme]}
    </button>
  );
}
