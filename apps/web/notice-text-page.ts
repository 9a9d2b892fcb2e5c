import { Injectable } from '@nestjs/common';
import {
  PLACEHOLDERS,
  PREVIEW_RULES,
  TextPreviewsService,
  diffTexts,
  getNotice,
  getText,
  listTextVersions,
  requireNoticeOf,
  textStatesOf,
  type Finding,
  type Notice,
  type TextState,
} from '#libs/letters/index.js';
import { LANGUAGE_NAMES, Problem, type Language } from '#libs/platform/index.js';
import { accountNames, may } from '#libs/staff/index.js';
import { BreachFrame } from './breach-frame.js';
import type { Session } from './guard.js';
import { field, type Form } from './pages.js';
import { faultInWords } from './problem-words.js';
import { Views } from './views.js';

/** What a form of the page holds; without a source it is the newest version that is shown. */
export interface Typed {
  source?: string | null;
  basedOn?: number;
  person: string;
  as?: string;
  follows?: string;
}

/** Whose letter may be shown, as the list on the page offers it. */
export const PREVIEWED = ['invented', 'reference', ...PREVIEW_RULES] as const;

/** What stands beside a text: its subject, what is faulty or missing, and what the linter says. */
export interface Looked {
  subject: string;
  fault: { line: string; message: string } | null;
  missing: string[];
  findings: Finding[];
}

interface Place {
  reference: string;
  notice: string;
  language: Language;
}

/** What the page shows that writes a letter's text. */
@Injectable()
export class NoticeTextPage {
  constructor(
    private readonly frame: BreachFrame,
    private readonly previews: TextPreviewsService,
    private readonly views: Views,
  ) {}

  /** `error`, where something was refused: after somebody else saved, the page shows what differs. */
  async context(session: Session, place: Place, typed: Typed, error?: unknown): Promise<Record<string, unknown>> {
    const { frame, more } = await this.frame.read(session.actor, place.reference, 'letters', async (tx) => {
      await requireNoticeOf(tx, place.reference, place.notice);
      const notice = await getNotice(tx, place.notice);
      const newest = await getText(tx, notice.id, place.language);
      const states = await textStatesOf(tx, notice);
      const versions = await listTextVersions(tx, notice, place.language);
      const names = await accountNames(tx, [
        ...new Set([...versions.map((one) => one.author), ...states.flatMap(accountsOf)]),
      ]);
      return { notice, newest, states, versions, names };
    });
    const { notice, newest, states, versions, names } = more;
    const source = typed.source ?? newest.body;
    const hasConflict = error instanceof Problem && error.code === 'notice.text-changed' && typed.source != null;
    const state = states.find((one) => one.language === place.language)!;
    return {
      ...frame,
      notice,
      textLanguage: place.language,
      textLanguageName: LANGUAGE_NAMES[place.language],
      tabs: tabsOf(states, names, place.language),
      state: { ...state, checkedBy: state.checked ? (names.get(state.checked.by) ?? '') : '' },
      source,
      basedOn: newest.version,
      conflict: hasConflict ? diffTexts(newest.body, source) : null,
      mayEdit: this.mayEdit(session, notice),
      mayTakeBack: may(session.actor.roles, 'notice.write') && ['submitted', 'approved'].includes(notice.state),
      mayPreview: may(session.actor.roles, 'people.read'),
      previewed: PREVIEWED,
      typed: {
        as: typed.as ?? (typed.person ? 'reference' : 'invented'),
        person: typed.person,
        follows: typed.follows ?? (state.behind ? 'yes' : 'no'),
        form: 'html',
      },
      personQuery: typed.person ? `?person=${encodeURIComponent(typed.person)}` : '',
      isTyped: typed.source != null,
      placeholders: placeholders(),
      versions: versions.map((one) => ({ ...one, authorName: names.get(one.author) ?? '' })).toReversed(),
      looked: await this.lookAt(session, place, { person: typed.person, source: typed.source ?? null }),
      noPerson: false,
    };
  }

  mayEdit(session: Session, notice: Notice): boolean {
    return notice.state === 'draft' && may(session.actor.roles, 'notice.write');
  }

  /** The reference of the person whose letter the form asks for; empty for somebody invented, or where nobody is there. */
  async choose(session: Session, notice: string, form: Form): Promise<string> {
    const as = field(form, 'as');
    if (as === 'invented') return '';
    if (as !== 'reference') return (await this.previews.choose(session.actor, notice, as)) ?? '';
    const reference = field(form, 'person');
    const message = 'Enter the reference of a person of this breach.';
    const code = 'preview.reference';
    if (reference === '') throw new Problem('bad-input', 'person.unknown', message, [{ at: 'person', message, code }]);
    await this.previews.ofPerson(session.actor, notice, reference);
    return reference;
  }

  /** A faulty text is no reason to show nothing: its fault is. */
  async lookAt(session: Session, { notice, language }: Place, { person, source = null }: Typed): Promise<Looked> {
    const shown = may(session.actor.roles, 'people.read') ? person : '';
    try {
      const { subject, missing } = await this.previews.ofText(session.actor, notice, language, shown, source);
      const wordsIn = session.actor.language;
      const findings = await this.previews.findings(session.actor, notice, language, shown, source, wordsIn);
      return { subject, missing, findings, fault: null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'template.faulty') {
        const fault = error.faults[0] ?? { at: '', message: error.message };
        const line = /\d+/.exec(fault.at)?.[0] ?? '1';
        const { message } = faultInWords(this.views, session.actor.language, fault);
        return { subject: '', missing: [], findings: [], fault: { line, message } };
      }
      if (error.kind === 'not-found' && shown !== '')
        return await this.lookAt(session, { reference: '', notice, language }, { person: '', source });
      throw error;
    }
  }
}

function accountsOf({ newest, checked }: TextState): string[] {
  return [newest.author, ...(checked ? [checked.by] : [])];
}

/** The four languages with where each stands. */
export function tabsOf(
  states: TextState[],
  names: Map<string, string>,
  current: Language | null,
): Record<string, unknown>[] {
  return states.map(({ language, newest, checked, behind }) => ({
    language,
    name: LANGUAGE_NAMES[language],
    isCurrent: language === current,
    isShipped: newest.isShipped,
    version: newest.version,
    by: names.get(newest.author) ?? '',
    at: newest.at,
    isChecked: checked !== null && behind === null,
    behind: behind ? behind.language : null,
  }));
}

/** Every placeholder with what it puts into a text: a list with a row that names all of it. */
export function placeholders(): { name: string; words: string; insert: string }[] {
  return Object.entries(PLACEHOLDERS).map(([name, kind]) => {
    const words = `placeholder.${name}`;
    if (kind === 'line') return { name, words, insert: `{{${name}}}` };
    if (kind === 'mark') return { name, words, insert: `\n\n{{#if ${name}}}\n\n{{/if}}\n\n` };
    if (kind === 'prose') return { name, words, insert: `\n\n{{${name}}}\n\n` };
    const fields = Object.keys(kind).map((field) => `{{${field}}}`);
    const hasProse = Object.values(kind).includes('prose');
    const row = hasProse ? fields.join('\n\n') : `- ${fields.join(' ')}`;
    return { name, words, insert: `\n\n{{#each ${name}}}\n${row}\n{{/each}}\n\n` };
  });
}
