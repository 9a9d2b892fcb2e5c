import { breachFactsSchema, controllerSchema } from '#libs/breach/index.js';
import { changedValues } from '#libs/letters/index.js';
import { LANGUAGES } from '#libs/platform/index.js';
import { aController, someFacts } from '#test/support/given-breach.js';
import { FACT_WORDS, factPattern, factsInWords } from './fact-words.js';
import { Views } from './views.js';

const claim = { at: '2026-01-05T10:00:00+01:00', certainty: 'estimated', source: 'The provider' };
const facts = breachFactsSchema.parse(
  someFacts({
    occurredFrom: [claim],
    occurredTo: [claim],
    detected: claim,
    estimatedPersons: 2_000,
    measures: [{ kind: 'contain', what: 'Cut it off', done: true }],
    renewalCosts: { paidBy: 'controller', upTo: [{ country: 'BE', kind: 'passport', cents: 7_550, currency: 'EUR' }] },
  }),
);
const controller = controllerSchema.parse(aController({ window: 'right' }));
const views = new Views({ urls: {} } as never);
const shown = (language: 'nl' | 'fr' | 'de' | 'en', before: unknown, now: unknown) =>
  factsInWords(views, language, 'Europe/Brussels', changedValues(before, now));

describe('facts that changed, in words', () => {
  it('given every value that facts and controller can have, then each has its name, and each name is of one', () => {
    // An example with every field, so that a new field of the schemas is missed here.
    expect(Object.keys(facts).toSorted()).toEqual(Object.keys(breachFactsSchema.shape).toSorted());
    expect(Object.keys(controller).toSorted()).toEqual(Object.keys(controllerSchema.shape).toSorted());
    const paths = [...changedValues({}, facts), ...changedValues({}, controller)].map(({ path }) => factPattern(path));
    expect([...new Set(paths)].toSorted()).toEqual(Object.keys(FACT_WORDS).toSorted());
  });

  it.each(LANGUAGES)(
    'given all of them, when they are shown in %s, then none says its name in the file',
    (language) => {
      for (const [before, now] of [
        [{}, facts],
        [{}, controller],
        [facts, {}],
      ] as const) {
        for (const one of shown(language, before, now)) {
          expect(one.label).not.toMatch(/[a-z][A-Z]|^\p{Ll}+$/u);
          expect(`${one.before} ${one.now}`).not.toMatch(/\[object|undefined|NaN|id-card|external-malicious/);
        }
      }
    },
  );

  it('given facts that changed, when they are shown, then each with its old and its new value', () => {
    const now = { ...facts, cause: 'unknown', dataKinds: ['id-card', 'cv'], estimatedPersons: undefined };
    expect(shown('fr', facts, now)).toEqual([
      { label: 'Cause de la violation', before: 'Une personne extérieure, intentionnellement', now: 'Inconnue' },
      {
        label: expect.any(String) as string,
        before: expect.stringContaining('Passeport') as string,
        now: 'Carte d’identité; CV',
      },
      { label: expect.any(String) as string, before: '2\u202f000', now: 'rien' },
    ]);
    const moved = { ...controller, sender: { ...controller.sender, name: 'Agence' }, name: { nl: 'Het Agentschap' } };
    expect(shown('nl', controller, moved)).toMatchObject([
      { label: 'Verwerkingsverantwoordelijke · Engels', before: 'The Agency', now: 'niets' },
      { before: 'The Agency', now: 'Agence' },
    ]);
  });
});
