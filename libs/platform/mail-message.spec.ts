import { simpleParser } from 'mailparser';
import { composeMail, type OutgoingMail } from './mail-message.js';

const mail: OutgoingMail = {
  envelopeFrom: 'notices@agency.example',
  envelopeTo: 'lotte@post.example',
  messageId: '<one.two@agency.example>',
  from: { name: 'Agentschap Voorbeeld', address: 'notices@agency.example' },
  to: { name: 'Lotte D’Hondt', address: 'lotte@post.example' },
  subject: 'Belangrijk bericht über Ihre Daten · Ωραία',
  text: 'Beste Lotte D’Hondt & <co>,\n\n– één\n.punt\nFrom hier\n',
  html: '<p>Beste Lotte D’Hondt &amp; &lt;co&gt;,</p>',
  language: 'nl',
};
const AT = new Date('2026-11-24T12:00:00Z');

describe('a mail as its bytes', () => {
  it('given the same mail and time, then the same bytes; given another Message-ID, then another boundary', async () => {
    const first = await composeMail(mail, AT);
    expect((await composeMail(mail, AT)).equals(first)).toBe(true);
    const boundaryOf = (bytes: Buffer): string => /boundary="([^"]+)"/.exec(bytes.toString())![1]!;
    const other = await composeMail({ ...mail, messageId: '<three.four@agency.example>' }, AT);
    expect(boundaryOf(other)).not.toBe(boundaryOf(first));
  });

  it('given a letter, then a mail program finds both forms whole, and says that nobody needs to answer', async () => {
    const bytes = await composeMail(mail, AT);
    const read = await simpleParser(bytes);
    expect([read.text!.trim(), read.subject, read.messageId]).toEqual([mail.text.trim(), mail.subject, mail.messageId]);
    expect(String(read.html).trim()).toBe(mail.html);
    expect(read.headers.get('auto-submitted')).toBe('auto-generated');
    expect(read.headers.get('content-language')).toBe('nl');
    expect(bytes.toString()).toMatch(/^Content-Type: multipart\/alternative;/m);
    // RFC 5322: lines of at most 998 characters, and headers in ASCII.
    expect(bytes.toString('latin1')).not.toMatch(/[^\r]\n|[^\x20-\x7e\r\n\t]/);
    expect(
      Math.max(
        ...bytes
          .toString()
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(998);
  });

  it('given line breaks and turned marks in names and subject, then they make no header', async () => {
    const bytes = await composeMail(
      { ...mail, to: { ...mail.to, name: 'Lotte\r\nBcc: evil@x.example\u202e' }, subject: 'a\nX-Evil: 1' },
      AT,
    );
    const read = await simpleParser(bytes);
    expect([...read.headers.keys()]).not.toEqual(expect.arrayContaining(['bcc']));
    expect(read.headers.has('x-evil')).toBe(false);
    expect(read.bcc).toBeUndefined();
  });
});
