import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { KeyedHash } from './keyed-hash.js';
import { personKey } from './sealing.js';

describe('given a key', () => {
  it('when a message of any kind and length is hashed, then it comes to what HMAC-SHA-256 gives', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 600 }), { minLength: 1, maxLength: 5 }),
        (key, messages) => {
          const keyed = new KeyedHash(key);
          for (const message of messages) {
            const expected = createHmac('sha256', key).update(message).digest();
            expect(keyed.of(message)).toEqual(expected);
            expect(keyed.ofBytes(Buffer.from(message))).toEqual(expected);
          }
        },
      ),
    );
  });
});

describe('given a breach key and the secret of a person', () => {
  it('when the key of the person is made, then it is that of HKDF-SHA-256 with the secret as salt', () => {
    const [breachKey, secret] = [randomBytes(32), randomBytes(32)];
    const id = '0198b2f4-0000-7000-8000-000000000001';
    expect(personKey(breachKey, secret, id)).toEqual(
      Buffer.from(hkdfSync('sha256', breachKey, secret, `person|${id}`, 32)),
    );
  });
});
