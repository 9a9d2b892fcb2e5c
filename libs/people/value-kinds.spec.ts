import { KIND, kindsOf } from './value-kinds.js';

describe('given a value', () => {
  it.each([
    ['lotte@agency.example', KIND.email], [' LOTTE@agency.example ', KIND.email], ['@lotte', 0], ['a@b', 0],
    ['1974-02-28', KIND.date], ['28/02/1974', KIND.date], ['28.2.1974', KIND.date], ['1974-02-28 00:00:00', KIND.date], ['28/02-1974', KIND.phone],
    ['staff', KIND.category], ['Past applicant', KIND.category], ['third-party', KIND.category], ['staffed', 0],
    ['nl', KIND.language | KIND.country], ['BE', KIND.country], ['B', 0], ['Belgium', 0],
    ['9000', KIND.postcode], ['75001', KIND.postcode], ['1012 AB', KIND.postcode], ['B-9000', KIND.postcode], ['900', 0],
    ['+32 2 555 01 23', KIND.phone], ['02/555.01.23', KIND.phone], ['12345', KIND.postcode],
    ['85.07.30-033.28', KIND.phone | KIND.national], ['85073003329', KIND.phone],
    ['yes', KIND.yesNo], ['NEIN', KIND.yesNo], ['0', KIND.yesNo], ['no', KIND.yesNo | KIND.country],
    ['BE:id-card:scan:confirmed; NL:passport:number:presumed', KIND.documents], ['cv:copy:presumed', KIND.otherData], ['a: b: c d', 0],
    ['Voorbeeld', 0], ['Kerkstraat 12', 0], ['', 0], ['   ', 0], ['12:30:00', 0],
  ])('when it is %j, then it looks like %i', (value, kinds) => expect(kindsOf(value)).toBe(kinds)); // prettier-ignore

  it('when it is long, then it is looked at in time that grows with its length', () => {
    const since = performance.now();
    for (const text of [
      'a:'.repeat(50_000),
      `${'1'.repeat(50_000)}@`,
      'a@'.repeat(50_000),
      `a@${'.'.repeat(50_000)} `,
      ' '.repeat(100_000) + 'q',
    ])
      expect(kindsOf(text)).toBe(0);
    expect(performance.now() - since).toBeLessThan(500);
  });
});
