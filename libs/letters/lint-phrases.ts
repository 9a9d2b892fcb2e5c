import type { Found } from './lint-rules.js';
import type { Sentence } from './lint-text.js';
import { holds, placeOf, type Lexicon } from './lint-words.js';

/** Characters on either side of a "possibly" in which it is looked for what it speaks of. */
const REACH = 70;

/**
 * Words that leave open whether something has happened to the reader's data. What can come of it is uncertain by
 * nature ("thieves may call you"), and what the reader may do is no hedge ("you may complain"): only a hedge of the
 * event itself counts. "We do not know yet" and "we cannot rule out" say how sure one is and are no hedges.
 */
export function findHedges(sentences: Sentence[], lexicon: Lexicon): Found[] {
  return sentences.flatMap(({ text, start }) => {
    const found = matchOf(lexicon.hedge, text) ?? maybeIn(text, lexicon);
    return found ? [{ rule: 'hedge' as const, at: start + found.at, it: found.it }] : [];
  });
}

function maybeIn(text: string, lexicon: Lexicon): { at: number; it: string } | null {
  for (const { index, 0: it } of text.matchAll(lexicon.maybe)) {
    const near = text.slice(Math.max(0, index - REACH), index + it.length + REACH);
    if (holds(lexicon.happened, near.replace(it, ' ')) && !holds(lexicon.harmful, text)) return { at: index, it };
  }
  return null;
}

function matchOf(pattern: RegExp, text: string): { at: number; it: string } | null {
  pattern.lastIndex = 0;
  const match = pattern.exec(text);
  return match ? { at: match.index, it: match[0].slice(0, 80) } : null;
}

/** Words that make the breach small, and "incident" where nothing calls it a breach. */
export function findMinimising(sentences: Sentence[], lexicon: Lexicon): Found[] {
  const found: Found[] = [];
  for (const { text, start } of sentences) {
    const small = matchOf(lexicon.minimising, text);
    if (small) found.push({ rule: 'minimising', at: start + small.at, it: small.it });
    const precaution = matchOf(lexicon.precaution, text);
    if (precaution && !small && !holds(lexicon.precautionFits, text))
      found.push({ rule: 'minimising', at: start + precaution.at, it: precaution.it });
    const belittling = matchOf(lexicon.belittling, text);
    if (belittling) found.push({ rule: 'inconvenience', at: start + belittling.at, it: belittling.it });
  }
  return [...found, ...findIncident(sentences, lexicon)];
}

/** Every breach is an incident, few incidents are breaches: the reader is owed the word that says it. */
function findIncident(sentences: Sentence[], lexicon: Lexicon): Found[] {
  const first = sentences.find(({ text }) => holds(lexicon.incident, text));
  if (!first) return [];
  const isNamed = sentences.some(({ text }) => holds(lexicon.breach, text));
  const at = first.start + placeOf(lexicon.incident, first.text);
  return [{ rule: isNamed ? 'incident-word' : 'minimising', at, it: matchOf(lexicon.incident, first.text)!.it }];
}
