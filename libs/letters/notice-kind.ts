/** Kinds of the Art. 34 communication. */
export const NOTICE_KINDS = ['initial', 'follow-up', 'reminder', 'correction'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];
