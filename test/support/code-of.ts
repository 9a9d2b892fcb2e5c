import { Problem } from '#libs/platform/index.js';

/** The code of the problem that some work ends with; `done` where it ends well. Any other error fails the test. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  return await problemOf(work).then((problem) => problem?.code ?? 'done');
}

/** The problem that some work ends with, or null. */
export async function problemOf(work: Promise<unknown>): Promise<Problem | null> {
  try {
    await work;
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
