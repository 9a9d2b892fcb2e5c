/** The door of delivery for pure code: nothing behind it loads Nest, TypeORM or a driver. */
export { BOUNCE_CLASSES, type BounceClass } from './bounce-classes.js';
export { readDeliveryReport, type DeliveryReport, type ReportKind } from './bounce-report.js';
export { MAIL_LIMITS, isMail } from './mail-parts.js';
export { readVerp, verpAddress } from './verp.js';
