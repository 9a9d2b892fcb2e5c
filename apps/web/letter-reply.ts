import type { FastifyReply } from 'fastify';
import type { PreviewForm } from '#libs/letters/index.js';

/** A letter in the form that was asked for. The name of a file says which notice it is of, and never whose it is. */
export function sendLetter(
  reply: FastifyReply,
  notice: string,
  { form, bytes }: { form: PreviewForm; bytes: Buffer },
): void {
  if (form === 'html' || form === 'text') {
    const words = bytes.toString();
    return sendMailHtml(reply, form === 'text' ? null : words, words);
  }
  const [type, extension] = form === 'eml' ? ['message/rfc822', 'eml'] : ['application/pdf', 'pdf'];
  void reply
    .type(type)
    .header('content-disposition', `${form === 'eml' ? 'attachment' : 'inline'}; filename="${notice}.${extension}"`)
    .send(bytes);
}

/** A letter as its reader gets it, in a page that can run nothing and reach nothing. */
export function sendMailHtml(reply: FastifyReply, html: string | null, text: string): void {
  void reply.header(
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox",
  );
  if (html === null) void reply.type('text/plain; charset=utf-8').send(text);
  else void reply.type('text/html; charset=utf-8').send(html);
}
