import { z } from 'zod';
import { defineJob } from '#libs/jobs/index.js';

/** Sends what of one notice is queued for e-mail; handled by `DeliveringService.deliver`. */
export const deliverNotice = defineJob('deliver-notice', z.strictObject({ noticeId: z.uuid() }));
