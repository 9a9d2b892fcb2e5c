import type { Response } from 'light-my-request';
import { BreachesService } from '#libs/breach/index.js';
import { NoticesService, letterTemplates } from '#libs/letters/index.js';
import { RosterImportService, sourceOfBytes } from '#libs/people/index.js';
import { LANGUAGES, Problem, type Language } from '#libs/platform/index.js';
import type { Actor } from '#libs/staff/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { testWeb, type TestBrowser, type TestWeb } from '#test/support/web-browser.js';
import { problemInWords } from './problem-words.js';
import { Views } from './views.js';

const TEXTS = {
  whatHappened: 'Een indringer heeft onze mailserver gelezen.',
  likelyConsequences: 'Iemand kan zich voor u uitgeven.',
  measuresTaken: 'We hebben de server vervangen.',
};
const ROSTER = `reference,category,language,given_name,private_email,documents
P-1,staff,nl,Lotte,lotte@post.example,BE:id-card:scan:confirmed
P-2,staff,fr,Luc,luc@post.example,BE:id-card:scan:confirmed
P-3,staff,nl,Tom,tom@post.example,XX:id-card:scan:confirmed
`;
const english = letterTemplates('initial').en;

/** What is faulty in a text, each in one way. */
const FAULTY_TEXTS = {
  'too long': english + 'a'.repeat(100_001),
  'no salutation': english.replace('{{salutation}}', ''),
  'no front matter': 'Dear all,',
  'front matter that is no list of values': english.replace('language: en', 'language: "en'),
  'front matter with too much': english.replace('language: en', 'language: en\ncolour: red'),
  'a reserved character': `${english}\uE000`,
  'three braces': `${english}\n{{{code}}}`,
  'a tilde': `${english}\n{{~code}}`,
  'a block that shares its line': `${english}\nA {{#if minor}}child{{/if}}.`,
  'a block that is not closed': `${english}\n{{#if minor}}\n`,
  'a list as a value': `${english}\n{{renew}}`,
  'a mark as a value': `${english}\n{{minor}}`,
  'a part from elsewhere': `${english}\n{{> footer}}`,
  'two names': `${english}\n{{code word}}`,
  'an unknown value': `${english}\n{{cod}}`,
  'blocks too deep': `${english}\n${'{{#if minor}}\n'.repeat(5)}${'{{/if}}\n'.repeat(5)}`,
  'a value as a list': `${english}\n{{#each code}}\n- a\n{{/each}}`,
  'an else of a list': `${english}\n{{#each renew}}\n- a\n{{else}}\n- b\n{{/each}}`,
  'paragraphs within a line': `${english}\nWe say {{breach.whatHappened}}`,
  'an unseen character': `${english}\u0007`,
  'another language': english.replace('language: en', 'language: fr'),
  'no code': english.replaceAll('{{code}}', ''),
  'what only others have': `${english}\n{{since.date}}`,
};

let web: TestWeb;
let actor: Actor;
let breach: string;
let notice: string;
const browsers: Record<'hr' | 'dpo', Partial<Record<Language, TestBrowser>>> = { hr: {}, dpo: {} };

beforeAll(async () => {
  web = await testWeb();
  actor = await web.accounts.actorByEmail((await web.account(['hr', 'dpo'])).email, 'web');
  const file = { facts: someFacts(), controller: aController({ kind: 'other' }), texts: { nl: TEXTS } };
  breach = (await web.app.get(BreachesService).open(actor, file)).reference;
  const source = sourceOfBytes(Buffer.from(ROSTER));
  await web.app.get(RosterImportService, { strict: false }).import(actor, breach, source, { keepGood: true });
  notice = (await web.app.get(NoticesService).draft(actor, breach, 'initial')).reference;
  for (const role of ['hr', 'dpo'] as const) {
    for (const language of LANGUAGES) {
      const browser = await web.browser([role]);
      await browser.post('/account/language', { language });
      browsers[role][language] = browser;
    }
  }
});
afterAll(() => web?.close());

/** Sentences of a page that say what is wrong. */
function problemsOf({ body, headers }: Response): string[] {
  if (String(headers['content-type']).startsWith('text/plain')) return [body];
  const said = [
    ...body.matchAll(/<p class="govuk-error-message"[^>]*>[\s\S]*?<\/span>([\s\S]*?)<\/p>/g),
    ...body.matchAll(/<div class="govuk-error-summary__body">([\s\S]*?)<\/div>/g),
    ...body.matchAll(/<div class="t-panel">[\s\S]*?<ul[^>]*>([\s\S]*?)<\/ul>/g),
    ...body.matchAll(/<h1 class="govuk-heading-l">([\s\S]*?)<\/h1>/g),
  ];
  return said.flatMap(([, part]) => part!.split(/<[^>]+>/)).map((one) => one.trim()).filter((one) => /\p{L}{3}.* /u.test(one)); // prettier-ignore
}

/** English words that are none of the other languages. */
const ENGLISH = /\b(the|this|that|what|with|write|choose|enter|which|your|not|letter|every)\b/i;

/**
 * What of the answers to the same request in the four languages is wrong: another status, nothing said, or a sentence
 * that is English, or lacks what it should name.
 */
async function leftoversOf(
  role: 'hr' | 'dpo',
  ask: (browser: TestBrowser) => Promise<Response>,
  status: number,
): Promise<string[]> {
  const said = {} as Record<Language, string[]>;
  const wrong: string[] = [];
  for (const language of LANGUAGES) {
    const browser = browsers[role][language]!;
    await browser.get(`/breaches/${breach}/notices`);
    const answer = await ask(browser);
    said[language] = problemsOf(answer);
    if (answer.statusCode !== status) wrong.push(`${language}: ${answer.statusCode}`);
    if (said[language].length === 0) wrong.push(`${language}: nothing said`);
  }
  for (const language of ['nl', 'fr', 'de'] as const) {
    for (const sentence of said[language]) {
      const prose = sentence.replaceAll(/&#?\w+;|"[^"]*"|\{\{[^}]*\}\}|[\w.]+, /g, ' ');
      if (said.en.includes(sentence) || ENGLISH.test(prose) || /(?<!\{)\{\w+\}(?!\})/.test(sentence))
        wrong.push(sentence);
    }
  }
  return wrong;
}

const at = (path: string): string => `/breaches/${breach}/${path}`;
const ofNotice = (path: string): string => at(`notices/${notice}${path}`);
const typed = (source: string): Record<string, string> => ({ source, basedOn: '1', follows: 'no', person: '', as: '' });

describe('what pages say of a problem, in the language of the account', () => {
  it.each(Object.entries(FAULTY_TEXTS))('given a text with %s, when it is saved or looked at', async (_, source) => {
    expect(await leftoversOf('hr', (browser) => browser.post(ofNotice('/text/en'), typed(source)), 422)).toEqual([]);
    expect(await leftoversOf('hr', (browser) => browser.post(ofNotice('/text/en/letter'), typed(source)), 200)).toEqual(
      [],
    );
  });

  it.each([
    ['notices', { kind: 'follow-up' }, 409],
    ['notices', { kind: 'reminder' }, 409],
    ['notices', { kind: 'rumour' }, 422],
    ['notices', { kind: 'initial', subject: 'loud' }, 422],
    ['communications/publications', { medium: 'smoke', place: '', from: 'soon' }, 422],
    ['communications/publications', { medium: 'press', place: 'A', from: '2026-01-01', languages: 'fr' }, 422],
  ])('given %s, when %j is sent', async (path, form, status) => {
    expect(await leftoversOf('hr', (browser) => browser.post(at(path), form), status)).toEqual([]);
  });

  it.each([
    ['hr', '/submit', {}, 409],
    ['dpo', '/approve', {}, 409],
    ['dpo', '/return', { note: '' }, 422],
    ['dpo', '/override', { rule: 'hedge', language: 'nl', reason: '' }, 422],
    ['dpo', '/override', { rule: 'hedge', language: 'nl', reason: 'Because.' }, 422],
    ['hr', '/override', { rule: 'hedge', language: 'nl', reason: 'Because.' }, 403],
    ['hr', '/text/en', { ...typed(english), basedOn: '7' }, 409],
    ['hr', '/text/en/versions/9/again', { basedOn: '1' }, 404],
    ['hr', '/text/en/person', { ...typed(english), as: 'reference' }, 422],
    ['hr', '/text/en/person', { ...typed(english), as: 'reference', person: 'X-9' }, 422],
    ['hr', '/text/en/person', { ...typed(english), as: 'youngest' }, 422],
    ['hr', '/letter', { as: 'reference', person: '' }, 422],
    ['hr', '/letter', { as: 'reference', person: 'X-9' }, 422],
    ['hr', '/text/es', {}, 404],
  ] as const)('given a notice, when a %s sends a faulty %s', async (role, path, form, status) => {
    expect(await leftoversOf(role, (browser) => browser.post(ofNotice(path), form), status)).toEqual([]);
  });

  it.each([
    ['notices/N-1999-0001', 404],
    ['communications/public?language=fr', 200],
    ['communications/public/download?language=fr&form=md', 409],
    ['communications/rumour', 404],
    ['communications/publications/00000000-0000-7000-8000-000000000000/end', 404],
    ['notices/NOTICE/text/en/versions/9', 404],
    ['notices/NOTICE/preview?person=P-1&form=smoke', 422],
    ['notices/NOTICE/preview?person=X-9', 404],
    ['notices/NOTICE', 200],
  ])('given %s, when it is opened', async (path, status) => {
    expect(await leftoversOf('hr', (browser) => browser.get(at(path.replace('NOTICE', notice))), status)).toEqual([]);
  });

  it('given a form of another session, when it is sent', async () => {
    expect(await leftoversOf('hr', (browser) => browser.post(at('notices'), { _csrf: 'none' }), 403)).toEqual([]);
  });
});

it('given a sentence without words in locales, when it is shown, then it is shown as it is', () => {
  const problem = new Problem('refused', 'port.taken', 'Choose another port.', [{ at: 'port', message: 'Not this.' }]);
  expect(problemInWords(web.app.get(Views), 'fr', problem)).toEqual({
    message: 'Choose another port.',
    faults: [{ at: 'port', message: 'Not this.' }],
  });
});
