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
  return aligned(a.slice(start, endA), b.slice(start, endB), limit);
}

function aligned(a: string, b: string, limit: number): number {
  const width = b.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: width }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j < width; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(last[j - 1]! + (same ? 0 : 1), last[j]! + 1, row[j - 1]! + 1);
      const areSwapped =
        i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (areSwapped) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
      if (cost < least) least = cost;
    }
    if (least > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(last[b.length]!, limit + 1);
}

/** Whether one slip, or day and month swapped, lies between two ISO dates that differ. */
export function isDateSlip(a: string, b: string): boolean {
  const swapped = `${b.slice(0, 4)}-${b.slice(8, 10)}-${b.slice(5, 7)}`;
  return a === swapped || slipsBetween(a.replaceAll('-', ''), b.replaceAll('-', ''), 1) === 1;
}
