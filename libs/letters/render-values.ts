import { isDocumentKind } from '#libs/breach/pure.js';
import { dateInWords, type Fault, type Language } from '#libs/platform/pure.js';
import type { AdviceBook, Medium } from './advice-book.js';
import { ACTIONS, situationOf, worstOf } from './advice.js';
import { changedExposures } from './letter-changes.js';
import type { Change, ExposureView, LetterView } from './letter-view.js';
import { LETTERS_OF_KIND } from './notice-kind.js';
import { plainLine } from './plain-line.js';
import { escapeHtml, prosePiece, type Piece } from './template-markdown.js';
import type { Salutations } from './template.js';

/** Values by the name of their placeholder, each finished in both forms; a list holds one scope for each row. */
export type Scope = Map<string, Piece | Scope[]>;

/** The values that all letters of a notice share, as they came: equal values need no new preparation. */
export type SharedValues = Record<string, string>;

const PROSE = new Set([
  'breach.whatHappened',
  'breach.likelyConsequences',
  'breach.measuresTaken',
  'breach.whatIsNotKnown',
  'breach.whoPays',
]);
/** What is known in full has no unknowns; who pays is asked for where a document is to be renewed. */
const OPTIONAL = new Set(['breach.whatIsNotKnown', 'breach.whoPays']);

const MENDS: Record<string, string> = {
  'person.name': 'Enter the given name or the family name of the person.',
  exposures: 'Record what of this person is out.',
  since: 'Send this person the first letter: there is no former one to refer to.',
  changes: 'Leave this person out: nothing changed since their letter.',
  code: 'Make the letter again: it has no code.',
  word: 'Make the letter again: it has no confirmation word.',
  'breach.whatHappened': 'Write what happened',
  'breach.likelyConsequences': 'Write the likely consequences',
  'breach.measuresTaken': 'Write the measures taken',
  'breach.whoPays': 'Write who pays for the renewal of documents',
};

/** What stands in every text about a breach. */
export type SharedView = Pick<LetterView, 'language' | 'date' | 'notice' | 'address' | 'breach' | 'controller'>;

export function sharedValues({ date, notice, address, breach, controller }: SharedView): SharedValues {
  const { dataProtectionOfficer: dpo, authority } = controller;
  return {
    date,
    notice,
    address,
    'breach.whatHappened': breach.whatHappened,
    'breach.likelyConsequences': breach.likelyConsequences,
    'breach.measuresTaken': breach.measuresTaken,
    'breach.whatIsNotKnown': breach.whatIsNotKnown ?? '',
    'breach.whoPays': breach.whoPays ?? '',
    'controller.name': controller.name,
    'controller.postalAddress': controller.postalAddress.join(', '),
    'controller.website': controller.website,
    'controller.dataProtectionOfficer.name': dpo.name,
    'controller.dataProtectionOfficer.email': dpo.email,
    'controller.dataProtectionOfficer.phone': dpo.phone,
    'controller.dataProtectionOfficer.postalAddress': dpo.postalAddress.join(', '),
    'controller.authority.name': authority.name,
    'controller.authority.address': authority.address,
    'controller.authority.website': authority.website,
  };
}

/** What is missing among the values that letters share, with the field and what to do. */
export function sharedFaults(values: SharedValues, { language }: Pick<LetterView, 'language'>): Fault[] {
  return Object.entries(values)
    .filter(([name, value]) => !OPTIONAL.has(name) && !isFilled(value))
    .map(([name]) => lackingShared(name, language));
}

/** A value that all letters share, or all readers of a communication, and that nobody wrote. */
export function lackingShared(name: string, language: Language): Fault {
  const message = `${MENDS[name] ?? `Enter "${name}"`} (${language}).`;
  return { at: name, message, code: `letter.${MENDS[name] ? name : 'value'}`, values: { name, language } };
}

/** What is missing of one person's own values. */
export function ownFaults(view: LetterView, book: AdviceBook): Fault[] {
  return [...personFaults(view), ...exposedFaults(view, book)];
}

/** What is missing of a person's values apart from what is out of them. */
export function personFaults(view: LetterView): Fault[] {
  const { person, exposures, code, word, kind, since, changes } = view;
  const says = LETTERS_OF_KIND[kind ?? 'initial'].says;
  const missing: string[] = [];
  if (!isFilled(nameOf(person))) missing.push('person.name');
  if (says !== 'what-changed' && exposures.length === 0) missing.push('exposures');
  if (says !== 'everything' && !since) missing.push('since');
  if (says === 'what-changed' && !changes?.length) missing.push('changes');
  if (!isFilled(code)) missing.push('code');
  if (!isFilled(word)) missing.push('word');
  return missing.map((at) => ({ at, message: MENDS[at]!, code: `letter.${at}` }));
}

/** Equal for all persons of whom the same is out. */
function exposedFaults(view: LetterView, book: AdviceBook): Fault[] {
  const faults: Fault[] = [];
  for (const [at, exposure] of view.exposures.entries()) {
    if (isDocumentKind(exposure.dataKind) && !/^[A-Z]{2}$/.test(exposure.country ?? '')) {
      faults.push({
        at: `exposures.${at}.country`,
        message: 'Enter the country that issued the document, as two letters.',
        code: 'letter.country',
      });
    }
  }
  if (saysWhoPays(view, book) && !isFilled(view.breach.whoPays))
    faults.push(lackingShared('breach.whoPays', view.language));
  return faults;
}

/** Nobody renews the documents of a person who has died: they are handed in. */
function saysWhoPays(view: LetterView, book: AdviceBook): boolean {
  return view.addressee?.of !== 'deceased' && isAnyToBeRenewed(view.exposures, book);
}

export function isAnyToBeRenewed(exposures: ExposureView[], book: AdviceBook): boolean {
  return exposures.some((one) => isDocumentKind(one.dataKind) && book.choose(one).action === 'renew');
}

/** What of a letter says which advice it gives. */
export type ExposedView = Pick<LetterView, 'exposures' | 'residence' | 'language' | 'kind' | 'changes' | 'addressee'>;

/** Of what a letter gives advice: a follow-up of what changed, all others of everything that is out. */
export function advised({ kind, exposures, changes, addressee }: ExposedView): ExposureView[] {
  if (addressee?.of === 'deceased') return [];
  return kind === 'follow-up' ? changedExposures(exposures, changes ?? []) : exposures;
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

/** Prepares what all letters of a notice share: prose is parsed here, once, and not for each letter. */
export function sharedScope(values: SharedValues, { language }: Pick<LetterView, 'language'>): Scope {
  const scope: Scope = new Map();
  for (const [name, value] of Object.entries(values)) {
    if (value.trim() !== '') scope.set(name, PROSE.has(name) ? prosePiece(value) : linePiece(value));
  }
  scope.set('date', linePiece(dayInWords(values['date']!, language)));
  scope.set('controller.website', linePiece(typed(values['controller.website']!)));
  scope.set('controller.authority.website', linePiece(typed(values['controller.authority.website']!)));
  scope.set('realAddress', linePiece(values.address!.replace(/\/n\/?$/, '/real')));
  return scope;
}

/** A site as people type it. Our own address stays whole: nobody should land on the insecure twin of it. */
function typed(url: string): string {
  return url.replace(/^https:\/\//, '').replace(/\/$/, '');
}

/** Placeholders whose values are one person's own; all others are equal in letters of the same kind and exposures. */
export const PERSONAL: ReadonlySet<string> = new Set([
  'person.name',
  'person.givenName',
  'person.familyName',
  'addressee.name',
  'salutation',
  'code',
  'word',
  'since.date',
  'since.notice',
  'changes',
]);

/** Everything but what the letters of a notice share. `whoPays` stands only where a document is to be renewed. */
export function ownScope(
  view: LetterView,
  exposed: Scope,
  { whoPays, book, salutation }: { whoPays: Piece | undefined; book: AdviceBook; salutation: Salutations | null },
): Scope {
  return new Map([...exposed, ...kindScope(view, { whoPays, book }), ...personScope(view, { book, salutation })]);
}

/** To whom a letter speaks and whether it says who pays. */
export function kindScope(
  view: LetterView,
  { whoPays, book }: { whoPays: Piece | undefined; book: AdviceBook },
): Scope {
  const scope: Scope = new Map();
  if (view.addressee) scope.set(view.addressee.of, MARK);
  if (view.isCourtesy) scope.set('courtesy', MARK);
  if (whoPays && saysWhoPays(view, book)) scope.set('breach.whoPays', whoPays);
  return scope;
}

/** The values of `PERSONAL`. */
export function personScope(
  view: LetterView,
  { book, salutation }: { book: AdviceBook; salutation: Salutations | null },
): Scope {
  const { person, addressee, since, changes, language } = view;
  const scope: Scope = new Map();
  scope.set('person.name', namePiece(nameOf(person)));
  if (isFilled(person.givenName)) scope.set('person.givenName', namePiece(person.givenName));
  if (isFilled(person.familyName)) scope.set('person.familyName', namePiece(person.familyName));
  scope.set('code', linePiece(view.code));
  scope.set('word', linePiece(view.word));
  if (addressee && isFilled(nameOf(addressee))) scope.set('addressee.name', namePiece(nameOf(addressee)));
  if (salutation) scope.set('salutation', salutationPiece(view, salutation, scope));
  if (since) {
    scope.set('since.date', linePiece(dayInWords(since.date, language)));
    scope.set('since.notice', linePiece(since.notice));
  }
  if (changes) scope.set('changes', changeRows(changes, view, book));
  return scope;
}

/** Stands for no words: only whether it is there counts. */
const MARK: Piece = { html: '', text: '' };

function salutationPiece({ addressee }: LetterView, forms: Salutations, scope: Scope): Piece {
  const isNamed = scope.has('addressee.name');
  const form = !addressee ? forms.person : addressee.of === 'deceased' ? forms.kin : isNamed ? forms.guardian : forms.guardians; // prettier-ignore
  const piece: Piece = { html: '', text: '' };
  for (const [at, part] of form.split(/\{\{([\w.]+)\}\}/).entries()) {
    const { html, text } = at % 2 === 0 ? linePiece(part) : (scope.get(part) as Piece);
    piece.html += html;
    piece.text += text;
  }
  return piece;
}

function changeRows(changes: Change[], { kind, language }: LetterView, book: AdviceBook): Scope[] {
  return changes.map((change) => {
    const { title, words } = book.describeChange(change, kind === 'correction' ? 'correction' : 'follow-up', language);
    return new Map([
      ['title', linePiece(title)],
      ['words', linePiece(words)],
    ]);
  });
}

function dayInWords(isoDay: string, language: Language): string {
  return dateInWords(new Date(`${isoDay}T12:00:00Z`), language, 'UTC');
}

/** What is out and what to do about it, by action; things that call for the same advice share it. */
export function exposedScope(view: ExposedView, book: AdviceBook, medium: Medium = 'letter'): Scope {
  const { exposures, residence, language } = view;
  const scope: Scope = new Map();
  const byAction = (listed: ExposureView[]) =>
    listed
      .map((exposure) => ({ exposure, choice: book.choose(exposure), words: book.describe(exposure, language) }))
      .toSorted((a, b) => ACTIONS.indexOf(a.choice.action) - ACTIONS.indexOf(b.choice.action));
  const rows = byAction(exposures).map(
    ({ words }): Scope => new Map(Object.entries(words).map(([name, value]) => [name, linePiece(value)])),
  );
  if (rows.length > 0) scope.set('exposures', rows);
  const things = byAction(advised(view));
  for (const action of ACTIONS) {
    const ofAction = things.filter(({ choice }) => choice.action === action);
    if (ofAction.length === 0) continue;
    const groups = [...new Set(ofAction.map(({ choice }) => choice.key))].map((key) => {
      const sharing = ofAction.filter(({ choice }) => choice.key === key);
      const titles = [...new Set(sharing.map(({ words }) => words.title))].join(', ');
      const worst = worstOf(sharing.map(({ exposure }) => exposure));
      return { titles, advice: book.advice(key, language, situationOf(worst, residence ?? null), medium).piece };
    });
    scope.set(action, groups.map(({ titles, advice }): Scope => new Map([['title', linePiece(titles)], ['advice', advice]]))); // prettier-ignore
    if (action === 'renew') scope.set('renewTitles', linePiece(groups.map(({ titles }) => titles).join(', ')));
  }
  return scope;
}

/** Either name may be missing, not both. */
function nameOf({ givenName, familyName }: LetterView['person']): string {
  return [givenName, familyName].filter(isFilled).join(' ');
}

function linePiece(value: string): Piece {
  const text = plainLine(value);
  return { html: escapeHtml(text), text };
}

/** A name that switches the direction of writing must not switch that of our sentences. */
function namePiece(value: string): Piece {
  const { html, text } = linePiece(value);
  return { html: `<bdi>${html}</bdi>`, text: /[\u202A-\u202E\u2066-\u2069]/.test(text) ? `\u2068${text}\u2069` : text };
}
