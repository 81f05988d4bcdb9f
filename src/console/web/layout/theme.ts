import { applyDensity, applyMode, Density, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'ecsidecar.theme';
const darkSystem = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)');

export function storedTheme(): Theme {
  const stored = localStorage.getItem(KEY);
  return THEMES.find((theme) => theme === stored) ?? 'system';
}

const isDark = (theme: Theme): boolean => theme === 'dark' || (theme === 'system' && darkSystem().matches);

/** Before anything is shown, so that nothing flashes. */
export function applyTheme(theme: Theme): void {
  applyMode(isDark(theme) ? Mode.Dark : Mode.Light);
  applyDensity(Density.Compact);
}

/** The theme, which follows the system's where it should, and how to choose another. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(storedTheme);
  useEffect(() => {
    applyTheme(theme);
    const system = darkSystem();
    const follow = (): void => {
      applyTheme(theme);
    };
    system.addEventListener('change', follow);
    return () => {
      system.removeEventListener('change', follow);
    };
  }, [theme]);
  return [
    theme,
    (chosen) => {
      localStorage.setItem(KEY, chosen);
      setTheme(chosen);
    },
  ];
}
