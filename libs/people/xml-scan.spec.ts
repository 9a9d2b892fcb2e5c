import fc from 'fast-check';
import { XmlFault, XmlScanner, attribute, textOfXml } from './xml-scan.js';

/** The events of pieces of a document, texts put together. */
function eventsOf(pieces: string[]): string[] {
  const events: string[] = [];
  const scanner = new XmlScanner({
    open: (name, attributes) => events.push(`<${name}|${attributes.trim()}`),
    close: (name) => events.push(`>${name}`),
    text: (raw) => {
      const last = events.at(-1);
      if (last?.startsWith('=')) events[events.length - 1] = last + raw;
      else events.push(`=${raw}`);
    },
  });
  for (const piece of pieces) scanner.feed(piece);
  scanner.end();
  return events;
}

const DOCUMENT = `<?xml version="1.0"?><!-- <a> --><x:a  b='1>2' c = "d'e"><b/>text &amp; more<![CDATA[<raw> & ]]>é😀<c\n d="1"></c ></x:a>`;

describe('given a document', () => {
  it('when it is scanned, then its tags and texts are told in order, names without prefix', () => {
    expect(eventsOf([DOCUMENT])).toEqual([
      `<a|b='1>2' c = "d'e"`, '<b|', '>b', '=text &amp; more<raw> &amp; é😀', '<c|d="1"', '>c', '>a',
    ]); // prettier-ignore
  });

  it('when it comes in any pieces, then the same is told', () => {
    const whole = eventsOf([DOCUMENT]);
    fc.assert(
      fc.property(fc.array(fc.nat(DOCUMENT.length), { maxLength: 12 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), DOCUMENT.length];
        expect(eventsOf(places.slice(1).map((end, i) => DOCUMENT.slice(places[i], end)))).toEqual(whole);
      }),
    );
  });

  it.each(['<!DOCTYPE a>', '<a', '<a b="', '<![CDATA[ x', 'text without end'])(
    'when it holds %s, then it is refused',
    (document) => {
      expect(() => eventsOf([document])).toThrow(XmlFault);
    },
  );
});

describe('given attributes', () => {
  it.each([
    [' r="A1" t="s"', 'r', 'A1'], [' r="A1" t="s"', 't', 's'], [" x:r = 'A1'", 'r', 'A1'], [' formatCode="a &lt; &quot;b&quot;"', 'formatCode', 'a < "b"'],
    [' date-value="1" value="2"', 'value', '2'], [' values="1"', 'value', null], [' r=""', 'r', ''], ['', 'r', null], [' r', 'r', null], [' r="', 'r', null],
  ])('when they are %j, then %s is %j', (attributes, name, value) => expect(attribute(attributes, name)).toBe(value)); // prettier-ignore
});

describe('given text of XML', () => {
  it.each([
    ['a &lt;&gt;&amp;&quot;&apos; b', `a <>&"' b`], ['&#233;&#xE9;&#x1F600;', 'éé😀'], ['&unknown; &amp;lt; &#0;&#x110000;', '&unknown; &lt; '], ['& alone', '& alone'],
  ])('when it is %j, then it reads %j', (raw, text) => expect(textOfXml(raw)).toBe(text)); // prettier-ignore
});
