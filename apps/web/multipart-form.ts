import type { MultipartFile } from '@fastify/multipart';
import type { FastifyRequest } from 'fastify';
import type { Form } from './pages.js';

/** A file that a form brings, as it comes in: nothing of it is read before its route asks for it. */
export interface SentFile {
  name: string;
  stream: AsyncIterable<Buffer>;
}

const FILE = Symbol('file');
interface FileRequest extends FastifyRequest {
  [FILE]?: MultipartFile['file'];
}

/**
 * Reads the fields of a form with a file up to the file, which stands last in our forms, and leaves the file where it
 * is: the guard looks at the form's token first, and a route takes the file piece by piece.
 */
export async function readFields(request: FileRequest): Promise<void> {
  if (!request.isMultipart()) return;
  const form: Form = {};
  const parts = request.parts();
  for (let next = await parts.next(); !next.done; next = await parts.next()) {
    const part = next.value;
    if (part.type === 'field') {
      const before = form[part.fieldname];
      form[part.fieldname] = before === undefined ? part.value : [before, part.value].flat();
      continue;
    }
    form[part.fieldname] = { name: part.filename ?? '', stream: part.file } satisfies SentFile;
    request[FILE] = part.file;
    break;
  }
  request.body = form;
}

/** Lets the rest of a file go that nobody took: a browser shows an answer only once all it sends was taken. */
export function letFileGo(request: FileRequest): void {
  const file = request[FILE];
  if (file && !file.destroyed) file.resume();
}

/** The file of a form in the field of that name; an empty one where it brought none. */
export function sentFile(form: Form | undefined, name: string): SentFile {
  const value = form?.[name];
  const isFile = typeof value === 'object' && value !== null && 'stream' in value;
  return isFile ? (value as SentFile) : { name: '', stream: nothing() };
}

async function* nothing(): AsyncIterable<Buffer> {
  // A form without a file.
}
