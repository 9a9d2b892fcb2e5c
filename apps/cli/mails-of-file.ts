import { createReadStream } from 'node:fs';

/** A line that begins the next mail of an mbox: `From sender Mon Nov 23 10:00:00 2026`. */
const ENVELOPE = /^From \S.{0,300} \d{4}\r?$/;
const LF = 10;

/**
 * The mails of a file, one after the other, each at most `most` bytes long (what is beyond is left out): all of an mbox,
 * or the file itself where it is one mail. An mbox may be larger than memory. In an mbox a line of the mail that began
 * with "From " stands behind a `>`, which is taken away again.
 */
export async function* mailsOf(file: string, most: number): AsyncGenerator<Buffer> {
  let lines: Buffer[] = [];
  let size = 0;
  let isMbox: boolean | null = null;
  let afterEmpty = true;
  for await (const line of linesOf(file, most)) {
    isMbox ??= line.length === 0 || isEmpty(line) ? null : isEnvelope(line);
    if (isMbox && afterEmpty && isEnvelope(line)) {
      if (size > 0) yield Buffer.concat(lines);
      lines = [];
      size = 0;
    } else if (size < most) {
      const kept = isMbox ? withoutQuote(line) : line;
      lines.push(kept.subarray(0, most - size));
      size += Math.min(kept.length, most - size);
    }
    afterEmpty = isEmpty(line);
  }
  if (size > 0) yield Buffer.concat(lines);
}

function isEmpty(line: Buffer): boolean {
  return line.length <= 2 && line.toString('latin1').trim() === '';
}

function isEnvelope(line: Buffer): boolean {
  if (!(line[0] === 0x46 && line[4] === 0x20) || line.length > 400) return false;
  return ENVELOPE.test(line.toString('latin1').replace(/\n$/, ''));
}

/** `>From `, `>>From ` and so on lose one sign. */
function withoutQuote(line: Buffer): Buffer {
  if (line[0] !== 0x3e) return line;
  return /^>+From /.test(line.subarray(0, 100).toString('latin1')) ? line.subarray(1) : line;
}

/** Lines with their ends, as bytes; one that is longer than `most` is given in pieces. */
async function* linesOf(file: string, most: number): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of createReadStream(file, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let from = 0;
    for (let end = rest.indexOf(LF, from); end >= 0; end = rest.indexOf(LF, from)) {
      yield rest.subarray(from, end + 1);
      from = end + 1;
    }
    rest = rest.subarray(from);
    if (rest.length > most) {
      yield rest;
      rest = Buffer.alloc(0);
    }
  }
  if (rest.length > 0) yield rest;
}
