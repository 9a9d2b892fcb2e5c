import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './project-folder.js';

/** Relative luminance of `#rrggbb` or `#rgb` (WCAG 2.2). */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.replace(/[\da-f]/gi, '$&$&') : hex;
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light, dark] = [luminance(one), luminance(other)].toSorted((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** The colours of a sheet by name: on a light ground, and as the dark ground changes them. */
function coloursOf(sheet: string): { light: Record<string, string>; dark: Record<string, string> } {
  const css = readFileSync(path.join(projectFolder(), 'templates', 'pages', sheet), 'utf8');
  const read = (text: string): Record<string, string> =>
    Object.fromEntries([...text.matchAll(/--([\w-]+):\s*(#[\da-f]{3,6})\b/gi)].map((match) => [match[1]!, match[2]!]));
  const at = css.indexOf('@media (prefers-color-scheme: dark)');
  const light = read(css.slice(0, at));
  return { light, dark: { ...light, ...read(css.slice(at)) } };
}

/** Words on grounds, by the names of the sheet's own colours; a `#` is a colour that the sheet gives in place. */
const STAFF = [
  ['ink', 'ground'], ['ink', 'paper'], ['link', 'ground'], ['link', 'paper'], ['muted', 'ground'], ['muted', 'paper'],
  ['problem', 'ground'], ['problem', 'paper'], ['told', 'ground'], ['told', 'paper'], ['soon', 'ground'], ['soon', 'paper'],
  ['on-accent', 'bell'], ['on-accent', 'bell-hover'], ['on-accent', 'danger'], ['on-accent', 'top'], ['stripe-ink', 'stripe'],
] as const; // prettier-ignore
const PERSON = [
  ['ink', 'ground'], ['ink', 'paper'], ['link', 'ground'], ['link', 'paper'], ['muted', 'ground'], ['muted', 'paper'],
  ['problem', 'ground'], ['problem', 'paper'], ['on-accent', 'bell'], ['on-accent', 'bell-hover'],
] as const; // prettier-ignore

describe.each([
  ['theme.css', STAFF],
  ['person.css', PERSON],
])('%s', (sheet, pairs) => {
  const colours = coloursOf(sheet);
  it.each(['light', 'dark'] as const)(
    'given the %s ground, when words stand on it, then every pair has a contrast of 4.5 at least',
    (ground) => {
      const poor = pairs
        .map(([words, behind]) => ({
          pair: `${words} on ${behind}`,
          contrast: contrast(colours[ground][words] ?? '', colours[ground][behind] ?? ''),
        }))
        .filter((pair) => !(pair.contrast >= 4.5));
      expect(poor).toEqual([]);
    },
  );
});

describe('the parts of the bar of the sum', () => {
  const { light, dark } = coloursOf('theme.css');
  it.each([
    ['light', light],
    ['dark', dark],
  ])(
    'given the %s ground, when the bar is drawn, then every part stands out from the ground by 3 at least',
    (_, colours) => {
      for (const part of ['bar-told', 'bar-exempt', 'bar-under-way', 'bar-not-reached'])
        expect(contrast(colours[part] ?? '', colours['ground']!)).toBeGreaterThanOrEqual(3);
    },
  );
});

it('given black and white, when their contrast is reckoned, then it is 21, as WCAG says', () => {
  expect(contrast('#000', '#ffffff')).toBeCloseTo(21, 5);
});
