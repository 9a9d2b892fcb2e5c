import fc from 'fast-check';
import { pageCode, readSheetCode, sheetCode } from './sheet-code.js';

const sheets = fc.record({
  run: fc.tuple(fc.integer({ min: 2000, max: 2999 }), fc.integer({ min: 1, max: 99_999 })).map(([year, number]) => `P-${year}-${String(number).padStart(4, '0')}`),
  sheet: fc.integer({ min: 1, max: 9_999 }),
}); // prettier-ignore

describe('given the code of a sheet', () => {
  it('when it is typed in any usual form, then it names that letter', () => {
    expect(sheetCode({ run: 'P-2026-0001', sheet: 42 })).toMatch(/^P-2026-0001-0042-\d{2}$/);
    fc.assert(
      fc.property(sheets, fc.integer({ min: 1, max: 99 }), (sheet, page) => {
        const code = sheetCode(sheet);
        for (const typed of [code, ` ${code.toLowerCase()} `, code.replaceAll('-', ' '), code.replaceAll('-', '–'), pageCode(code, page), `${code} · ${page}/99`])
          expect(readSheetCode(typed)).toEqual(sheet);
      }),
    ); // prettier-ignore
  });

  it('when one digit is wrong, or two neighbours are swapped, then it names nobody', () => {
    fc.assert(
      fc.property(sheets, fc.nat(30), fc.integer({ min: 1, max: 9 }), (sheet, at, by) => {
        const code = sheetCode(sheet);
        const places = [...code].flatMap((one, place) => (/\d/.test(one) ? [place] : []));
        const place = places[at % places.length]!;
        const wrong = code.slice(0, place) + String((Number(code[place]) + by) % 10) + code.slice(place + 1);
        expect(readSheetCode(wrong)).toBe('mistyped');
        const [one, next] = [code[place]!, code[place + 1] ?? ''];
        if (!/\d/.test(next) || one === next) return;
        expect(readSheetCode(code.slice(0, place) + next + one + code.slice(place + 2))).toBe('mistyped');
      }),
    );
  });

  it.each(['', 'hello', '0123-4567-89AB-CDEF-GH', 'N-2026-0001', 'P-2026-0001', 'P-2026-0001-0042'])(
    'when "%s" is typed, then it is no such code',
    (typed) => expect(readSheetCode(typed)).toBeNull(),
  );
});
