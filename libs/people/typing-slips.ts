/**
 * How many slips of typing lie between two texts: characters changed, added or left out, and neighbours swapped
 * (optimal string alignment). Stops counting above `limit` and answers `limit + 1`.
 */
export function slipsBetween(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let start = 0;
  let endA = a.length;
  let endB = b.length;
  while (start < endA && start < endB && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  while (endA > start && endB > start && a.charCodeAt(endA - 1) === b.charCodeAt(endB - 1)) {
    endA--;
    endB--;
  }
  const [lengthA, lengthB] = [endA - start, endB - start];
  if (lengthA <= 1 && lengthB <= 1) return 1;
  const areSwapped =
    lengthA === 2 &&
    lengthB === 2 &&
    a.charCodeAt(start) === b.charCodeAt(start + 1) &&
    a.charCodeAt(start + 1) === b.charCodeAt(start);
  if (areSwapped) return 1;
  return limit <= 1 ? limit + 1 : aligned(a.slice(start, endA), b.slice(start, endB), limit);
}

/** By the table of all alignments of two texts that share neither their first nor their last character. */
function aligned(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  let [beforeLast, last, row] = [new Uint16Array(width), new Uint16Array(width), new Uint16Array(width)];
  for (let j = 0; j < width; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j < width; j++) {
      const other = b.charCodeAt(j - 1);
      let cost = Math.min(last[j - 1]! + (letter === other ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      const areSwapped = i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other;
      if (areSwapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return Math.min(last[b.length]!, limit + 1);
}

/** Whether one slip, or day and month swapped, lies between two ISO dates that differ. */
export function isDateSlip(a: string, b: string): boolean {
  if (a === b) return false;
  const swapped = `${b.slice(0, 4)}-${b.slice(8, 10)}-${b.slice(5, 7)}`;
  return a === swapped || slipsBetween(a.replaceAll('-', ''), b.replaceAll('-', ''), 1) === 1;
}
