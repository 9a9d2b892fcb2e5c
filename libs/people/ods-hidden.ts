import { unzip, zipEntries } from './zip-archive.js';

/** What an OpenDocument spreadsheet hides, by sheet; nothing for other formats, whose reader tells. */
export interface OdsHidden {
  sheets: string[];
  rows: Record<string, number>;
  columns: Record<string, number>;
}

const MOST_XML = 200 * 1024 * 1024;

/** Reads from content.xml which tables are not displayed and which rows and columns are collapsed or filtered away. */
export function hiddenInOds(bytes: Buffer): OdsHidden {
  const hidden: OdsHidden = { sheets: [], rows: {}, columns: {} };
  const entries = zipEntries(bytes);
  if (!entries?.some((entry) => entry.name === 'mimetype')) return hidden;
  const content = entries.find((entry) => entry.name === 'content.xml');
  const xml = content ? unzip(bytes, content, MOST_XML)?.toString('utf8') : undefined;
  if (!xml) return hidden;
  const hiddenStyles = new Set(
    [
      ...xml.matchAll(
        /<style:style [^>]*style:name="([^"]*)"[^>]*>\s*<style:table-properties[^>]*table:display="false"/g,
      ),
    ].map((match) => match[1]),
  );
  for (const part of xml.split('<table:table ').slice(1)) {
    const head = part.slice(0, part.indexOf('>'));
    const name = unescaped(/table:name="([^"]*)"/.exec(head)?.[1] ?? '');
    const style = /table:style-name="([^"]*)"/.exec(head)?.[1] ?? '';
    if (hiddenStyles.has(style)) hidden.sheets.push(name);
    hidden.rows[name] = countHidden(part, 'row');
    hidden.columns[name] = countHidden(part, 'column');
  }
  return hidden;
}

function countHidden(table: string, what: 'row' | 'column'): number {
  let count = 0;
  for (const [tag] of table.matchAll(
    new RegExp(`<table:table-${what} [^>]*table:visibility="(?:collapse|filter)"[^>]*>`, 'g'),
  )) {
    count += Number(new RegExp(`table:number-${what}s-repeated="(\\d+)"`).exec(tag)?.[1] ?? 1);
  }
  return count;
}

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
