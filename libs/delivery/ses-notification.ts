import { MOST_RECIPIENTS, addressIn, type StatusFields } from './delivery-status.js';

/** What Amazon SES says in JSON, by mail through SNS: the same facts as a delivery report has. */
export interface SesNotification {
  kind: 'status' | 'feedback';
  recipients: StatusFields[];
}

type Json = Record<string, unknown>;

/**
 * Reads a notification of Amazon SES ("Amazon SNS notification contents for Amazon SES"), alone or within the envelope
 * of SNS; null for any other text. A line that was folded on the way is unfolded first.
 */
export function readSesNotification(text: string): SesNotification | null {
  const start = text.slice(0, 4_000).search(/\S/);
  if (start < 0 || text[start] !== '{') return null;
  // SNS adds a footer in prose; JSON ends with the last brace of its own line.
  const outer =
    parsed(text.slice(start)) ??
    parsed(text.slice(start).split('\n--', 1)[0]!) ??
    parsed(text.slice(start).split('\n', 1)[0]!);
  const inner = typeof outer?.['Message'] === 'string' ? parsed(outer['Message']) : outer;
  const type = inner?.['notificationType'] ?? inner?.['eventType'];
  if (!inner || typeof type !== 'string') return null;
  switch (type) {
    case 'Bounce':
      return {
        kind: 'status',
        recipients: listOf(inner, 'bounce', 'bouncedRecipients').map((one) => fieldsOf(one, 'failed')),
      };
    case 'DeliveryDelay':
      return {
        kind: 'status',
        recipients: listOf(inner, 'deliveryDelay', 'delayedRecipients').map((one) => fieldsOf(one, 'delayed')),
      };
    case 'Delivery':
      return {
        kind: 'status',
        recipients: listOf(inner, 'delivery', 'recipients').map((one) => fieldsOf(one, 'delivered')),
      };
    case 'Complaint':
      return {
        kind: 'feedback',
        recipients: listOf(inner, 'complaint', 'complainedRecipients').map((one) => fieldsOf(one, '')),
      };
    default:
      return null;
  }
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text.replaceAll('\n', ''));
    return isObject(value) ? value : null;
  } catch {
    // No JSON, or cut short: prose for what follows.
    return null;
  }
}

function listOf(from: Json, part: string, list: string): unknown[] {
  const within = from[part];
  const found = isObject(within) ? within[list] : null;
  return Array.isArray(found) ? found.slice(0, MOST_RECIPIENTS) : [];
}

function fieldsOf(recipient: unknown, action: string): StatusFields {
  const one: Json = isObject(recipient) ? recipient : { emailAddress: recipient };
  const text = (name: string): string => (typeof one[name] === 'string' ? one[name].slice(0, 4_000) : '');
  return {
    finalRecipient: addressIn(text('emailAddress')),
    originalRecipient: '',
    action: action === 'failed' ? text('action') || action : action,
    status: /[245]\.\d{1,3}\.\d{1,3}/.exec(text('status'))?.[0] ?? '',
    statusWords: '',
    diagnostic: text('diagnosticCode'),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
