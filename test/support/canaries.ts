import fs from 'node:fs';
import path from 'node:path';

/** Shorter ones would be found by chance. */
const SHORTEST = 8;
/** Places that are said of one file; more say nothing more. */
const MOST_FINDS = 20;

/** The forms in which a value could stand in a file: as text in several encodings and cases, as hex, as base64 at each of its three places. */
export function formsOf(value: string): Buffer[] {
  const forms: Buffer[] = [];
  for (const text of new Set([value, value.toLowerCase(), value.toUpperCase()])) {
    const utf8 = Buffer.from(text);
    const utf16 = Buffer.from(text, 'utf16le');
    forms.push(utf8, utf16, Buffer.from(utf16).swap16());
    forms.push(Buffer.from(utf8.toString('hex')), Buffer.from(utf8.toString('hex').toUpperCase()));
    for (const before of [0, 1, 2]) {
      const encoded = Buffer.concat([Buffer.alloc(before), utf8])
        .toString('base64')
        .replace(/=+$/, '');
      // The first and the last characters also depend on what stands beside the value.
      forms.push(Buffer.from(encoded.slice(Math.ceil((before * 4) / 3), -1)));
    }
  }
  return forms.filter((form) => form.length >= SHORTEST);
}

/** Looks for many values at once, in one pass over the bytes. */
export class CanarySearch {
  /** Whether any form begins with these three bytes. */
  private readonly begins = new Uint8Array(2 ** 24);
  private readonly forms = new Map<number, { value: string; bytes: Buffer }[]>();

  constructor(values: string[]) {
    for (const value of values) {
      if (value.length < SHORTEST) throw new Error(`${value} is too short to be looked for`);
      for (const bytes of formsOf(value)) {
        const key = bytes.readUIntBE(0, 3);
        this.begins[key] = 1;
        this.forms.set(key, [...(this.forms.get(key) ?? []), { value, bytes }]);
      }
    }
  }

  /** The values that stand in these bytes, in whatever form, each once. */
  in(bytes: Uint8Array): string[] {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const found = new Set<string>();
    let key = 0;
    for (let end = 0; end < buffer.length; end++) {
      key = ((key << 8) | buffer[end]!) & 0xffffff;
      if (this.begins[key] === 0) continue;
      const from = end - 2;
      for (const form of this.forms.get(key)!)
        if (buffer.subarray(from, from + form.bytes.length).equals(form.bytes)) found.add(form.value);
      if (found.size >= MOST_FINDS) break;
    }
    return [...found];
  }

  /** `file: value` for each value in each file below a folder, and how many bytes were looked at. */
  below(folder: string): { finds: string[]; bytes: number } {
    const finds: string[] = [];
    let bytes = 0;
    for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath, entry.name);
      // Sockets and pipes hold nothing; links lead to what is looked at itself.
      if (!entry.isFile()) continue;
      const content = fs.readFileSync(file);
      bytes += content.length;
      finds.push(...this.in(content).map((value) => `${path.relative(folder, file)}: ${value}`));
    }
    return { finds, bytes };
  }
}
