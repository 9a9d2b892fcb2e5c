import type { LetterText, Sentence } from './lint-text.js';
import { holds, placeOf, type Lexicon, type Topic } from './lint-words.js';

/** What stands below one heading, or before the first. */
export interface Section {
  /** The words of its heading; empty before the first heading. */
  heading: string;
  start: number;
  /** What its heading says that it is about, and what the headings above it say. */
  topics: Set<Topic>;
  sentences: Sentence[];
}

/** A letter cut at its headings. */
export function sectionsOf(text: LetterText, lexicon: Lexicon): Section[] {
  const sections: Section[] = [{ heading: '', start: 0, topics: new Set(), sentences: [] }];
  const above: { level: number; topics: Set<Topic> }[] = [];
  const open = (heading: string, start: number, level: number): void => {
    while (above.length > 0 && above.at(-1)!.level >= level) above.pop();
    const own = topicsOf(heading, lexicon);
    const topics = new Set([...own, ...(above.at(-1)?.topics ?? [])]);
    above.push({ level, topics });
    sections.push({ heading, start, topics, sentences: [] });
  };
  let paragraph = -1;
  let runIn = -1;
  for (const [place, sentence] of text.sentences.entries()) {
    const isFirst = sentence.paragraph !== paragraph;
    paragraph = sentence.paragraph;
    // What a question opens within its paragraph ends with that paragraph.
    if (isFirst && runIn >= 0 && paragraph !== runIn) {
      if (sentence.kind !== 'heading') open('', sentence.start, 6);
      runIn = -1;
    }
    if (sentence.kind === 'heading') open(sentence.text, sentence.start, sentence.level);
    else if (isFirst && isRunIn(sentence, lexicon)) {
      open(sentence.text, sentence.start, 6);
      if (text.sentences[place + 1]?.paragraph === paragraph) runIn = paragraph;
    } else sections.at(-1)!.sentences.push(sentence);
  }
  return sections;
}

/** "What happened? On 3 May …": a question that opens a paragraph and names a part of the letter. */
function isRunIn({ text, kind }: Sentence, lexicon: Lexicon): boolean {
  if (text.length > 90 || !/[?:]$|^[\p{Lu}\p{P} ]+$/u.test(text)) return false;
  if (kind === 'item' && !/\?$/.test(text)) return false;
  return topicsOf(text, lexicon).size > 0;
}

/** A heading speaks of a topic when what it says begins with one of the topic's wordings, or holds it after "and". */
export function topicsOf(heading: string, lexicon: Lexicon): Set<Topic> {
  const words = heading
    .replace(/\{#[\w-]+\}/g, '')
    .replace(/^[\s\p{P}\p{N}]*(?:[a-zA-Z][.)] )?/u, '')
    .trim();
  const topics = new Set<Topic>();
  if (words === '') return topics;
  const parts = [words, ...words.split(/ (?:and|en|et|und|&|or|of|ou|oder|–|-) |[,:/]/i).slice(1)];
  for (const part of parts) {
    const found = (Object.entries(lexicon.headings) as [Topic, RegExp][])
      .filter(([, pattern]) => startsWith(pattern, part.trim()))
      .map(([topic]) => topic);
    // "What can you do about it?" asks for advice, though "What can …" may ask for consequences.
    for (const topic of found) if (topic !== 'consequences' || !found.includes('advice')) topics.add(topic);
  }
  return topics;
}

function startsWith(pattern: RegExp, words: string): boolean {
  const at = placeOf(pattern, words);
  return (
    at >= 0 &&
    at <=
      (/^(?:the|our|your|de|het|onze|uw|la|le|les|l'|nos|votre|vos|die|der|das|unsere|ihre) /i.exec(words)?.[0]
        .length ?? 0)
  );
}

export function wordCount(sentences: Sentence[]): number {
  return sentences.reduce((sum, { text }) => sum + (text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0), 0);
}

export function anyHolds(sentences: Sentence[], pattern: RegExp): boolean {
  return sentences.some(({ text }) => holds(pattern, text));
}
