import type { Fault, Language, Problem, SentenceValues } from '#libs/platform/index.js';
import type { Views } from './views.js';

/** Values of sentences that have words of their own: the prefix of their keys. */
const WORDS_OF: Record<string, string> = { language: 'language', other: 'language', role: 'role', noticeState: 'notice-state' }; // prettier-ignore

/**
 * A problem in the language of its reader: the sentences of its code and of the codes of its faults, and its own English
 * where a sentence has no words. `{fault}` stands for the first fault in its sentence, `{faults}` for all of them.
 */
export function problemInWords(
  views: Views,
  language: Language,
  problem: Problem,
): { message: string; faults: Fault[] } {
  const own = problem.faults.map((fault) => faultInWords(views, language, fault));
  const values = {
    fault: own[0]?.message ?? '',
    faults: own.map(({ message }) => message).join(' '),
    ...problem.values,
  };
  // A problem that only repeats one of its faults, and the other way round: beside the field, and on top of the page.
  const repeated = problem.faults.findIndex((fault) => fault.code && fault.message === problem.message);
  const message =
    own[repeated]?.message ?? sentence(views, language, `problem.${problem.code}`, values) ?? problem.message;
  const faults = own.map((fault, at) =>
    problem.faults[at]!.code === undefined && fault.message === problem.message ? { ...fault, message } : fault,
  );
  return { message, faults };
}

/** One fault in the language of its reader. */
export function faultInWords(views: Views, language: Language, fault: Fault): Fault {
  if (!fault.code) return fault;
  return { ...fault, message: sentence(views, language, `fault.${fault.code}`, fault.values ?? {}) ?? fault.message };
}

function sentence(views: Views, language: Language, key: string, values: SentenceValues): string | null {
  if (!views.knows(key)) return null;
  const inWords = (name: string, value: string | number): string => {
    const words = Object.hasOwn(WORDS_OF, name) ? `${WORDS_OF[name]}.${value}` : '';
    return views.knows(words) ? views.t(language, words) : String(value);
  };
  const shown = Object.entries(values).map(([name, value]): [string, string] => [
    name,
    [value].flat().map((one: string | number) => inWords(name, one)).join(', '),
  ]); // prettier-ignore
  return views.t(language, key, Object.fromEntries(shown));
}
