export { closes, type NotInSum, type Sum } from './sum.js';
export { notInSumOf, sumOf } from './sum.queries.js';
export { reportCsv, type PartsOfSum, type Report } from './report.js';
export { reportHtml } from './report-html.js';
export { ReportsService } from './reports.service.js';
export { ReportsModule } from './reports.module.js';
