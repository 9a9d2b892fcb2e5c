import type { z } from 'zod';

const TYPES: Record<string, string> = {
  string: 'Enter a text.',
  number: 'Enter a number.',
  int: 'Enter a whole number.',
  boolean: 'Write true or false.',
  array: 'Enter a list.',
  object: 'Enter this part with its fields.',
  record: 'Enter this part with its fields.',
};

const FORMATS: Record<string, string> = {
  datetime: 'Write the time with its zone, as 2026-11-24T09:20:00+01:00.',
  email: 'Write one e-mail address, as name@example.org.',
  url: 'Write a web address, as https://agency.example.',
};

/** What to do about one fault that a schema found; never what stood there. A message of the schema itself goes first. */
export function inWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return TYPES[issue.expected] ?? 'Fill this in.';
    case 'invalid_value':
      return `Write one of ${issue.values.map(String).join(', ')}.`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'Write this as in the sample file.';
    case 'too_small':
      if (issue.origin === 'array') return `Name at least ${issue.minimum}.`;
      return issue.origin === 'string' ? 'Fill this in.' : `Enter a number of at least ${issue.minimum}.`;
    case 'too_big':
      if (issue.origin === 'array') return `Keep at most ${issue.maximum} of these.`;
      return issue.origin === 'string'
        ? `Shorten this to at most ${issue.maximum} characters.`
        : `Enter a number of at most ${issue.maximum}.`;
    case 'unrecognized_keys':
    case 'invalid_key':
      return 'Take out the fields that the sample file does not have.';
    default:
      return 'Write this as in the sample file.';
  }
}
