export { nextRung, type Channel } from './ladder.js';
export { countFirstChannels, type ChannelCount } from './first-channels.js';
export { channelBasis } from './channel-basis.js';
export { DISPATCH_STATES, type DispatchState } from './dispatch.js';
export { deliverNotice } from './deliver-notice.job.js';
export { dispatchOf, messageIdOf } from './message-id.js';
export { CampaignService } from './campaign.service.js';
export { paceOf, pauseOf, stoppingOf, type Pace, type Pause, type Stopping } from './campaign.queries.js';
export { DoubtsService } from './doubts.service.js';
export { GoLiveService, type LiveStatement } from './go-live.service.js';
export { isRealRelay, requireLive } from './go-live.js';
export { RelayLogReader, type RelayLog } from './relay-log.js';
export { RelaySettlingService, type Settlement } from './relay-settling.service.js';
export { SendingService } from './sending.service.js';
export { DeliveringService } from './delivering.service.js';
export { MailRelay } from './mail-relay.js';
export { CaughtMailService, type CaughtMailView } from './caught-mail.service.js';
export {
  countQueued,
  letterClocks,
  listDispatches,
  progressOf,
  reasonsFor,
  type DeliveryProgress,
  type DispatchRow,
} from './deliveries.queries.js';
export { NEXT_STEPS, nextStepOf, reasonOf, type NextStep, type Situation } from './untold.js';
export { reasonInWords, stepInWords } from './untold-words.js';
export { listUntold, untoldGroups, type UntoldGroup, type UntoldPerson } from './untold.queries.js';
export { TestLetterService, requireTaken, type TestLetter } from './test-letter.service.js';
export { envelopeOf, verpKey } from './envelope.js';
export { checkSender } from './doctor-sender.js';
export { sendProbe, type Probe } from './probe.js';
export {
  BounceMailboxService,
  checkBounceMailbox,
  type MailboxLook,
  type MailboxState,
} from './bounce-mailbox.service.js';
export { MAILBOX_FAULTS, type MailboxFault } from './mailbox-faults.js';
export { DeliveryReportsService, type ReportSource, type TakenReport } from './delivery-reports.service.js';
export { KeptReportsService, type KeptReport, type OpenedReport } from './kept-reports.service.js';
export { countWaiting as countReturned } from './delivery-reports.store.js';
export { failAttempts, type Failure } from './failed-attempts.js';
export { SettlingService, settlingHours, type SettlingState } from './settling.service.js';
export { REMIND_DAYS, REMIND_TIMES, RemindersService, remindersOf } from './reminders.service.js';
export { reminderState, type ReminderSchedule, type ReminderState } from './reminders.store.js';
export { SilenceService, type Silence } from './silence.service.js';
export { makePrintFiles } from './make-print-files.job.js';
export { MOST_LETTERS, PrintRunsService, type Posting, type SheetsLeftOut } from './print-runs.service.js';
export {
  RETURN_REASONS,
  countWaiting,
  getPrintRunOf,
  listPrintRuns,
  namedSheets,
  sheetCounts,
  type PrintRun,
  type ReturnReason,
  type SheetCounts,
  type SheetRow,
} from './print-runs.store.js';
export { PrintFilesService, type PrintProgress } from './print-files.service.js';
export { listPrintFiles, type PrintFile } from './print-files.store.js';
export { writePrintFile } from './print-folder.js';
export {
  MOST_CODES,
  ReturnedLettersService,
  type ReturnVerdict,
  type ReturnedLetters,
} from './returned-letters.service.js';
export { HandoversService, type Handover, type HandListWords, type LetterByHand } from './handovers.service.js';
export { sheetCode } from './sheet-code.js';
export { DeliveryModule } from './delivery.module.js';

/**
 * Not in a backup: what the built-in catcher took stands for other people's mailboxes, where nothing is erased; the files
 * of a print run hold whole letters, and can be made again.
 */
export const OUTSIDE_TABLES = ['caught_mail', 'print_file_content'] as const;
