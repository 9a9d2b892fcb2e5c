import { anyHolds, wordCount, type Section } from './lint-sections.js';
import type { Found } from './lint-rules.js';
import { BLOCKS, holds, type Block, type Lexicon, type Topic } from './lint-words.js';
import type { Sentence } from './lint-text.js';

/** A heading with less than this below it is an empty frame. */
const FEWEST_WORDS = 3;
/** Kinds of steps that make advice where no heading announces it. */
const FEWEST_STEPS = 2;

/** Parts in which a sentence speaks of something else than the block that is looked for. */
const ELSEWHERE: Record<Block, Topic[]> = {
  nature: ['consequences', 'measures', 'advice', 'contact', 'real', 'reply', 'cost', 'data'],
  consequences: ['advice', 'contact', 'real', 'reply', 'cost'],
  measures: ['advice', 'contact', 'real', 'reply', 'consequences', 'cost'],
  advice: ['contact', 'real', 'reply', 'measures'],
  contact: ['real', 'reply', 'advice', 'consequences', 'cost'],
};

/**
 * Blocks of Art. 34(2) and recital 86 that a letter lacks. A block is there when a heading announces it and something
 * stands below it, or when sentences elsewhere say it.
 */
export function missingBlocks(sections: Section[], lexicon: Lexicon): Found[] {
  return BLOCKS.filter((block) => !isThere(block, sections, lexicon)).map((block) => ({
    rule: `missing-${block}` as const,
    at: sections.find(({ topics }) => topics.has(block))?.start ?? 0,
  }));
}

function isThere(block: Block, sections: Section[], lexicon: Lexicon): boolean {
  const announced = sections.filter(({ topics }) => topics.has(block)).flatMap(({ sentences }) => sentences);
  if (wordCount(announced) >= FEWEST_WORDS && isFilled(block, announced, lexicon)) return true;
  const elsewhere = sections
    .filter(({ topics }) => !ELSEWHERE[block].some((topic) => topics.has(topic)))
    .flatMap(({ sentences }) => sentences);
  return isSaid(
    block,
    elsewhere,
    sections.flatMap(({ sentences }) => sentences),
    lexicon,
  );
}

/** What a heading announces must not be taken back below it. */
function isFilled(block: Block, sentences: Sentence[], lexicon: Lexicon): boolean {
  if (block === 'contact') return sentences.some(({ text }) => hasContact(text));
  if (block === 'advice') return !anyHolds(sentences, lexicon.nothingToDo) || stepsIn(sentences, lexicon) > 0;
  if (block === 'measures')
    return sentences.some(({ text }) => !holds(lexicon.duty, text) || holds(lexicon.measure, text));
  return true;
}

function isSaid(block: Block, elsewhere: Sentence[], all: Sentence[], lexicon: Lexicon): boolean {
  if (block === 'nature')
    return elsewhere.some(
      ({ text }) =>
        holds(lexicon.event, text) && !isUnknown(text) && !(holds(lexicon.chance, text) && holds(lexicon.harm, text)),
    );
  if (block === 'consequences')
    return (
      elsewhere.some(({ text }) => holds(lexicon.chance, text) && holds(lexicon.harm, text)) ||
      anyHolds(all, lexicon.use)
    );
  if (block === 'measures') return anyHolds(elsewhere, lexicon.measure);
  if (block === 'advice') return stepsIn(elsewhere, lexicon) >= FEWEST_STEPS;
  return saysContact(elsewhere, lexicon.reachUs, lexicon) || saysContact(all, lexicon.officer, lexicon);
}

/** "We do not know which e-mails were copied" tells of no event. */
function isUnknown(text: string): boolean {
  return /\b(?:not know|whether|niet welke|nog niet|savons pas|si vos|nicht,? welche|noch nicht)\b/i.test(text);
}

function stepsIn(sentences: Sentence[], lexicon: Lexicon): number {
  return lexicon.advice.filter((step) => anyHolds(sentences, step)).length;
}

const E_MAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/;
const PHONE = /(?:\+|\b0|\(0)[\d ()./-]{7,20}\d/;
const SITE = /https?:\/\/[\w.-]+|\bwww\.[\w.-]+\.[a-z]{2,}/i;
const STREET = /\b\d{4,5} ?(?:[A-Z]{2} )?\p{Lu}\p{L}+/u;

/** A way to reach somebody; a web address alone is one only where a heading offers it. */
function hasContact(text: string): boolean {
  return isDirect(text) || SITE.test(text);
}

function isDirect(text: string): boolean {
  return E_MAIL.test(text) || PHONE.test(text) || STREET.test(text);
}

export function hasPhone(text: string): boolean {
  return PHONE.test(text);
}

/** A way to reach the controller, said in the sentence that offers it or in the two around it. */
function saysContact(sentences: Sentence[], offer: RegExp, lexicon: Lexicon): boolean {
  return sentences.some(({ text }, at) => {
    if (!holds(offer, text) || (offer === lexicon.reachUs && holds(lexicon.authority, text))) return false;
    return sentences
      .slice(Math.max(0, at - 1), at + 4)
      .some((near) => isDirect(near.text) && (near.text === text || !holds(lexicon.authority, near.text)));
  });
}
