import type { Config, HealthCheck } from '#libs/platform/index.js';
import { advicesToReview } from './advice-book.js';

/** The doctor's look at the age of advice: old prices and delays warn, and stop nothing. */
export function checkAdvice(config: Pick<Config, 'ADVICE_REVIEW_MONTHS'>, now: Date): HealthCheck {
  const months = config.ADVICE_REVIEW_MONTHS;
  const stale = advicesToReview(now, months);
  const found = `${stale.length === 0 ? 'all' : 'not all'} held against its sources within ${months} months`;
  if (stale.length === 0) return { name: 'advice', state: 'ok', found, mend: null };
  const keys = stale.map(({ key, reviewed }) => `${key} (${reviewed})`).join(', ');
  return {
    name: 'advice',
    state: 'warning',
    found,
    mend: `Hold these against their sources, and set "reviewed" in templates/advice: ${keys}.`,
  };
}
