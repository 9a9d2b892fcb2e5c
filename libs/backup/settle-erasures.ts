import type { DataSource } from 'typeorm';
import { eraseAgain, erasedPersons } from '#libs/people/index.js';
import { appendErasures, log, makeErasuresFile, readErasures } from '#libs/platform/index.js';

/**
 * Brings the file of erasures and the database together, before anything is served: who stands in the file is erased
 * here too (an erasure that was cut off before it was committed, a database that was set back), and who is erased here
 * stands in the file. Answers how many persons were erased.
 */
export async function settleErasures(database: DataSource, keyFile: string): Promise<number> {
  makeErasuresFile(keyFile);
  const onFile = readErasures(keyFile) ?? [];
  const known = new Set(onFile.map((one) => one.personId));
  return await database.transaction(async (tx) => {
    const again = await eraseAgain(tx, [...known], 'system');
    if (again.length > 0) log.warn('persons of the erasures file were erased', { count: again.length });
    const unknown = (await erasedPersons(tx)).filter((one) => !known.has(one.personId));
    appendErasures(keyFile, unknown);
    return again.length;
  });
}
