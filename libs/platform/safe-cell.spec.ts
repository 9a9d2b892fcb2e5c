import fc from 'fast-check';
import { safeCell, safeCsvLine, textCell, valueOfCell } from './safe-cell.js';

describe('given a value for a spreadsheet', () => {
  it.each([
    ['=cmd|x', "'=cmd|x"],
    ['+32 2 555 01 00', "'+32 2 555 01 00"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r'=1"],
    ['\n=1', "'\n'=1"],
    ['\0=1', "'\0=1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠SUM', "'＠SUM"],
    ['x;=1+1', "x;'=1+1"],
    ['x,=1+1', "x,'=1+1"],
    ["'=1", "''=1"],
    ["'t Hart", "'t Hart"],
    ["D'Hondt, Zoé - Œuvrard", "D'Hondt, Zoé - Œuvrard"],
  ])('when %j is written as text, then %j stands there, and reading gives it back', (value, cell) => {
    expect(safeCell(value)).toBe(cell);
    expect(valueOfCell(cell)).toBe(value);
  });

  const risky = fc.string({ unit: fc.constantFrom(...'=\'+-@,;\t\r\n\0＝＋－＠"ax '.split('')) });
  it('when it is any text, then no place of it begins a formula, and both ways of writing come back unchanged', () => {
    fc.assert(
      fc.property(fc.oneof(risky, fc.string({ unit: 'binary' })), (value) => {
        expect(valueOfCell(safeCell(value))).toBe(value);
        expect(valueOfCell(textCell(value))).toBe(value);
        for (const part of safeCell(value).split(/[,;]/)) expect(part).not.toMatch(/^[=+\-@\t\r\n\0＝＋－＠]/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('when a line is written, then what holds a separator of any kind is quoted', () => {
    expect(safeCsvLine(['a', 'b;c', 'd"e', 7, '=f'])).toBe('a,"b;c","d""e",7,\'=f\r\n');
  });
});
