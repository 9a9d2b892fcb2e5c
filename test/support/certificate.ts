import { X509Certificate, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

/** A key and a certificate of a server, in PEM form. */
export interface ServerCertificate {
  key: string;
  cert: string;
}

export interface Authority extends ServerCertificate {
  issue(name: string, from?: string, until?: string): ServerCertificate;
}

/** An authority of certificates for a test (X.509 v3, EC P-256): node:crypto reads certificates, and makes none. */
export function givenAuthority(): Authority {
  const own = makeCertificate('authority.example', null, ['20200101000000Z', '20991231235959Z']);
  return {
    ...own.pem,
    issue: (name, from = '20200101000000Z', until = '20991231235959Z') =>
      makeCertificate(name, own.key, [from, until]).pem,
  };
}

function makeCertificate(name: string, issuer: KeyObject | null, validity: [string, string]) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid('2a8648ce3d040302'));
  const alternative = sequence(oid('551d11'), der(0x04, sequence(der(0x82, Buffer.from(name)))));
  const isAuthority = sequence(
    oid('551d13'),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  );
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1, ...Buffer.from(name).subarray(0, 8)])),
    algorithm,
    named(issuer ? 'authority.example' : name),
    sequence(...validity.map((time) => der(0x18, Buffer.from(time)))),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(issuer ? alternative : isAuthority)),
  );
  const signature = sign('sha256', body, issuer ?? privateKey);
  const certificate = sequence(body, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
  const pem = {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: new X509Certificate(certificate).toString(),
  };
  return { key: privateKey, pem };
}

function named(name: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(name)))));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const bytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}
