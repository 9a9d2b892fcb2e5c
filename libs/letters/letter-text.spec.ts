import { Problem } from '#libs/platform/index.js';
import { compileLetterOfKind, requireSoundTemplates } from './letter-text.js';
import type { NoticeKind } from './notice-kind.js';
import { letterTemplates } from './template-files.js';

function faultOf(source: string, kind: NoticeKind): string {
  try {
    compileLetterOfKind(source, kind, 'en');
    return 'taken';
  } catch (error) {
    if (error instanceof Problem && error.code === 'template.faulty') return error.message;
    throw error;
  }
}

describe('the text of a kind of letter', () => {
  it('given the shipped files, then the start goes on', () => {
    expect(() => requireSoundTemplates()).not.toThrow();
  });

  it.each<[string, NoticeKind, (text: string) => string, string]>([
    ['without the code', 'initial', (text) => text.replace('{{code}}', ''), 'Name {{code}}'],
    ['without a greeting of the person', 'reminder', (text) => text.replace("'Dear {{person.name}},'", 'Hello'), '"person"'],
    ['without what changed', 'follow-up', (text) => text.replace(/\{\{#each changes\}\}[^]*?\{\{\/each\}\}/, ''), 'Name {{changes}}'],
    ['without the day of the former letter', 'reminder', (text) => text.replaceAll('{{since.date}}', 'May'), 'Name {{since.date}}'],
    ['of a first letter that names a former one', 'initial', (text) => `${text}\n{{since.notice}}`, 'Take out {{since.notice}}'],
    ['of a reminder that says what changed', 'reminder', (text) => `${text}\n{{#if changes}}\nx\n{{/if}}`, 'Take out {{changes}}'],
    ['in another language', 'correction', (text) => text.replace('language: en', 'language: fr'), 'language: en'],
  ])('given a text %s, then it is refused and says what to do', (_, kind, spoil, mend) => {
    const text = letterTemplates(kind).en;
    expect(faultOf(text, kind)).toBe('taken');
    expect(faultOf(spoil(text), kind)).toContain(mend);
  }); // prettier-ignore
});
