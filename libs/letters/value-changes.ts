/** A value of the register that is another now: `path` names it from the outside in, as `['sender', 'name']`. */
export interface ValueChange {
  path: string[];
  /** Undefined where there was none. */
  before: unknown;
  /** Undefined where there is none any more. */
  now: unknown;
}

/** What differs between two states of the same facts, value by value; a list is one value. */
export function changedValues(before: unknown, now: unknown, path: string[] = []): ValueChange[] {
  if (isGroup(before) || isGroup(now)) {
    const [was, is] = [isGroup(before) ? before : {}, isGroup(now) ? now : {}];
    const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
    return names.flatMap((name) => changedValues(was[name], is[name], [...path, name]));
  }
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [{ path, before, now }];
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
