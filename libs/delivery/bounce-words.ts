import type { BounceClass } from './bounce-classes.js';

/**
 * Words by which servers and providers say why. A phrase is matched by whole words in what `plainWords` made: small
 * letters, no accents, single blanks. `…` stands for up to 50 characters, `*` for the rest of a word, `(a|b)` for one
 * of two, `(a )?` for what may be missing. How one is added: docs/bounces.md.
 */
type Phrases = readonly string[];

const BOX = '(mail ?box|account|inbox|in-box|user|recipient|maildir|mailfolder|mail ?drop|address)';
const HOLDER = '(mail ?box|account|inbox|user|recipient|recipient address|e-?mail address)';
const WHO =
  '(user|user ?id|user ?name|users|mail ?box|recipient|recipients|address|addresses|account|alias|inbox|local[ -]part|name|customer|subscriber|person|addressee|mail ?drop|e-?mail|rcpt|id|contact)';
const IS_NOT =
  '(is |was |are |does |do |did |has |have |could |can |been )*(unknown|invalid|not( be)? (found|known|exist*|valid|recognized|recognised|listed|registered|located|resolved|here)|unrecognized|nonexistent|non-existent|undeliverable|unroutable|unrouteable)';

const FULL: Phrases = [
  `${BOX} … (full|over ?quota|over (the |its |his )?(quota|limit)|exceed* … (quota|limit|storage|size))`,
  `(${BOX}|quota|storage|disk|message store|space) … (is |has been |was )?(full|exceeded|exhausted|used up)`,
  '(over|exceed*|out of|not enough|insufficient|no|lack of|low on) (\\w+ ){0,2}(quota|storage|disk space|space( left)?|disk)',
  '(mailbox ?full|mailfull|overquota|quota (exceed*|violation|reached|limit)|mailbox size limit|storage (limit|allocation))',
  'full (mail ?box|inbox|disk)',
  '(mail ?file|mail ?folder) (is )?full',
  '(has|contains) too many (messages|mails)',
  '(mailbox|user) … too (large|big) to (accept|receive)',
  '(boite|messagerie|compte) … (pleine|plein|saturee?|depass*)',
  '(quota|espace) … (depasse*|atteint|insuffisant)',
  '(postfach|mailbox|speicher*|posteingang) … (voll|uberfullt|uberschritten|erschopft)',
  '(kontingent|speicherplatz|speichergrenze) … (uberschritten|erreicht|erschopft)',
  '(postvak|mailbox|brievenbus|postbus) … (vol|overvol)',
  '(quotum|quota|opslag*) … (overschreden|bereikt)',
  '(buzon|casella|caixa|skrzynka) … (llen*|pien*|chei*|pelna|przepelniona)',
];

const GREYLISTED: Phrases = [
  '(gr[ea]y-?list*|gr[ea]y listed)',
  '(try|come|retry) (back|again) in \\d+ (second*|minute*|sec|min|s|m)',
  'first time … (try|retry) again',
];

const AUTH: Phrases = [
  '(dmarc|dkim|spf|domainkeys|sender policy framework|sender id|arc) ',
  '(dmarc|dkim|spf)',
  'unauthenticated',
  '(no|not|without|fail*|lack*|pass|require*|must|bad|invalid) (\\w+ ){0,4}(authenticat*|authoris* credentials|credentials)',
  'authentication (\\w+ ){0,3}(required|fail*|needed)',
  '(starttls|tls|encryption|encrypted) (\\w+ ){0,3}(required|needed|not available|only)',
  '(must|should) (\\w+ ){0,4}(starttls|use tls|encrypt*)',
];

const REPUTATION: Phrases = [
  '(black|block|deny|drop|ban)[- ]?list*',
  '(rbl|dnsbl|dnsrbl|spamhaus|spamcop|sorbs|uceprotect|senderscore|senderbase|njabl|mailspike|abuseat|cbl|zen|cloudmark|trustedsource|barracuda* ?reputation)',
  'reputation',
  '(reverse[- ]?(dns|lookup|resolution|mapping|record|host ?name|address)|rdns|ptr|no dns record for)',
  '(cannot|could not|unable to|can not|not) (find|resolve|lookup|verify) your (host|reverse|ip|hostname|server|domain)',
  '(your|client|sending|source|this|connecting) (\\w+ )?(ip|ip address|host|server|mail ?server|network|mta|client|system) … (block*|banned|refused|rejected|denied|not (allowed|permitted|accepted|authorized)|listed|poor|bad|suspicious)',
  '(block*|banned|refus*|reject*|deni*|bad|invalid|poor|dynamic*) … (ip|ip address|ips|ip range|your (server|host|network|mail ?server|address|domain|ip))',
  '(ip|host|client|network|domain)( address)? (is |was |has been |temporarily )*(blocked|banned|listed|denied|rejected|refused)',
  '(connection|connections|connexion|access|mail|messages|email) (\\w+ )?(from|by) … (refused|rejected|denied|blocked|not (allowed|accepted|permitted))',
  'not allowed to (connect|send)',
  '(helo|ehlo) … (reject*|denied|refused|invalid|not|bad|must|should)',
  '(bad|invalid|rejected|need fully-qualified) (\\w+ )?(helo|ehlo)',
  '(complaints|complaint rate)',
  '(service|access|connexion) (refusee?|interdit*)',
  'open (relay|proxy)',
  '(unsolicited|bulk) (mail|e-?mail|messages) … (from|your|originat*)',
  'a problem occurred\\W+ask your postmaster',
  '(too many|high|large) (spam|unknown users|invalid recipients|bad recipients)',
];

/** Said of a server mostly, and of a letter by those who say more. */
const BLOCKED: Phrases = [
  '(is|are|been|was|were|mail|message|temporarily|permanently) blocked',
  'blocked (by|using|for|due|because|see|at|-|:)',
];

const BUSY: Phrases = [
  'too many (\\w+ ){0,2}(connections?|sessions?|messages|mails|recipients|emails|rcpts?|errors|commands|failed|requests|deliveries|hits)',
  '(rate|frequency|concurrency|connection|connections|sending|hourly|daily|receiving)[ -](limit*|control|exceeded)',
  '(frequency|rate|concurrency) (is |was |has been )?(limited|exceeded|too high|reached)',
  '(limit|maximum|max|number) … (connections|messages|recipients|sessions|hour|day|sender|minute|concurrent) … (reached|exceed*)',
  '(exceeded|reached|over) (\\w+ ){0,4}(rate|daily|hourly|sending|concurrent|connection|connections|messages per|recipients per)',
  '(receiving|sending|sent) … (too quickly|at a rate|too many|too much|too fast)',
  '(unusual|unexpected|excessive) (\\w+ )?(rate|volume)',
  '(throttl*|slow down|too (busy|fast)|server (is )?busy|system load|load (is )?too high|overload*)',
  '(trop de|zu viele|te veel) (connexions|verbindungen|verbindingen|messages|nachrichten|berichten|courriers)',
  'resources (temporarily )?(unavailable|restricted)',
];

const TOO_LARGE: Phrases = [
  '(message|mail|e-?mail|attachment|attachments|body|data|letter|headers?|content) … (too (large|big)|larger than|exceed* … (size|limit|maximum|length))',
  '(message|mail|e-?mail) (size|length) (exceed*|limit*|violation|is larger)',
  'exceed* (\\w+ ){0,4}(message size|maximum size|size limit|message length|fixed limit)',
  '(size limit|maximum message size|max message size|message size limit)',
  'too (large|big) (\\w+ )?(message|mail|e-?mail)',
  '(message|courriel|nachricht|mail|bericht|courrier) … (trop (grand*|volumineux|gros)|zu (gro(ss|ß)|umfangreich)|te groot)',
];

const CONTENT: Phrases = [
  '(spam|spammy|ube|uce|junk|phish*|virus*|malware|trojan|infected|worm|pourriel|unerwunscht*|ongewenst*)',
  '(message|mail|content|body|subject|header|headers|attachment|attachments|text|url|link|links|file|e-?mail) … (contain*|banned|prohibited|filter*|suspicious|malformed|forbidden|harmful|scored?|infected|quarantine*|unacceptable|objectionable)',
  '(content|body|subject|header|headers|attachment|media|conversion|mime|data)( content)? (was |is |has been |were )?(reject*|refus*|error|violation|filter*|failed|denied|not (accepted|allowed|permitted|compliant))',
  '(media|content|conversion|mime|message|header) (error|type|format) ',
  '(due to|because of) … (content|attachment|header|filter)',
  '(not|non)[- ]?(rfc|compliant|conform*)',
  'rfc ?\\d* … (complian*|violation|conform*|specif*|require*)',
  'multiple (\\w+ )?(addresses|subject|from|to|date|headers)',
  '(missing|duplicate|no valid|no|lacks|bare|without) (\\w+ ){0,2}(headers?|from:|date:|message-id|lf|cr|line ?feeds?|subject)',
  '(considered|classified|identified|detected|recognized|looks like|appears to be|likely|regarded|tagged) (\\w+ ){0,3}(spam|junk|unsolicited|suspicious|automated|bulk|dangerous)',
  '(unsolicited|undesired|inappropriate|advertis*|executable)',
  '(not accept* … 8-?bit|smtputf8)',
  '(its|the|your|message|mail) content',
];

const ABOUT_SENDER: Phrases = [
  '(sender|mail from|return[- ]?path|envelope from|envelope sender|originator|from address|from:? header|expediteur|absender*|afzender|reverse[- ]path) … (reject*|refus*|denied|not|exist|invalid|unknown|unresolvable|verif*|failed|blocked|bad|domain|abgelehnt|geweigerd|inconnu)',
  '(invalid|unknown|bad|unresolvable|unverified|unauthorized|rejected|refused|denied|blocked|fake|forged) (sender|return[- ]?path|mail from|from|originator|source)',
  'mail from … (rejected|refused|denied)',
  "(you|sender) (do not|don't|does not|are not|aren't|is not|must|need|have no) (\\w+ ){0,4}(permission|permitted|authorized|authorised|allowed|member|subscribe*|access)",
  '(not (authorized|authorised|allowed|permitted|welcome)) to (send|post|deliver|use|submit)',
  '(members|subscribers|internal|authenticated|authorized) (senders|users|only)',
  '(only|restricted) … (members|senders|subscribers|sender)',
];

const ABOUT_RULES: Phrases = [
  '(policy|polic(y|ies)|politique|richtlinie*|beleid) (reason*|violation*|reject*|restriction*|block*|prohibit*)',
  '(by|due to|violat*|because of|against|local|security|site|company|our) (\\w+ ){0,2}(policy|policies|rules)',
];

const RELAY: Phrases = [
  'relay(ing)?( access)?( is| was| mail| not)* (denied|not (permitted|allowed)|prohibited|refused|disabled|forbidden|permitted|allowed|attempt)',
  "(unable to|not allowed to|cannot|can't|won't|will not|refus* to|do not|don't|not an? (open )?|no|not permitted to|disallowed|denied|prohibited) (\\w+ ){0,2}relay*",
  '(rcpthosts|not a gateway|we do not relay)',
  '(registered gateway user|not (a )?local (domain|host)|domain (is )?not (local|hosted|handled) (here|by))',
];

const LOOP: Phrases = [
  '(mail|routing|forwarding|message|delivery|alias|mailing|mail forwarding|loop) (loop*|detected|alert)',
  '(loop|loops|looping|looped) ',
  'too many (hops|received headers?|forwards)',
  '(hop count|hopcount|maximum hops?|hop limit|hops) … (exceed*|max*|limit|reached)?',
  'duplicated message-id',
  '(schleife|boucle de messagerie|berichtenlus)',
];

const DISABLED: Phrases = [
  `${HOLDER} … (disabled|de-?activated|discontinued|suspended|locked|blocked|frozen|inactive|not (yet )?(active|activated)|expired|on hold|turned off|over its period|out of service)`,
  `(disabled|inactive|suspended|locked|blocked|frozen|deactivated|expired|dormant|unactivated) (\\w+ )?${HOLDER}`,
  `${HOLDER} … (temporarily|temporary|currently) (unavailable|disabled|locked|not available|suspended|restricted|not accepting)`,
  `(mail ?box|account|user) … (not|no longer) (currently )?(accepting|receiving|accepts|monitored|active|in use|in service) `,
  '(extended inactivity|due to inactivity|has been inactive)',
  '(compte|boite|konto|postfach|benutzer|account|postvak|mailbox|gebruiker) … (bloquee?|suspendue?|desactivee?|inactif|gesperrt|deaktiviert|inaktiv|stillgelegt|geblokkeerd|uitgeschakeld|gedeactiveerd|opgeschort)',
];

const NO_MAIL: Phrases = [
  'null ?mx',
  "(host|domain|site|server|system|it|destination|recipient) (\\w+ )?(does not|doesn't|do not|did not|never) (accept|receive|handle|want) (any )?(e-?mail|mail)s?( |$|\\.)(?!from)",
  'indicated no smtp service',
  '(no|any|a) (valid |usable )?(mail ?exchangers?|mx|mx records?|mail servers?|mx host*) (or ip address|(was |were |could be )?found|record*|for|host*|exist*)?',
  '(mail is not|not) accepted (for|by|on) this (host|domain)',
];

const NO_DOMAIN: Phrases = [
  '(unknown|unrouteable|unroutable|illegal|invalid|bad|nonexistent|non-existent|unresolvable|no such) (mail |destination |recipient |target )?(host*|domain*|site|system|server)',
  "(host|domain|host ?name|domain name|site|node|mail ?server)( name)? … (unknown(?! (user|recipient|mailbox|address))|(could |can |was )*not( be)? (found|resolved|known|exist|located|valid)|(couldn't|can't|cannot) be (found|resolved|located)|wasn't found|(does not|doesn't|didn't|did not) (exist|resolve)|not (exist|registered|resolv*)|unrouteable|unroutable|nonexistent|invalid)",
  '(nxdomain|nonexistentdomain|host unknown|unknown host)',
  "(can't|couldn't|could not|cannot|unable to) (find|resolve|look ?up|locate) (\\w+ ){0,2}(host|domain|mx|mail server)",
  '(name or service not known|no address associated|illegal host/domain name)',
  '(domaine|hote|serveur) … (inconnu*|introuvable|inexistant|existe pas)',
  '(domain*|host*|server) … (existiert nicht|unbekannt*|nicht gefunden|nicht aufgelost|gibt es nicht)',
  '(domein*|host|server) … (bestaat niet|onbekend|niet gevonden|niet gevonden worden)',
];

const MOVED: Phrases = [
  `${WHO} … (has|have) (been )?moved`,
  `(has|have) moved to`,
  `${WHO} … (has|have) (been )?changed`,
  '(no longer on (the |this )?(server|system)|no forwarding address|please (use|try) (the|his|her|my|their|its)? ?new address)',
  `${BOX} … (has been )?(replaced|migrated|relocated)`,
  '(a demenage|a change d.adresse|neue (e-?mail-?)?adresse lautet|nieuw (e-?mail)?adres is)',
];

const NO_MAILBOX: Phrases = [
  `${WHO} … ${IS_NOT}`,
  `(unknown|invalid|nonexistent|non-existent|no such|unrecognized|bad|illegal|incorrect|unrouteable|unroutable|undeliverable|no valid|not a valid|unregistered|wrong|unable to find) (\\w+[- ]){0,2}${WHO}s?`,
  `${WHO} … (could not|couldn't|cannot|can't|wasn't|isn't|can not) (be )?(found|located|resolved|valid|exist|looked up)`,
  `${WHO} … (does not|doesn't|doesnt|do not|don't|did not|didn't|no longer|not) (currently )?exists?`,
  `${WHO} … (no longer (valid|available|registered|exist*|with|here|in use)|(has been|was|been|is) (deleted|removed|cancell?ed|closed|terminated|retired|deprovisioned))`,
  `${WHO}[ -](unknown|not found|not exist*|notfound)`,
  `(no|not) (\\w+ ){0,2}(mailbox|mail box|user|account|recipient|one|person|customer|addressee) (\\w+ ){0,3}(here|by|with|of|called|named|under|found|at|in|on|for|matching)`,
  `(no|isn't|is not|not) (an? )?(\\w+ )?(mailbox|user|account|recipient|customer|subscriber|mail user|e-?mail address)( here| by that name|$)`,
  "(does not|doesn't|do not|don't|no longer|not) (currently )?(have|host|has) (an?|any) … (account|mailbox|address|user|inbox)",
  '(not|no) (a )?(local|valid|known|registered|current|such) (user|mailbox|recipient|address|account)',
  '(recip|recipient)notfound',
  '\\w*recipnotfound',
  '(not our customer|userunknown|unknownuser|no such (user|mailbox|recipient|address|account|person|local|inbox))',
  `${WHO} (address )?rejected( -|\\.|:)? ?($|user unknown|unknown|undeliverable address|no such|invalid|not found)`,
  '(mail ?box|recipient|user) (is |was )?(unavailable|not available|not found)',
  '(all recipients|recipient address) (\\w+ )?(invalid|rejected: unknown)',
  '(destinataire|adresse|utilisateur|boite|compte) … (inconnu*|invalide*|inexistant*|introuvable*|existe (pas|plus)|incorrecte?|non trouve*)',
  '(aucun|pas de) (utilisateur|compte|destinataire|boite)',
  '(empfanger*|benutzer*|nutzer|adresse|adressat|postfach|konto|mailadresse|e-?mail-?adresse|empfangeradresse|mailbox) … (unbekannt|nicht (\\w+ )?(gefunden|bekannt|existent|vorhanden|zustellbar|existiert|gultig|ermittelt)|existiert nicht|ungultig|gibt es nicht|nicht mehr (gultig|vorhanden))',
  '(unbekannte*|ungultige*|kein|keine|keinen) (solche*r? )?(empfanger*|benutzer*|nutzer|postfach|adresse|mailbox)',
  '(gebruiker*|ontvanger*|adres|e-?mailadres|postvak|postbus|brievenbus|geadresseerde|account|mailbox) … (onbekend*|bestaat niet|niet (\\w+ )?(gevonden|bekend|geldig|herkend)|ongeldig*|bestaat niet meer)',
  '(onbekende*|ongeldige*|geen) (\\w+ )?(gebruiker|ontvanger|adres|postvak|geadresseerde|mailbox)',
  '(usuario|destinatario|buzon|cuenta|utente|indirizzo|casella|usuario|conta) … (desconocid*|no existe|sconosciut*|non esist*|inesistente|non trovat*|no encontrad*|inexistente|nao existe)',
];

const TIMEOUT: Phrases = [
  '(timed?[- ]?out|timeout|time-out)',
  '(delivery|retry|queue|message|envelope|warning|mail)(\\w|\\.)* (time |period |lifetime )?(has |was |is )?(been )?(expired|exceeded)',
  'expired ',
  'retry time(out)?',
  '(lookup|resolution|resolver) (failure|failed|error|timeout)',
  'name ?server … (malformed|unexpected|fail*|not respond*)',
  '(malformed|unexpected) (\\w+ ){0,4}name ?server',
  'deliver* failed \\d+ (attempts|times)',
  "(could not|couldn't|unable to|not able to|wasn't able to|cannot|failed to|can't) (\\w+ ){0,2}(connect*|establish|reach*|contact*|deliver … (in|within|for|after) \\d)",
  '(connection|connexion|connect|verbindung|verbinding) … (refused|reset|lost|dropped|failed|closed|abort*|broken|timed|inactiv*|refusee|abgelehnt|geweigerd|mislukt|fehlgeschlagen)',
  '(no route to|network (is )?unreachable|lost connection|bad connection)',
  "(host|server|destination|site|gateway|mta|system|mailer) … (down|unreachable|not reachable|(is |did |was )*not respond*|no answer|not answer*|isn't answering|not accepting (connections|messages))",
  '(in the queue|gave up|giving up|given up|stopped trying|too long|has tried to deliver|undelivered after|for too long)',
  '(delai … (depasse|expire)|zeituberschreitung|nicht erreichbar|niet bereikbaar|injoignable)',
  '(could not|not) be delivered (for|within|after|in) … (hour*|day*|minute*)',
  '(not|never) accept (our|any|the) (requests?|attempts?|connections?)',
  '(socket|connect|connection|network) error',
  '(been|is|was) delayed',
];

const POLICY: Phrases = [
  '(policy|policies|politique|richtlinie*|beleid|rules?|restriction*|restricted|moderat*|whitelist|white list|allow ?list)',
  '(access |permission |is |was |message |mail |delivery |request |been )?(denied|forbidden|prohibited|disallowed|refused|declined|verboten|geweigerd|abgelehnt|refuse)',
  '(not|no) (accepted|wanted|welcome|permitted|allowed|authorized|permission)',
  '(reject*|refus*|declin*) … (by|your|mail|message|receive|e-?mail|email)',
  '(security|administrative*) (prohibition|reason*|polic*|violation|block)',
  '(filter*|rejected|reject)',
  'not (deliver|receive) … (restriction|refus*)',
];

const SYSTEM: Phrases = [
  '(internal|local|system|server|software|configuration|config|program|processing|transaction|service|database|ldap|mysql|dns|nameserver|i/o|delivery|mailer|protocol|spool|temporary|unexpected) (\\w+ ){0,2}(error|fail*|fault|problem|unavailable|not available|misconfig*)',
  '(misconfig*|mis-configur*)',
  "(cannot|can't|unable to|could not|failed to) (\\w+ ){0,2}(open|create|write|read|append|chdir|lock|run|fork|exec*|stat|access|contact ldap|lookup|save|store|process|retrieve)",
  '(permission denied|out of memory|no such file|not a directory|broken pipe|core dumped|segmentation|disk error|input/output)',
  '(command|verb|parameter)s? … (not (recognized|implemented|found|supported)|unrecognized|unknown|failed|died|rejected|error|out of sequence)',
  '(bad|unrecognized|unknown|unimplemented|unexpected) (command|sequence|parameter|verb)',
  '(syntax error|died with|exit status|exited with|error code|signal \\d+|pipe to|procmail|maildrop|malformed address|protocol error)',
  '(deferred|try(ing)? (again )?later|try again|temporar*|service (not available|unavailable)|essayer plus tard|reessayer|spater (erneut|noch)|later opnieuw)',
  '(mx list|lowest numbered mx|points? back|refers to myself|config error)',
];

/** Tried from top to bottom. */
type Table = readonly (readonly [BounceClass, RegExp])[];

/** What says something about the letter, the sender or the moment, whatever it says of the address beside. */
const NOT_THE_ADDRESS: Table = [
  ['full', oneOf(FULL)],
  ['greylisted', oneOf(GREYLISTED)],
  ['auth', oneOf(AUTH)],
  ['busy', oneOf(BUSY)],
  ['too-large', oneOf(TOO_LARGE)],
  ['mailbox-disabled', oneOf(DISABLED)],
  ['reputation', oneOf(REPUTATION)],
  ['policy', oneOf(ABOUT_RULES)],
  ['content-refused', oneOf(CONTENT)],
  ['reputation', oneOf(BLOCKED)],
  ['policy', oneOf(ABOUT_SENDER)],
  ['relay', oneOf(RELAY)],
  ['loop', oneOf(LOOP)],
];

const THE_ADDRESS: Table = [
  ['domain-without-mail', oneOf(NO_MAIL)],
  ['domain-unknown', oneOf(NO_DOMAIN)],
  ['moved', oneOf(MOVED)],
  ['no-such-mailbox', oneOf(NO_MAILBOX)],
];

/** Common words, which say why only where nothing else does. */
const FAINT: Table = [
  ['timeout', oneOf(TIMEOUT)],
  ['system', oneOf(SYSTEM)],
  ['policy', oneOf(POLICY)],
];

function oneOf(phrases: Phrases): RegExp {
  return new RegExp(phrases.map(patternOf).join('|'));
}

function patternOf(phrase: string): string {
  const pattern = phrase.replaceAll(' … ', '\\b.{0,50}?\\b').replace(/(?<=(?<!\\)\w)\*/g, '\\w*');
  return `\\b(?:${pattern})${/[\w)*?]$/.test(phrase) ? '(?!\\w)' : ''}`;
}

/** What is compared with phrases: small letters, no accents, single blanks, no addresses and links (`@` for each). */
export function plainWords(text: string): string {
  return text
    .slice(0, 8_000)
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019\u00b4`]/g, "'")
    .replace(/https?:\/\/[^\s<>"']{1,500}/g, ' ')
    .replace(/<?[^\s<>"',;:()[\]]{1,200}@[^\s<>"',;:()[\]]{1,200}>?/g, ' @ ')
    .replace(/\b[245]\d\d[- ](?=[245]\.\d{1,3}\.\d)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 3_000);
}

/** What a text that `plainWords` made says, and how plainly; null where it says nothing. */
export function readWords(words: string): { class: BounceClass; isFaint: boolean } | null {
  const found = find(NOT_THE_ADDRESS, words) ?? find(THE_ADDRESS, words);
  if (found) return { class: found, isFaint: false };
  const faint = find(FAINT, words);
  return faint && { class: faint, isFaint: true };
}

function find(table: Table, words: string): BounceClass | null {
  return table.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}
