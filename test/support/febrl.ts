import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PersonToMatch } from '#libs/people/pure.js';

/** How a person without a valid birth date is treated: as a row without one, or as a faulty row that is not there. */
export type InvalidDates = 'left empty' | 'row left out';

export interface FebrlRow extends PersonToMatch {
  person: number;
  nationalNumber?: string | undefined;
}

/**
 * A labelled set of FEBRL (`rec-N-org` and `rec-N-dup-K` are one person) as a roster would bring it: the social security
 * number as national number, the suburb as city. Dates such as the 31st of April would be faults of a roster.
 */
export function readFebrl(folder: string, file: string, invalidDates: InvalidDates = 'left empty'): FebrlRow[] {
  const [, ...lines] = readFileSync(path.join(folder, file), 'utf8').trim().split('\n');
  return lines.flatMap((line, at) => {
    const cells = line.split(',').map((cell) => cell.trim());
    const [reference, givenName, familyName, houseNumber, street, more, city, postcode, , date, number] = cells;
    const birthDate = isoOf(date ?? '');
    if (invalidDates === 'row left out' && date && !birthDate) return [];
    const joined = (parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ');
    return {
      id: String(at).padStart(6, '0'),
      person: Number(reference!.split('-')[1]),
      reference: reference!,
      givenName: givenName!,
      familyName: familyName!,
      birthDate,
      addressLines: [joined([houseNumber, street]), more!, joined([postcode, city])].filter(Boolean),
      country: 'AU',
      nationalNumber: number || undefined,
    };
  });
}

function isoOf(date: string): string | undefined {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3');
  const read = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(iso) ? iso : undefined;
}
