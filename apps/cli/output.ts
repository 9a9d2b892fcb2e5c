import { Problem } from '#libs/platform/pure.js';

/** Answers go to stdout, one document; progress and refusals go to stderr. */
export function answer(json: boolean, value: unknown, words: string): void {
  process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${words}\n`);
}

export function progress(words: string): void {
  process.stderr.write(`${words}\n`);
}

/** One line that says what to do, the faults below it (fifty at most), and exit code 1. */
export function refusal(error: unknown): number {
  if (!(error instanceof Problem)) {
    process.stderr.write(
      `Something unexpected happened (${error instanceof Error ? error.name : typeof error}). Run \`bin/tocsin doctor\`, and report this with the log.\n`,
    );
    if (error instanceof Error && error.stack)
      process.stderr.write(
        `${error.stack
          .split('\n')
          .filter((line) => line.startsWith('    at '))
          .slice(0, 6)
          .join('\n')}\n`,
      );
    return 1;
  }
  process.stderr.write(`${error.message}\n`);
  const shown = error.faults.filter((fault) => fault.message !== error.message).slice(0, 50);
  for (const fault of shown) process.stderr.write(`  ${fault.at}: ${fault.message}\n`);
  const more = error.faults.length - shown.length;
  if (shown.length === 50 && more > 0) process.stderr.write(`  and ${more} more\n`);
  return 1;
}
