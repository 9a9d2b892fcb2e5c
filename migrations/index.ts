import { Installation1764000000001 } from './0001-installation.js';
import { Staff1764000000002 } from './0002-staff.js';
import { Ledger1764000000003 } from './0003-ledger.js';
import { Breach1764000000004 } from './0004-breach.js';
import { People1764000000005 } from './0005-people.js';
import { Letters1764000000006 } from './0006-letters.js';
import { Delivery1764000000007 } from './0007-delivery.js';
import { Replies1764000000008 } from './0008-replies.js';
import { Jobs1764000000009 } from './0009-jobs.js';
import { PeopleAtScale1764000000010 } from './0010-people-at-scale.js';
import { Keeping1764000000011 } from './0011-keeping.js';
import { ByHand1764000000012 } from './0012-by-hand.js';
import { Erasure1764000000013 } from './0013-erasure.js';
import { Duplicates1764000000014 } from './0014-duplicates.js';
import { RosterUpload1764000000015 } from './0015-roster-upload.js';
import { LeanContacts1764000000016 } from './0016-lean-contacts.js';
import { NoticeOverride1764000000017 } from './0017-notice-override.js';
import { KindsOfNotice1764000000018 } from './0018-kinds-of-notice.js';
import { Communications1764000000019 } from './0019-communications.js';
import { Writing1764000000020 } from './0020-writing.js';
import { DeliveryReports1764000000021 } from './0021-delivery-reports.js';
import { PrintRuns1764000000022 } from './0022-print-runs.js';
import { Campaign1764000000023 } from './0023-campaign.js';
import { Reminders1764000000024 } from './0024-reminders.js';

/** Every step of the schema, in the order in which it was released. Released steps never change. */
export const migrations = [
  Installation1764000000001,
  Staff1764000000002,
  Ledger1764000000003,
  Breach1764000000004,
  People1764000000005,
  Letters1764000000006,
  Delivery1764000000007,
  Replies1764000000008,
  Jobs1764000000009,
  PeopleAtScale1764000000010,
  Keeping1764000000011,
  ByHand1764000000012,
  Erasure1764000000013,
  Duplicates1764000000014,
  RosterUpload1764000000015,
  LeanContacts1764000000016,
  NoticeOverride1764000000017,
  KindsOfNotice1764000000018,
  Communications1764000000019,
  Writing1764000000020,
  DeliveryReports1764000000021,
  PrintRuns1764000000022,
  Campaign1764000000023,
  Reminders1764000000024,
];
