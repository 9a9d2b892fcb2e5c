/**
 * A value as it stands within a line, the same in every form of a letter: line ends and tabs are spaces, all other
 * control characters and halves of characters are dropped. A line break would begin a paragraph that we did not write,
 * and the rest cannot be printed. Everything else stays as it was entered.
 */
export function plainLine(value: string): string {
  if (!/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value)) return value;
  return value.replace(/[\t-\r\u0085\u2028\u2029]+/g, ' ').replace(/[\p{Cc}\p{Cs}]/gu, '');
}
