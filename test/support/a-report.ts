/** What a delivery report of the tests says. */
export interface SaidReport {
  messageId: string;
  to?: string;
  action?: 'failed' | 'delayed' | 'delivered' | 'relayed';
  status?: string;
  /** The server's own words. */
  says?: string;
  /** The address that the report itself goes to. */
  sentTo?: string;
}

/** A delivery report by the letter of RFC 3464, about one recipient. */
export function aReport({
  messageId,
  to = 'p1@work.example',
  action = 'failed',
  status = { failed: '5.1.1', delayed: '4.4.1', delivered: '2.0.0', relayed: '2.0.0' }[action],
  says = { failed: '550 5.1.1 <p1@work.example>: no such user', delayed: '', delivered: '', relayed: '' }[action],
  sentTo = 'bounces@letters.example',
}: SaidReport): Buffer {
  return Buffer.from(
    [
      'From: Mail Delivery System <MAILER-DAEMON@work.example>',
      `To: ${sentTo}`,
      'Subject: Delivery report',
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'This is the mail system at work.example.',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; work.example',
      '',
      `Final-Recipient: rfc822; ${to}`,
      `Action: ${action}`,
      `Status: ${status}`,
      ...(says ? [`Diagnostic-Code: smtp; ${says}`] : []),
      '',
      '--b',
      'Content-Type: message/rfc822',
      '',
      `Message-ID: ${messageId}`,
      'Subject: A letter',
      '',
      'Dear Lotte',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

/** A mail that somebody wrote. */
export function aReply({
  from = 'p1@work.example',
  subject = 'Re: a letter',
  text = 'Whom may I call?',
  inReplyTo = '',
}: {
  from?: string;
  subject?: string;
  text?: string;
  inReplyTo?: string;
} = {}): Buffer {
  return Buffer.from(
    [
      `From: Lotte <${from}>`,
      'To: bounces@letters.example',
      `Subject: ${subject}`,
      ...(inReplyTo ? [`In-Reply-To: ${inReplyTo}`] : []),
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ].join('\r\n'),
  );
}
