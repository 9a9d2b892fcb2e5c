/** Where progress is written: a terminal overwrites its line, a log gets one now and then. */
export interface ProgressOutput {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
}

const TERMINAL_MILLISECONDS = 1_000;
const LOG_MILLISECONDS = 10_000;

/** Says on stderr how far a long import is and at what rate; work that is done in a moment says nothing. */
export class RowsProgress {
  private readonly startedAt: number;
  private saidAt: number;
  private width = 0;

  constructor(
    private readonly out: ProgressOutput = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.startedAt = this.saidAt = now();
  }

  tell(rows: number): void {
    const now = this.now();
    if (now - this.saidAt < (this.out.isTTY ? TERMINAL_MILLISECONDS : LOG_MILLISECONDS)) return;
    this.saidAt = now;
    const line = `${rows} rows done, ${Math.round((rows / (now - this.startedAt)) * 1000)} a second`;
    this.out.write(this.out.isTTY ? `\r${line.padEnd(this.width)}` : `${line}\n`);
    this.width = line.length;
  }

  /** Leaves the line on a terminal to whatever is written next. */
  end(): void {
    if (this.out.isTTY && this.width > 0) this.out.write('\n');
  }
}
