import { z } from 'zod';
import { Problem } from '#libs/platform/index.js';
import { JobBook } from './job.js';
import { handle, requireHandlers } from './job-runner.js';

const book = new JobBook();
const wash = book.define('wash-cup', z.object({ cupId: z.string() }));
const dry = book.define('dry-cup', z.object({ cupId: z.string() }));
const doNothing = () => Promise.resolve();

function refusal(bindings: ReturnType<typeof handle>[]): string {
  try {
    requireHandlers([wash, dry], bindings);
    return 'starts';
  } catch (error) {
    return error instanceof Problem ? `${error.code}: ${error.message}` : String(error);
  }
}

describe('given jobs that are defined', () => {
  it('when they are listed, then each is, in the order of the definitions', () => {
    expect(book.all().map((job) => job.name)).toEqual(['wash-cup', 'dry-cup']);
  });

  it('when a name is given twice, then the program does not start', () => {
    expect(() => book.define('wash-cup', z.object({}))).toThrow('the job wash-cup is defined twice');
  });

  it('when each has one handler, then the worker starts', () => {
    expect(refusal([handle(wash, doNothing), handle(dry, doNothing)])).toBe('starts');
  });

  it('when one has no handler, then the worker is refused with the name of the job', () => {
    expect(refusal([handle(wash, doNothing)])).toBe(
      'job.without-handler: The job "dry-cup" has no handler. Bind it in apps/worker.',
    );
  });

  it('when one has two handlers, then the worker is refused with the name of the job', () => {
    expect(refusal([handle(wash, doNothing), handle(dry, doNothing), handle(wash, doNothing)])).toBe(
      'job.with-two-handlers: The job "wash-cup" has 2 handlers. Keep one in apps/worker.',
    );
  });
});
