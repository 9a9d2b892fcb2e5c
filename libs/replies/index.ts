export { RepliesService, type LetterPage, type Receipt } from './replies.service.js';
export { countReplies, repliesOf, type RenewalCount, type ReplyCounts, type ReplyView } from './replies.queries.js';
export { RepliesModule } from './replies.module.js';
