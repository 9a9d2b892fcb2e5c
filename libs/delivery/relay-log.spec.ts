import { RelayLogReader, type RelayLog } from './relay-log.js';

const NOW = new Date('2026-11-24T12:00:00Z');
const ID = '<0199b6b2-7d3c-7000-8000-000000000001.0123456789abcdef@agency.example>';

function read(lines: string[], now = NOW, offset = 0): RelayLog {
  const reader = new RelayLogReader(now, offset);
  for (const line of lines) reader.take(line);
  return reader.finish();
}

const postfix = (time: string, rest: string): string => `${time} relay postfix/${rest}`;
const taken = (time = 'Nov 24 10:00:00'): string => postfix(time, `cleanup[12]: 4Bx1Yz0000: message-id=${ID}`);
const status = (words: string, time = 'Nov 24 10:00:03'): string =>
  postfix(
    time,
    `smtp[13]: 4Bx1Yz0000: to=<lotte@post.example>, relay=mx.post.example[192.0.2.1]:25, delay=3, dsn=${words}`,
  );

describe('given the log of Postfix', () => {
  it('when a mail was taken and nothing more is said, then the relay has it', () => {
    expect(read([taken()]).mails).toEqual([{ messageId: ID, state: 'taken', class: null }]);
  });

  it.each([
    ['the next server took it', ['2.0.0, status=sent (250 ok)'], 'sent', null],
    ['it waits', ['4.3.0, status=deferred (451 later)'], 'taken', null],
    ['it waits and is sent then', ['4.3.0, status=deferred (451)', '2.0.0, status=sent (250)'], 'sent', null],
    [
      'nobody has the address',
      ['5.1.1, status=bounced (host mx said: 550 5.1.1 user unknown)'],
      'bounced',
      'no-such-mailbox',
    ],
    [
      'it was sent to one and came back',
      ['2.0.0, status=sent (250)', '5.2.2, status=bounced (552 5.2.2 over quota)'],
      'bounced',
      'full',
    ],
    [
      'it came back and was sent to another',
      ['5.1.1, status=bounced (550 5.1.1 unknown)', '2.0.0, status=sent (250)'],
      'bounced',
      'no-such-mailbox',
    ],
  ])('when %s, then it says so', (_, lines, state, reason) => {
    const { mails } = read([taken(), ...lines.map((words) => status(words))]);
    expect(mails).toEqual([{ messageId: ID, state, class: reason }]);
  });

  it('when lines of other programs and of other mails stand between, then they are read over and nothing of them is kept', () => {
    const log = read([
      'Nov 24 09:00:00 relay sshd[1]: Accepted publickey for lotte from 192.0.2.9',
      taken(),
      postfix('Nov 24 10:00:01', 'qmgr[2]: 4Bx1Yz0000: from=<notices@agency.example>, size=9, nrcpt=1 (queue active)'),
      postfix('Nov 24 10:00:02', 'smtp[3]: 9ZZZZZ0000: to=<jan@other.example>, dsn=5.1.1, status=bounced (550)'),
      'no time at all',
    ]);
    expect(log.mails).toHaveLength(1);
    expect(JSON.stringify(log)).not.toContain('lotte');
    expect(log).toMatchObject({ lines: 5, otherLines: 1 });
  });

  it.each([
    ['in UTC', 'Nov 24 10:00:00', 0, '2026-11-24T10:00:00.000Z'],
    ['in a zone east of it', 'Nov 24 10:00:00', 60, '2026-11-24T09:00:00.000Z'],
    ['with a day of one digit', 'Nov  4 10:00:00', 0, '2026-11-04T10:00:00.000Z'],
    ['of last December', 'Dec 31 23:59:59', 0, '2025-12-31T23:59:59.000Z'],
    ['of RFC 3339', '2026-11-24T10:00:00.123456+01:00', 0, '2026-11-24T09:00:00.123Z'],
  ])('when its dates are %s, then its time is right', (_, written, offset, expected) => {
    expect(read([taken(written)], NOW, offset).from!.toISOString()).toBe(expected);
  });

  it('when its dates cannot be, then those lines say nothing', () => {
    expect(read([taken('Foo 24 10:00:00'), taken('2026-13-45T10:00:00Z')])).toMatchObject({ mails: [], from: null });
  });
});

describe('given lines with epoch, Message-ID and status', () => {
  it.each([
    ['sent', 'sent'],
    ['deferred', 'taken'],
    ['bounced', 'bounced'],
  ])('when one says %s, then the mail is %s, and the time of the log is that of its lines', (said, state) => {
    const log = read([
      `1795514400 message-id=${ID} to=lotte@post.example status=${said}`,
      `1795514460.5 message-id=<x@y> to=a@b status=sent`,
    ]);
    expect(log.mails[0]).toMatchObject({ messageId: ID, state });
    expect(log.from!.getTime()).toBe(1_795_514_400_000);
    expect(log.to!.getTime()).toBe(1_795_514_460_500);
  });
});

it('given an empty log, then it proves nothing', () => {
  expect(read(['', '  '])).toEqual({ mails: [], from: null, to: null, lines: 0, otherLines: 0 });
});
