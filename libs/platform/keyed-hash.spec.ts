import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { KeyedHash } from './keyed-hash.js';
import { CopyRows } from './copy-rows.js';
import { uuidBytes } from './ids.js';
import { nextPersonKey, openJson, personKey, sealInto } from './sealing.js';
import { writeUuidText } from './uuid-text.js';

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

  it('when persons are sealed into rows one after the other, then each opens under their own key, at their own place', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uuid(), fc.string({ unit: 'grapheme', maxLength: 90 })), { minLength: 1, maxLength: 5 }),
        (people) => {
          const breachKey = randomBytes(32);
          for (const [id, name] of people) {
            const secret = randomBytes(32);
            const rows = new CopyRows(64).row(1);
            const place = Buffer.alloc(38, '|');
            writeUuidText(place, 1, uuidBytes(id));
            sealInto(rows, nextPersonKey(breachKey, secret, uuidBytes(id)), place, JSON.stringify({ name }));
            // Between the beginning of the file with the row's (25 bytes) and its end (2) stands the value.
            const sealed = rows.finish().subarray(25, -2);
            expect(openJson(personKey(breachKey, secret, id), `|${id}|`, sealed)).toEqual({ name });
          }
        },
      ),
    );
  });
});
