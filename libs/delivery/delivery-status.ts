import { first, readHeaders, textOf, type MailHeaders, type MailPart } from './mail-parts.js';

/** What RFC 3464 says of one recipient; empty texts where the report says nothing. */
export interface StatusFields {
  finalRecipient: string;
  originalRecipient: string;
  /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`, or what the sender of the report wrote. */
  action: string;
  /** `5.1.1`, or '' where the field is missing or no code. */
  status: string;
  /** The words after the status code, which some put there instead of a diagnostic. */
  statusWords: string;
  diagnostic: string;
}

export interface DeliveryStatus {
  envelopeId: string;
  recipients: StatusFields[];
}

/** As many recipients as one report is believed to have; SMTP itself ends at a hundred of one mail. */
export const MOST_RECIPIENTS = 1_000;

const FIELDS = /^(final-recipient|original-recipient|action|status|diagnostic-code|reporting-mta)[ \t]*:/i;

/** Is this part the machine's half of a report, also in the form of RFC 6533 for addresses in UTF-8? */
export function isStatusPart(part: MailPart): boolean {
  return /^message\/(global-)?delivery-status$/.test(part.type);
}

/**
 * Reads the fields of a delivery report (RFC 3464 section 2): blocks parted by empty lines, the first about the report.
 * Tolerant of what is sent in practice: no block about the report, empty lines within one, a missing action or status,
 * a type of address that is missing.
 */
export function readDeliveryStatus(part: MailPart): DeliveryStatus {
  return statusFrom(textOf(part));
}

/** The same from plain text in which the fields stand somewhere; null where there are none. */
export function statusInText(text: string): DeliveryStatus | null {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => FIELDS.test(line.trim()));
  if (start < 0) return null;
  // Fields within text are indented by some; a block then has no folded lines.
  const indented = /^[ \t]/.test(lines[start]!);
  const fields = lines.slice(start, start + 20_000).map((line) => (indented ? line.trim() : line));
  const status = statusFrom(fields.join('\n'));
  return status.recipients.length > 0 ? status : null;
}

function statusFrom(text: string): DeliveryStatus {
  const status: DeliveryStatus = { envelopeId: '', recipients: [] };
  let current: StatusFields | null = null;
  for (const headers of blocksOf(text)) {
    if (status.recipients.length >= MOST_RECIPIENTS) break;
    status.envelopeId ||= first(headers, 'original-envelope-id');
    // An empty line within a block, or the block about the report.
    if (!hasRecipientField(headers)) {
      if (current) fill(current, headers);
      continue;
    }
    const fields = emptyFields();
    fill(fields, headers);
    if (current && !current.action && fields.finalRecipient && fields.finalRecipient === current.finalRecipient)
      fill(current, headers);
    else if (fields.finalRecipient || fields.originalRecipient) status.recipients.push((current = fields));
  }
  return status;
}

/** The blocks of fields; some senders leave out the empty line before the next recipient. */
function* blocksOf(text: string): Generator<MailHeaders> {
  for (let rest = text; rest.length > 0;) {
    const { headers, rest: after } = readHeaders(rest);
    // A line that is no field is passed over.
    const end = rest.indexOf('\n') + 1;
    const next = after.length < rest.length ? after : end > 0 ? rest.slice(end) : '';
    if ((headers.get('final-recipient')?.length ?? 0) > 1) {
      const block = rest.slice(0, rest.length - next.length);
      const opening = /^(?:final|original)-recipient/im.exec(block)![0].toLowerCase();
      for (const piece of block.split(new RegExp(`^(?=${opening})`, 'im'))) yield readHeaders(piece).headers;
    } else if (headers.size > 0) yield headers;
    rest = next;
  }
}

function hasRecipientField(headers: MailHeaders): boolean {
  return headers.has('final-recipient') || headers.has('original-recipient') || headers.has('x-actual-recipient');
}

function emptyFields(): StatusFields {
  return { finalRecipient: '', originalRecipient: '', action: '', status: '', statusWords: '', diagnostic: '' };
}

function fill(fields: StatusFields, headers: MailHeaders): void {
  fields.finalRecipient ||= addressIn(first(headers, 'final-recipient') || first(headers, 'x-actual-recipient'));
  fields.originalRecipient ||= addressIn(first(headers, 'original-recipient'));
  // A cut-off name of the field was seen in the wild; what it says is not in doubt.
  const action = first(headers, 'action') || first(headers, 'ction');
  fields.action ||= /[a-z]+/.exec(action.toLowerCase())?.[0] ?? '';
  const status = first(headers, 'status');
  const code = /\b([245]\.\d{1,3}\.\d{1,3})\b/.exec(status);
  fields.status ||= code?.[1] ?? '';
  fields.statusWords ||= status.replace(/^[\s\d.]+/, '').slice(0, 500);
  fields.diagnostic ||= (headers.get('diagnostic-code') ?? []).join(' ').slice(0, 4_000);
}

/** The address in `rfc822; name@place`, `utf-8; name@place`, `<name@place>` or `name@place`; '' where there is none. */
export function addressIn(value: string): string {
  const text = value.slice(0, 1_000);
  const typed = /^\s*[a-z0-9-]{1,40}\s*;/i.exec(text);
  const rest = (typed ? text.slice(typed[0].length) : text).trim();
  const address = /[^\s<>"',;:()[\]]+@[^\s<>"',;:()[\]]+/.exec(rest)?.[0] ?? '';
  // `utf-8-addr-xtext` writes characters beyond ASCII as \x{HEX} (RFC 6533 section 3).
  return address
    .replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (whole, hex: string) => {
      const point = parseInt(hex, 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    })
    .replace(/[.>]+$/, '');
}
