import { z } from 'zod';
import { defineJob } from '#libs/jobs/index.js';

/** Makes the files of one print run; handled by `PrintFilesService.make`. */
export const makePrintFiles = defineJob('make-print-files', z.strictObject({ runId: z.uuid() }));
