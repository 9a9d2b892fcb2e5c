import { z } from 'zod';
import { defineJob } from '#libs/jobs/index.js';

/** Looks for persons who stand twice in a breach, where that is due; handled by `DuplicatesService.runDue`. */
export const findDuplicates = defineJob('find-duplicates', z.strictObject({ breachId: z.uuid() }));
