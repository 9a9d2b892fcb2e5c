/** After ten wrong passwords within a quarter of an hour an account waits; it is never locked for good. */
export const MOST_FAILURES = 10;
export const FAILURE_MINUTES = 15;

/** Addresses without account that are remembered; the oldest is forgotten first. */
const MOST_KEPT = 10_000;

/**
 * Wrong passwords for addresses that have no account, so that these are slowed like all others and the answer does not
 * tell which addresses have one. In memory of one process: nothing here is worth a row.
 */
export class NobodysAttempts {
  private readonly times = new Map<string, number[]>();

  /** Counts one attempt. False when the address had its ten already; then it is not counted. */
  take(email: string, now: Date): boolean {
    const from = now.getTime() - FAILURE_MINUTES * 60_000;
    const recent = (this.times.get(email) ?? []).filter((at) => at > from);
    this.times.delete(email);
    const mayTry = recent.length < MOST_FAILURES;
    this.times.set(email, mayTry ? [...recent, now.getTime()] : recent);
    if (this.times.size > MOST_KEPT) this.times.delete(this.times.keys().next().value!);
    return mayTry;
  }
}
