/**
 * What a stored number is to be read as, by the format of its cell. Spreadsheets store days and times as numbers of
 * days since an epoch, so only the format tells `27/01/1995` from 34726.
 */
export type NumberKind = 'plain' | 'day' | 'moment' | 'time' | 'length' | 'formatted';

/** Formats that spreadsheets number instead of writing them (ECMA-376, 18.8.30); East Asian days are days here too. */
const BUILT_IN: Record<number, string> = {
  0: 'General', 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 9: '0%', 10: '0.00%', 11: '0.00E+00', 12: '# ?/?', 13: '# ??/??',
  14: 'yyyy-mm-dd', 15: 'd-mmm-yy', 16: 'd-mmm', 17: 'mmm-yy', 18: 'h:mm AM/PM', 19: 'h:mm:ss AM/PM', 20: 'h:mm', 21: 'h:mm:ss', 22: 'yyyy-mm-dd h:mm',
  27: 'yyyy-mm-dd', 28: 'yyyy-mm-dd', 29: 'yyyy-mm-dd', 30: 'yyyy-mm-dd', 31: 'yyyy-mm-dd', 32: 'h:mm', 33: 'h:mm:ss', 34: 'h:mm', 35: 'h:mm:ss', 36: 'yyyy-mm-dd',
  37: '#,##0;-#,##0', 38: '#,##0;-#,##0', 39: '#,##0.00;-#,##0.00', 40: '#,##0.00;-#,##0.00', 41: '#,##0;-#,##0', 42: '#,##0;-#,##0', 43: '#,##0.00;-#,##0.00', 44: '#,##0.00;-#,##0.00',
  45: 'mm:ss', 46: '[h]:mm:ss', 47: 'mm:ss.0', 48: '##0.0E+0', 49: '@',
  50: 'yyyy-mm-dd', 51: 'yyyy-mm-dd', 52: 'yyyy-mm-dd', 53: 'yyyy-mm-dd', 54: 'yyyy-mm-dd', 55: 'yyyy-mm-dd', 56: 'yyyy-mm-dd', 57: 'yyyy-mm-dd', 58: 'yyyy-mm-dd',
}; // prettier-ignore

export function builtInFormat(id: number): string {
  return BUILT_IN[id] ?? 'General';
}

/** What a format makes of a number: by its first section, without quoted text, colours, locales and padding. */
export function kindOfFormat(format: string): NumberKind {
  const bare = format
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[(?!(?:h+|m+|s+)\])[^\]]*\]/gi, '')
    .split(';', 1)[0]!;
  if (bare === '@' || bare === '' || /general/i.test(bare)) return bare === format ? 'plain' : 'formatted';
  if (/[0#?]/.test(bare.replace(/[sS]\.0+/, ''))) return 'formatted';
  if (/\[(?:h+|m+|s+)\]/i.test(bare)) return 'length';
  const hasClock = /[hs]/i.test(bare);
  const hasDay = /[dy]/i.test(bare) || (/m/i.test(bare) && !hasClock);
  if (hasDay) return hasClock ? 'moment' : 'day';
  return hasClock ? 'time' : 'formatted';
}

/** Writes numbers in a format of a spreadsheet: the library's, given in because it is heavy to load. */
export type FormatNumber = (format: string, value: number) => string;

/**
 * A number as its reader sees it. A plain number is written in full, a fraction to the 15 digits that a spreadsheet keeps, so that
 * a national number stays whole where a narrow column would show 8.50730E+10; a day is ISO, because 01/02/95 is two
 * different days; a time is hours, minutes, seconds; anything else is written in the cell's own format.
 */
export function numberText(value: number, format: string, kind: NumberKind, is1904: boolean, write: FormatNumber): string {
  if (kind === 'plain') return plainNumberText(value);
  if (kind === 'formatted') return formatted(value, format, write);
  const text =
    kind === 'length' ? timeText(value)
    : kind === 'time' ? timeText(value % 1)
    : dayText(value, is1904, kind === 'moment');
  // No day of the calendar of spreadsheets: what is seen then is the number itself, or a row of signs.
  return text ?? plainNumberText(value);
} // prettier-ignore

export function plainNumberText(value: number): string {
  const size = Math.abs(value);
  if (Number.isSafeInteger(value)) return String(value);
  const digits = Number(value.toPrecision(15));
  if (size !== 0 && (size >= 1e15 || size < 1e-9))
    return digits
      .toExponential()
      .toUpperCase()
      .replace(/E([+-])(\d)$/, 'E$10$2');
  return String(digits).toUpperCase();
}

/** The usual formats are written here, because the library takes far longer for each. */
function formatted(value: number, format: string, write: FormatNumber): string {
  if (/^0+$/.test(format) && value >= 0 && value < 1e15) return String(Math.round(value)).padStart(format.length, '0');
  try {
    return write(format, value).trim();
  } catch {
    // A format that nobody can write: the number is what there is.
    return plainNumberText(value);
  }
}

const DAY = 86_400_000;
/** The first and last moments that spreadsheets can show are 1900 and 9999. */
const LAST_SERIAL = 2_958_466;

/** ISO of a number of days. Serial 60 is the 29th of February 1900, which never was but is counted. */
function dayText(serial: number, is1904: boolean, withTime: boolean): string | null {
  if (!(serial >= 0) || serial >= LAST_SERIAL) return null;
  const days = is1904 ? serial + 1_462 : serial;
  if (days >= 60 && days < 61) return '1900-02-29';
  const epoch = days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
  const iso = new Date(epoch + Math.round(days * 86_400) * 1_000).toISOString();
  const hasTime = withTime && !iso.endsWith('T00:00:00.000Z');
  return hasTime ? iso.slice(0, 19).replace('T', ' ') : iso.slice(0, 10);
}

/** `09:05:00`; a length of more than a day goes on counting hours. */
export function timeText(days: number): string | null {
  if (!(days >= 0) || days > 1_000_000) return null;
  const seconds = Math.round((days * DAY) / 1_000);
  const parts = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** A text of a workbook with its escaped control characters resolved: `_x000D_` is a carriage return (ECMA-376, 22.9.2.19). */
export function unescapedText(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
