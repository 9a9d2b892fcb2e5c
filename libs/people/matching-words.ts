import type { ReviewEntry } from './matching-review.js';
import type { MatchKey, MatchReason } from './matching-verdict.js';

const WORDS: Record<MatchKey, string> = {
  reference: 'the reference',
  number: 'the national number',
  birthDate: 'the birth date',
  name: 'the name',
  email: 'an e-mail address',
  phone: 'the telephone number',
  address: 'the address',
};

function listed(keys: MatchKey[]): string {
  const words = keys.map((key) => WORDS[key]);
  const last = words.pop() ?? 'nothing';
  return words.length === 0 ? last : `${words.join(', ')} and ${last}`;
}

const verb = (keys: MatchKey[], one: string, many: string): string => (keys.length === 1 ? one : many);

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** Why rows stand in the queue, in English, for the command line; names keys, never a value. */
export function reviewInWords({ why: { cause, agree, conflict, differ } }: ReviewEntry): string {
  const agreeing = `${listed(agree)} ${verb(agree, 'agrees', 'agree')}`;
  switch (cause) {
    case 'conflict':
      return sentence(`${agreeing}, but ${listed(conflict)} ${verb(conflict, 'does', 'do')} not`);
    case 'chain':
      return conflict.length > 0
        ? sentence(
            `${agreeing}, but by way of these rows others would become one whose ${plain(conflict)} do not agree`,
          )
        : sentence(`${agreeing}, but so many different rows would become one person that somebody should look`);
    case 'unsure':
      return differ.length > 0
        ? sentence(`${agreeing}, ${listed(differ)} ${verb(differ, 'does', 'do')} not; too little to be sure`)
        : sentence(`${agreeing}; too little to be sure`);
  }
}

function plain(keys: MatchKey[]): string {
  return listed(keys).replaceAll(/\b(the|an) /g, '');
}

/** Why two rows are one person, in English. */
export function reasonInWords({ agree, close, conflict, differ }: MatchReason): string {
  const parts = [`${listed(agree)} ${verb(agree, 'agrees', 'agree')}`];
  if (close.length > 0) parts.push(`${listed(close)} ${verb(close, 'agrees', 'agree')} but for the spelling`);
  const apart = [...conflict, ...differ];
  if (apart.length > 0) parts.push(`${listed(apart)} ${verb(apart, 'differs', 'differ')}`);
  return sentence(parts.join('; '));
}
