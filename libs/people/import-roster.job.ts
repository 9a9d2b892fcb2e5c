import { z } from 'zod';
import { defineJob } from '#libs/jobs/index.js';

/** Imports a roster that was uploaded and looked at; handled by `RosterStepsService.run`. */
export const importRoster = defineJob('import-roster', z.strictObject({ uploadId: z.uuid() }));
