const HOUR = 3_600_000;

/** Art. 33(1) GDPR: not later than 72 hours after having become aware. */
const NOTIFY_HOURS = 72;

export interface Deadlines {
  awareAt: Date;
  /** 72 hours of elapsed time: weekends and daylight saving move nothing. */
  deadline: Date;
  /**
   * Informative: the end by Regulation 1182/71 Art. 3(1) and 3(2)(a), which does not count the hour of the event and
   * ends with the expiry of the last hour.
   */
  periodEnd1182: Date;
}

/**
 * Both ends of the period that starts at `awareAt`. `offsetMinutes` is the local clock's distance from UTC at that
 * moment; it matters only where clocks differ by half hours, because the uncounted hour is one of the local clock.
 */
export function deadlinesOf(awareAt: Date, offsetMinutes = 0): Deadlines {
  const start = awareAt.getTime();
  const offset = offsetMinutes * 60_000;
  const nextFullHour = (Math.floor((start + offset) / HOUR) + 1) * HOUR - offset;
  return {
    awareAt,
    deadline: new Date(start + NOTIFY_HOURS * HOUR),
    periodEnd1182: new Date(nextFullHour + NOTIFY_HOURS * HOUR),
  };
}

/** Time left until the deadline at `now`, in whole minutes; negative once it has passed. */
export function minutesLeft(awareAt: Date, now: Date): number {
  return Math.floor((deadlinesOf(awareAt).deadline.getTime() - now.getTime()) / 60_000);
}
