import type { Language } from '#libs/platform/pure.js';
import { hasPhone } from './lint-blocks.js';
import type { Found, LintRule } from './lint-rules.js';
import { anyHolds, wordCount, type Section } from './lint-sections.js';
import type { LetterText, Sentence } from './lint-text.js';
import { holds, placeOf, type Lexicon } from './lint-words.js';
import { PLAIN, wordsOf } from './reading-ease.js';
import { readingOfSentences } from './reading-of-text.js';

/** A sentence of more words is read twice. */
const LONGEST_PLAIN = 25;
/** More findings of one rule of style say no more than these. */
const MOST_OF_A_RULE = 10;
/** Below this there is too little to measure a reading level on. */
const FEWEST_WORDS_TO_MEASURE = 60;

/** What makes a letter hard to read, sentence by sentence and as a whole. */
export function findHardReading(sentences: Sentence[], lexicon: Lexicon, language: Language): Found[] {
  const found: Found[] = [];
  const prose = sentences.filter(({ kind }) => kind !== 'heading');
  const reading = readingOfSentences(prose, language);
  if (reading && reading.words >= FEWEST_WORDS_TO_MEASURE && reading.ease < PLAIN)
    found.push({ rule: 'reading-level', at: prose[0]!.start, it: reading.ease.toFixed(0) });
  const long = prose
    .map(({ text, start }) => ({
      start,
      count: Math.max(...text.split(/[:;](?= |$)/).map((unit) => wordsOf(unit).length)),
    }))
    .filter(({ count }) => count > LONGEST_PLAIN);
  for (const { start, count } of long.slice(0, MOST_OF_A_RULE))
    found.push({ rule: 'long-sentence', at: start, it: String(count) });
  return [...found, ...findJargon(sentences, lexicon), ...each('wordy-opening', prose, lexicon.wordy)];
}

/** Words of the trade that no sentence here or next explains; each word once. */
function findJargon(sentences: Sentence[], lexicon: Lexicon): Found[] {
  const seen = new Set<string>();
  const found: Found[] = [];
  for (const [place, { text, start }] of sentences.entries()) {
    for (const { index, 0: it } of text.matchAll(lexicon.jargon)) {
      const word = it.toLowerCase();
      if (seen.has(word) || /[@./-]$|^[@.]/.test(text.slice(index - 1, index)) || text[index + it.length] === '@')
        continue;
      seen.add(word);
      const next = sentences[place + 1]?.text ?? '';
      const isExplained =
        holds(lexicon.explains, text.replace(it, ' ')) ||
        holds(lexicon.explains, next.slice(0, 120)) ||
        text[index - 1] === '(' ||
        / ?\(\p{L}/u.test(text.slice(index + it.length, index + it.length + 3));
      if (!isExplained) found.push({ rule: 'jargon', at: start + index, it });
    }
  }
  return found.slice(0, MOST_OF_A_RULE);
}

function each(rule: LintRule, sentences: Sentence[], pattern: RegExp): Found[] {
  return sentences
    .filter(({ text }) => holds(pattern, text))
    .slice(0, MOST_OF_A_RULE)
    .map(({ text, start }) => {
      const at = placeOf(pattern, text);
      pattern.lastIndex = at;
      return { rule, at: start + at, it: pattern.exec(text)![0].slice(0, 80) };
    });
}

/** What a letter holds that it should not, and what it lacks of what the guidelines ask beside the five blocks. */
export function findOtherwise(text: LetterText, sections: Section[], lexicon: Lexicon): Found[] {
  const { sentences } = text;
  const found = [
    ...each('other-matter', sentences, lexicon.otherMatter),
    ...each(
      'false-loss',
      sentences.filter(({ text: words }) => !isDenied(words)),
      lexicon.falseLoss,
    ),
  ];
  const lack = (rule: LintRule, at = 0, it?: string): void =>
    void found.push(it === undefined ? { rule, at } : { rule, at, it });
  const title = sentences.find(({ kind }) => kind === 'heading');
  if (text.subject) {
    if (!holds(lexicon.alarming, text.subject.text))
      found.push({ rule: 'subject-unclear', at: text.subject.start, it: text.subject.text.slice(0, 80) });
  } else if (!title || title.start > 2_000 || !holds(lexicon.alarming, title.text)) lack('subject-missing');
  const renew = sentences.find(({ text: words }) => holds(lexicon.renew, words));
  if (renew && !anyHolds(sentences, lexicon.whoPays)) lack('who-pays', renew.start);
  const phone = sentences.find(({ text: words }) => hasPhone(words) && !holds(lexicon.authority, words));
  if (phone && !anyHolds(sentences, lexicon.ownSite)) lack('phone-on-site', phone.start);
  if (!anyHolds(sentences, lexicon.apology)) lack('apology');
  if (!anyHolds(sentences, lexicon.complaint)) lack('complaint');
  if (!saysWhichData(sections, lexicon)) lack('which-data');
  if (!anyHolds(sentences, lexicon.genuine)) lack('genuine');
  if (!anyHolds(sentences, lexicon.neverAsk)) lack('fraud-warning');
  return found;
}

/** "Do not declare the card lost" and "it is a fraud to …" are the right advice. */
function isDenied(text: string): boolean {
  return /(?<!\p{L})(?:not|never|don't|if|when|later|geen|niet|als|wanneer|raakt|pas|ne|pas|ni|si|lorsque|nicht|kein\p{L}*|wenn|falls|erst)(?!\p{L})/iu.test(
    text,
  );
}

function saysWhichData(sections: Section[], lexicon: Lexicon): boolean {
  if (sections.some(({ topics, sentences }) => topics.has('data') && wordCount(sentences) >= 2)) return true;
  return sections.some(
    ({ topics, sentences }) => !topics.has('advice') && !topics.has('contact') && anyHolds(sentences, lexicon.data),
  );
}

/** Little words that each of the four languages cannot do without. */
const LITTLE_WORDS: Record<Language, RegExp> = {
  en: /(?<!\p{L})(?:the|and|you|your|we|of|to|is|with|that|this|have)(?!\p{L})/giu,
  nl: /(?<!\p{L})(?:de|het|een|en|u|uw|wij|van|met|dat|niet|zijn|hebben)(?!\p{L})/giu,
  fr: /(?<!\p{L})(?:le|la|les|des|et|vous|votre|vos|nous|de|est|que|une|pour)(?!\p{L})/giu,
  de: /(?<!\p{L})(?:der|die|das|und|sie|ihre|wir|von|mit|ist|nicht|eine|haben)(?!\p{L})/giu,
};

/** A letter that is written in another of the four languages than the one that it is read in. */
export function findOtherLanguage(plain: string, language: Language): Found[] {
  const head = plain.slice(0, 20_000);
  const counts = Object.entries(LITTLE_WORDS).map(([name, words]) => [name, head.match(words)?.length ?? 0] as const);
  const own = counts.find(([name]) => name === language)![1];
  const [most, count] = counts.toSorted((a, b) => b[1] - a[1])[0]!;
  return most !== language && count >= 20 && count > own * 2 ? [{ rule: 'language', at: 0, it: most }] : [];
}
