import type { Found } from './lint-rules.js';

/** Words that stand for a value in texts that somebody was to fill in. */
const FIELD_WORD =
  /(?<![\p{L}])(?:insert|your|recipient|first ?name|last ?name|surname|full ?name|given ?name|family ?name|name|title|date|company|organi[sz]ation|address|number|phone|telephone|email|e-mail|amount|details|describe|fill in|add|signature|reference|invullen|vul|voornaam|achternaam|familienaam|naam|datum|bedrijf|bedrijfsnaam|organisatie|adres|nummer|telefoon(?:nummer)?|bedrag|aanhef|omschrijf|beschrijf|handtekening|kenmerk|insérer|insérez|compléter|à compléter|prénom|nom|date|société|entreprise|organisme|organisation|adresse|numéro|téléphone|montant|décrire|décrivez|préciser|signature|référence|einfügen|ausfüllen|eintragen|vorname|nachname|name|firma|unternehmen|anschrift|adresse|nummer|telefon(?:nummer)?|betrag|beschreiben|unterschrift|aktenzeichen)(?![\p{L}])/iu;

const HTML =
  /^\/?(?:a|abbr|address|article|b|blockquote|body|br|center|cite|code|col|dd|del|div|dl|dt|em|font|footer|h[1-6]|head|header|hr|html|i|img|input|ins|li|link|main|meta|nav|ol|p|pre|q|s|section|small|span|strike|strong|style|sub|sup|table|tbody|td|tfoot|th|thead|title|tr|u|ul|video|picture|source)\b/i;

const SHAPES: [shape: RegExp, isOne: (text: string, inner: string) => boolean][] = [
  [/\{\{([^{}\n]{0,200})\}\}/gu, () => true],
  [/\$\{([^{}\n]{1,80})\}/gu, () => true],
  [/(?<![{$])\{([\p{L}_][\p{L}\p{N}_. -]{0,40})\}(?!\})/gu, () => true],
  [/<%([^%\n]{0,120})%>/gu, () => true],
  [/\(\(([\p{L}_][^()\n]{0,60})\)\)/gu, () => true],
  [/(?<![%\p{L}\p{N}])%([\p{L}_][\p{L}\p{N}_]{1,30})%/gu, () => true],
  [/(?<![#\p{L}])#([\p{Lu}][\p{Lu}_]{2,30})#/gu, () => true],
  [/@@([\p{L}_]{2,30})@@/gu, () => true],
  [/<<([\p{L}_][^<>\n]{0,60})>>/gu, () => true],
  [
    /\u00ab([\p{L}_]{2,40})\u00bb/gu,
    (_, inner) => /_/.test(inner) || FIELD_WORD.test(inner) || /^\p{Lu}{3,}$/u.test(inner),
  ],
  [/(?<![\p{L}\p{N}\]!\\])\[([^[\]\n]{1,120})\](?![([:])/gu, (_, inner) => isBracketed(inner)],
  [/<([\p{L}_/][^<>\n]{1,60})>/gu, (_, inner) => !HTML.test(inner) && !/[@:="/]/.test(inner)],
  [
    /(?<![\p{L}\p{N}])(lorem ipsum|lorem|dolor sit amet|TODO|TBD|TBC|FIXME|t\.?b\.?d\.?|n\.t\.b\.|à compléter|noch (?:einzufügen|auszufüllen|zu ergänzen)|(?:nog )?in te vullen|to be (?:completed|confirmed|filled in))(?![\p{L}\p{N}])/giu,
    (text) => !/^t\.?b\.?d/.test(text),
  ],
  [/(?<![\p{L}\p{N}_])_{4,}(?![\p{L}\p{N}_])|\?{4,}|(?<!\.)\.{6,}(?!\.)|…{3,}/gu, () => true],
];

const CROSSED = /(?<![\p{L}\p{N}.*•-])(?:[Xx]{2,}|[Xx]{1,4}(?=[ ./-][Xx]{1,4}(?![\p{L}])))[\p{N}Xx*•./ -]{0,40}/gu;

/** Places that somebody was to fill in and did not. */
export function findPlaceholders(source: string): Found[] {
  const found: Found[] = [];
  const taken: [number, number][] = [];
  for (const [shape, isOne] of SHAPES) {
    for (const match of source.matchAll(shape)) {
      const { index, 0: text } = match;
      if (!isOne(text, match[1] ?? '') || taken.some(([from, to]) => index < to && index + text.length > from))
        continue;
      taken.push([index, index + text.length]);
      found.push({ rule: 'placeholder', at: index, it: text.slice(0, 60) });
    }
  }
  for (const { index, 0: text } of source.matchAll(CROSSED)) {
    // XXXX beside digits is a number that was made unreadable on purpose.
    if (/\d/.test(text) || /\d[ ./-]?$/.test(source.slice(Math.max(0, index - 2), index))) continue;
    const crosses = text.match(/x/giu)!.length;
    if (crosses < 3 || /^[Xx]+$/.test(text.trim()) !== /^(?:X+|x+)$/.test(text.trim())) continue;
    if (taken.some(([from, to]) => index < to && index + text.length > from)) continue;
    found.push({ rule: 'placeholder', at: index, it: text.trim().slice(0, 60) });
  }
  return found;
}

/** `[NAME]`, `[date of the breach]`; not `[1]`, `[x]` nor words that somebody added to a quotation. */
function isBracketed(inner: string): boolean {
  const text = inner.trim();
  if (text === '…' || text === '...' || /^_{2,}$/.test(text) || /^\.{3,}$/.test(text)) return true;
  if (!/\p{L}{2}/u.test(text)) return false;
  return FIELD_WORD.test(text) || /^[\p{Lu}\p{N}_ /'-]{2,}$/u.test(text) || /^[xX]{2,}$/.test(text);
}
