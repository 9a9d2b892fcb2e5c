import { diffArrays, diffWordsWithSpace } from 'diff';

/** A stretch of a line, and whether the other text has it too. */
export interface DiffPart {
  text: string;
  isChanged: boolean;
}

/** A line of one text or of both; `skipped` lines that are the same stand together. */
export type DiffLine =
  | { kind: 'same' | 'gone' | 'new'; before: number | null; after: number | null; parts: DiffPart[] }
  | { kind: 'skipped'; count: number };

type ShownLine = Exclude<DiffLine, { kind: 'skipped' }>;

/** Texts that differ in more lines than this are shown as one text that went and one that came. */
const MOST_CHANGED_LINES = 500;
const MOST_CHANGED_WORDS = 400;
/** Lines that stay around a change. */
const AROUND = 1;

/** What differs between two texts, line by line, with the words that changed within a line; empty where nothing does. */
export function diffTexts(before: string, after: string): DiffLine[] {
  if (before === after) return [];
  const [old, young] = [linesOf(before), linesOf(after)];
  const steps = diffArrays(old, young, { maxEditLength: MOST_CHANGED_LINES }) ?? [
    { value: old, removed: true, added: false },
    { value: young, removed: false, added: true },
  ];
  const lines: ShownLine[] = [];
  let [at, to] = [1, 1];
  for (const [place, step] of steps.entries()) {
    if (step.removed) {
      const next = steps[place + 1];
      const pairs = next?.added ? pairsOf(step.value, next.value) : [];
      for (const [n, text] of step.value.entries())
        lines.push({ kind: 'gone', before: at++, after: null, parts: pairs[n]?.gone ?? whole(text, true) });
    } else if (step.added) {
      const last = steps[place - 1];
      const pairs = last?.removed ? pairsOf(last.value, step.value) : [];
      for (const [n, text] of step.value.entries())
        lines.push({ kind: 'new', before: null, after: to++, parts: pairs[n]?.came ?? whole(text, true) });
    } else {
      for (const text of step.value) lines.push({ kind: 'same', before: at++, after: to++, parts: whole(text, false) });
    }
  }
  return shortened(lines);
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

function whole(text: string, isChanged: boolean): DiffPart[] {
  return [{ text, isChanged }];
}

/** Lines that replace one another in order, with the words that they share; null where they share too few to be one line. */
function pairsOf(gone: string[], came: string[]): ({ gone: DiffPart[]; came: DiffPart[] } | null)[] {
  return gone.slice(0, came.length).map((line, n) => {
    const words = diffWordsWithSpace(line, came[n]!, { maxEditLength: MOST_CHANGED_WORDS });
    if (!words) return null;
    const shared = words
      .filter((word) => !word.added && !word.removed)
      .reduce((sum, word) => sum + word.value.trim().length, 0);
    if (shared * 3 < Math.max(line.length, came[n]!.length)) return null;
    const side = (without: 'added' | 'removed'): DiffPart[] =>
      words
        .filter((word) => !word[without])
        .map((word) => ({ text: word.value, isChanged: word.added || word.removed }));
    return { gone: side('added'), came: side('removed') };
  });
}

/** Leaves out what is the same and far from a change. */
function shortened(lines: ShownLine[]): DiffLine[] {
  const isNear = (at: number): boolean =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((line) => line.kind !== 'same');
  const shown: DiffLine[] = [];
  for (const [at, line] of lines.entries()) {
    const last = shown.at(-1);
    if (isNear(at)) shown.push(line);
    else if (last?.kind === 'skipped') last.count += 1;
    else shown.push({ kind: 'skipped', count: 1 });
  }
  return shown;
}
