import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { CATEGORIES, DATA_KINDS } from '#libs/breach/index.js';
import { Assets } from './assets.js';
import { Views } from './views.js';

const require = createRequire(import.meta.url);

/** The HTML that the library itself makes of a component, as it ships it for tests of other makers. */
function fixture(component: string, name: string): string {
  const file = require.resolve(`govuk-frontend/dist/govuk/components/${component}/fixtures.json`);
  const { fixtures } = JSON.parse(readFileSync(file, 'utf8')) as { fixtures: { name: string; html: string }[] };
  return fixtures.find((one) => one.name === name)!.html;
}

/** Chosen sizes, and what only says how a browser helps with typing: no part of the component. */
const OURS = /^(govuk-\w+(__\w+)?--(s|small|width-\d+)|spellcheck=.*|autocomplete=.*|value=|rows=.*)$/;

/** Tags in order with their classes and attributes, without words: what a style or a screen reader builds upon. */
function shape(html: string): string[] {
  return [...html.matchAll(/<(\/?)(\w+)([^>]*)>/g)].map(([, end, tag, rest]) => {
    const attributes = [...rest!.matchAll(/([\w-]+)="([^"]*)"/g)].flatMap(([, name, value]) =>
      name === 'class' ? value!.split(' ') : [`${name}=${value}`],
    );
    return [`${end}${tag}`, ...attributes.filter((one) => !OURS.test(one)).toSorted()].join(' ');
  });
}

const views = new Views(new Assets());
const page = views.render('staff/breach-new', {
  language: 'en',
  languages: [],
  actor: null,
  catcher: false,
  fencedBreaches: 0,
  csrf: '',
  back: '',
  done: '',
  section: '',
  hasController: true,
  typed: {},
  categories: CATEGORIES,
  dataKinds: DATA_KINDS,
  problem: {
    message: '',
    faults: [
      { at: '', message: 'One' },
      { at: 'title', message: 'Two' },
      { at: 'isDrill', message: 'Three' },
      { at: 'dataKinds', message: 'Four' },
      { at: 'awareBasis', message: 'Five' },
    ],
  },
});

/** The part of the page around a field, up to the next one. */
function group(name: string): string {
  const parts = page.split(/(?=<div class="govuk-form-group)/).map((part) => part.split(/<(?:button|h2|\/form)/)[0]!);
  return parts.find((part) => part.includes(`name="${name}"`))!;
}

/** A component of the library, with the names of our field and its ids of items. */
function expected(component: string, name: string, was: string, is: string): string[] {
  return shape(fixture(component, name).replaceAll(was, is));
}

describe('given our partials, when they show a hint and a fault', () => {
  it('then a field is what the library makes of it', () => {
    expect(shape(group('title'))).toEqual(expected('input', 'with error and hint', 'with-error-hint', 'title'));
  });

  it('then a field of several lines is what the library makes of it, with its hint', () => {
    const own = shape(group('awareBasis')).map((tag) =>
      tag.replace('awareBasis-hint awareBasis-error', 'awareBasis-error'),
    );
    const hint = own.findIndex((tag) => tag.includes('govuk-hint'));
    expect(own.toSpliced(hint, 2)).toEqual(expected('textarea', 'with error message', 'no-ni-reason', 'awareBasis'));
  });

  it('then a choice of one is what the library makes of it', () => {
    const own = shape(
      group('isDrill')
        .replaceAll('isDrill-yes', 'isDrill-2')
        .replaceAll('"yes"', '"x"')
        .replaceAll('"no"', '"yes"')
        .replaceAll('"x"', '"no"'),
    );
    expect(own).toEqual(expected('radios', 'with hint and error message', 'example-error-message-hint', 'isDrill'));
  });

  it('then a choice of several begins as the library makes it, and the link of the summary leads to its first box', () => {
    const own = shape(group('dataKinds')).slice(0, 11);
    const library = expected('checkboxes', 'with error message and hint', 'example', 'dataKinds').slice(0, 11);
    expect(own).toEqual(library.map((tag) => tag.replace('value=british', 'value=id-card')));
    expect(group('dataKinds')).toMatch(/<input[^>]* id="dataKinds"/);
  });

  it('then the summary is what the library makes of it', () => {
    const own = /<div class="govuk-error-summary"[^]*?<\/div><\/div>/.exec(page.replaceAll(/>\s+</g, '><'))![0];
    const library = expected('error-summary', 'mixed with and without links', 'example-error-1', 'title');
    const items = shape(own).slice(0, library.length - 4);
    expect(items).toEqual(library.slice(0, -4));
  });
});
