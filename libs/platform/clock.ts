import { Injectable } from '@nestjs/common';

/** The only source of the current time in the process. Legal times are taken from the database's clock instead. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that stands still until it is moved, for tests. */
export class FixedClock extends Clock {
  constructor(private at: Date) {
    super();
  }
  override now(): Date {
    return new Date(this.at);
  }
  moveTo(at: Date): void {
    this.at = at;
  }
}
