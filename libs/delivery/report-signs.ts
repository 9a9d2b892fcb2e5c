import { decodedWords, first, type MailPart } from './mail-parts.js';
import { plainWords } from './bounce-words.js';

const DAEMON =
  /mailer[-_ ]?daemon|mail[-_ ]?daemon|post[-_ ]?master|mail[-_. ]deliver|delivery[-_. ](?:sub)?system|mail[-_ ]?system|mdaemon|mail administrator|system administrator|double-bounce|bounce[sd]?@|mailerdaemon|interscan|undeliver|messaging ?server|mail ?server|auto-?reply ?daemon/i;

/** Was it sent by a mail system and not by a person? Nobody else sends with an empty envelope, or in these names. */
export function isMachine(mail: MailPart): boolean {
  const from = decodedWords(first(mail.headers, 'from'));
  if (DAEMON.test(from) || /^\s*(?:<>)?\s*$/.test(from)) return true;
  if (mail.headers.has('x-failed-recipients')) return true;
  const path = first(mail.headers, 'return-path');
  return /^<\s*>$/.test(path.trim()) || DAEMON.test(path);
}

/** People answer as postmaster too: what comes in that name alone is a report only where it has a report's form. */
export function isPostmaster(mail: MailPart): boolean {
  const from = decodedWords(first(mail.headers, 'from'));
  return /post[-_ ]?master/i.test(from) && !DAEMON.test(from.replaceAll(/post[-_ ]?master/gi, ''));
}

const NOT_DELIVERED_SUBJECT =
  /undeliver|not? (?:be )?deliver|deliver\w* .{0,30}(?:fail|problem|error|unsuccess|status|notif|report|delay|incomplete)|fail\w* .{0,20}(?:deliver|notice|mail)|failure|returned (?:mail|message|to sender)|returning|return(?:ed)? e?-?mail|bounce|rejected|non[- ]remis|non (?:delivre|distribu)|echec|remise|unzustellbar|nicht zustellbar|nicht zugestellt|zustellung|fehlgeschlagen|onbestelbaar|niet (?:be)?zorgd|niet afgeleverd|bezorging|mislukt|mail (?:error|status|problem)|(?:mail|message) (?:not|could not|cannot|wasn't)|delivery (?:status|delay|has)|user unknown|host unknown|loop alert|(?:error|problem|trouble) (?:sending|delivering|with) (?:your )?(?:e-?mail|message)|warning: could not|mail failed|(?:mail|email|message) .{0,10}fail|no entrega|mancata consegna|nao entreg|配信|送信|配送|エラー|不達|недостав|не доставлено/i;

const NOT_DELIVERED =
  /(?:could|can|was|were|will|has|have) ?(?:not|n't|never) (?:be |been )?(?:deliver|reach|sent|send|transmit|transfer)|(?:cannot|couldn't|can't|wasn't|weren't|unable to|not able to|failed to) (?:be )?(?:deliver|reach|send|sent|transmit|complete)|(?:did not|didn't|not) (?:reach|deliver)|undeliver|deliver\w* (?:\w+ ){0,8}(?:fail|error|problem|unsuccess)|fail\w* (?:\w+ ){0,4}(?:deliver|addresses|recipient|permanent)|permanent\w* (?:\w+ )?(?:error|fail|fatal)|(?:was|been|were|is|are) (?:returned|rejected|refused|bounced)|rejected your message|error (?:\w+ ){0,3}(?:deliver|occur|send)|(?:trouble|problems?|difficult\w*) (?:\w+ ){0,3}(?:deliver|send)|(?:reject|refus)\w* (?:\w+ ){0,2}(?:recipient|address)|(?:following|these) (?:\w+ )?(?:address|recipient)|transcript of session|mailbox is full|(?:unknown|invalid) (?:user|recipient|final)|did not like|n'a pas (?:pu|ete)|n'a pu etre|impossible de (?:remettre|distribuer|delivrer|livrer)|konnte (?:\w+ ){0,8}nicht (?:\w+ )?(?:zugestellt|gesendet|ubermittelt|ausgeliefert)|nicht zugestellt|niet (?:worden )?(?:be?zorgd|afgeleverd|verzonden|verstuurd)|kon niet|no se (?:pudo|ha podido)|non e stato possibile|rcpt to|\b5\d\d[ -]5\.\d\.\d|\b55[0-4] /;

/** Was it answered in the name of a person, though with an empty envelope as a mail system does (RFC 3834 section 3.3)? */
export function isForAPerson(mail: MailPart): boolean {
  const from = decodedWords(first(mail.headers, 'from'));
  return !DAEMON.test(from) && /@/.test(from) && !mail.headers.has('x-failed-recipients') && isAutomaticReply(mail);
}

/** Do subject or words say that a letter was not delivered? `prose` as it came. */
export function saysNotDelivered(mail: MailPart, prose: string): boolean {
  const subject = plainWords(decodedWords(first(mail.headers, 'subject')));
  return NOT_DELIVERED_SUBJECT.test(subject) || NOT_DELIVERED.test(plainWords(prose));
}

/** Does a report in prose say that the server goes on trying? */
export function saysDelayed(mail: MailPart, prose: string): boolean {
  const subject = plainWords(decodedWords(first(mail.headers, 'subject')));
  return DELAYED.test(subject) || DELAYED.test(plainWords(prose));
}

const DELAYED =
  /\((?:delay|warning)\)|\b(?:delivery |message |mail )?(?:is |was |has been |been )?delayed\b|warning message only|not (?:yet )?been delivered yet|(?:will|shall) (?:be retried|(?:keep|continue) (?:on )?(?:trying|to try)|try again|retry)|still (?:be )?(?:trying|being attempted|queued|undelivered)|(?:could not|not been|not) (?:send|sent|be delivered|delivered) (?:\w+ ){0,3}(?:for|in) (?:the )?(?:past|last)|no action is required|verzogerung|verzogert|wird weiter versucht|retarde|nouvelle tentative|vertraagd|vertraging|nieuwe poging/;

const AUTOMATIC_SUBJECT =
  /^(?:re: ?|aw: ?|antw: ?)?(?:automati\w+ (?:reply|response|antwort|antwoord|beantwoord\w*)|auto(?:reply|[- ]reply|[- ]response|responder)|out of (?:the )?office|(?:i am |i'm )?(?:away|on (?:leave|vacation|holiday))|ooo\b|vacation|absence|absent|reponse automatique|abwesen|automatische antwort|urlaub|afwezig|automatisch antwoord|buiten kantoor|verlof|conge|respuesta automatica|risposta automatica|please confirm|confirm your|verify your|challenge|anti-?spam (?:challenge|check)|sender verification|thank you for (?:your|contacting)|received:|ticket )/;

/** Was it answered by a program for a person (RFC 3834): away, on holiday, "confirm that you are human"? */
export function isAutomaticReply(mail: MailPart): boolean {
  const submitted = first(mail.headers, 'auto-submitted').toLowerCase();
  if (submitted !== '' && !submitted.startsWith('no')) return true;
  const signs = ['x-autoreply', 'x-autorespond', 'x-autoresponse', 'x-auto-response', 'x-vacation', 'x-mail-autoreply'];
  if (signs.some((name) => mail.headers.has(name))) return true;
  if (/auto[_-]?reply|auto[_-]?response/i.test(first(mail.headers, 'precedence'))) return true;
  if (
    /\boof\b|all/i.test(first(mail.headers, 'x-auto-response-suppress')) &&
    /^<\s*>$/.test(first(mail.headers, 'return-path').trim())
  )
    return true;
  return AUTOMATIC_SUBJECT.test(plainWords(decodedWords(first(mail.headers, 'subject'))));
}
