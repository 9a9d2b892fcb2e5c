import { createHmac, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { CROCKFORD } from '#libs/platform/pure.js';
import { readVerp, verpAddress } from './verp.js';

const key = createHmac('sha256', 'verp.spec').update('key').digest();
const dispatch = '019368a4-5bd6-7c3e-8f21-0123456789ab';
const ours = verpAddress(key, dispatch, 'bounces@gateway.example');

describe('given the address of a dispatch', () => {
  it('when it is read, then it names that dispatch, for every id', () => {
    fc.assert(
      fc.property(fc.uuid(), (id) => {
        expect(readVerp(key, verpAddress(key, id, 'bounces@gateway.example'))).toBe(id);
      }),
    );
  });

  it('when it is looked at, then it fits an envelope and keeps its mailbox and domain', () => {
    const [local = '', domain] = ours.split('@');
    expect(local.length).toBeLessThanOrEqual(64);
    expect(local).toMatch(/^bounces\+[0-9a-z]{42}$/);
    expect(domain).toBe('gateway.example');
  });

  const token = ours.slice('bounces+'.length, ours.indexOf('@'));
  it.each([
    ['capitals', ours.toUpperCase()],
    ['mixed case', ours.replace(/[a-z]/g, (letter, at: number) => (at % 2 ? letter.toUpperCase() : letter))],
    ['angle brackets', `<${ours}>`],
    ['a dash for the plus', ours.replace('+', '-')],
    ['an equals sign for the plus', ours.replace('+', '=')],
    ['BATV', `prvs=4567ab12cd=${ours}`],
    ['BATV the other way', `bounces+${token}/prvs=4567ab12cd@gateway.example`],
    ['Barracuda', `btv1==064a9b6b5b2==${ours}`],
    ['SRS0', `SRS0=HHH0=TT=gateway.example=bounces+${token}@forwarder.example`],
    ['SRS1', `SRS1=HHH1=first.example==HHH0=TT=gateway.example=bounces+${token}@second.example`],
    ['SRS0 in capitals, with BATV', `PRVS=4567AB12CD=SRS0+HHH0=TT=gateway.example=bounces+${token}@forwarder.example`],
    ['letters mistaken for digits', ours.replaceAll('0', 'o').replaceAll('1', 'l')],
  ])('when the way changed it by %s, then it still names its dispatch', (_, changed) => {
    expect(readVerp(key, changed)).toBe(dispatch);
  });
});

describe('given an address that is not ours', () => {
  it('when any one character of the token is another, then it names nobody', () => {
    const start = ours.indexOf('+') + 1;
    for (let at = start; at < ours.indexOf('@'); at++)
      for (const other of CROCKFORD.toLowerCase()) {
        if (other === ours[at]) continue;
        expect(readVerp(key, ours.slice(0, at) + other + ours.slice(at + 1))).toBeNull();
      }
  });

  it('when ten thousand tokens are made up, then none names a dispatch', () => {
    const random = randomBytes(42 * 10_000);
    let taken = 0;
    for (let i = 0; i < 10_000; i++) {
      const token = [...random.subarray(i * 42, i * 42 + 42)].map((byte) => CROCKFORD[byte & 31]).join('');
      if (readVerp(key, `bounces+${token}@gateway.example`) !== null) taken++;
    }
    expect(taken).toBe(0);
  });

  it('when it was made with another key, or the proof of another dispatch, then it names nobody', () => {
    const other = verpAddress(key, '019368a4-5bd6-7c3e-8f21-0123456789ac', 'bounces@gateway.example');
    expect(readVerp(randomBytes(32), ours)).toBeNull();
    const [start, end] = ['bounces+'.length, 'bounces+'.length + 26];
    expect(readVerp(key, ours.slice(0, start) + other.slice(start, end) + ours.slice(end))).toBeNull();
  });

  it('when it is any text, then it is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2_000, unit: 'binary' }), (text) => {
        expect(readVerp(key, text)).toBeNull();
      }),
    );
  });
});

describe('given a bounce mailbox', () => {
  it.each(['b'.repeat(22) + '@gateway.example', 'two, names@gateway.example', 'none', ''])(
    'when it is %j, then it is refused with what to do',
    (mailbox) => {
      expect(() => verpAddress(key, dispatch, mailbox)).toThrow('Name a bounce mailbox with at most 21 characters');
    },
  );
});
