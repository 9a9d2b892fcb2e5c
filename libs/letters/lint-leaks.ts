import type { Found } from './lint-rules.js';

const TRACKING =
  /[?&](?:utm_\w{1,20}|mc_[ce]id|_hs(?:enc|mi)|__hs\w{2,4}|mkt_tok|fbclid|gclid|dclid|msclkid|yclid|igshid|vero_(?:id|conv)|oly_(?:enc|anon)_id|elq\w{0,20}|trk\w{0,10}|sc_(?:cid|uid|eh)|ml_subscriber\w{0,8}|cm_mmc|s_cid|wickedid|rb_clickid|ck_subscriber_id|bsft_\w{1,10}|dm_i|ref_?src)=/i;
const REDIRECTOR =
  /^(?:bit\.ly|t\.co|tinyurl\.com|goo\.gl|ow\.ly|lnkd\.in|buff\.ly|rebrand\.ly|is\.gd|v\.gd|cutt\.ly|t\.ly|rb\.gy|shorturl\.at|tiny\.cc|bl\.ink|mailchi\.mp|hubs\.(?:ly|la)|l\.facebook\.com|(?:[\w-]+\.)*(?:list-manage\.com|sendgrid\.net|mandrillapp\.com|mailgun\.org|sparkpostmail\.com|createsend\d?\.com|rs6\.net|exct\.net|hubspotlinks\.com|hubspotemail\.net|mjt\.lu|sendibt\d\.com|sibforms\.com|klclick\d?\.com|safelinks\.protection\.outlook\.com|urldefense\.(?:com|proofpoint\.com)|awstrack\.me|mailjet\.com|emltrk\.com))$/i;
/** Names that services of mass mail give to the host that counts clicks. */
const COUNTING_HOST = /^(?:clicks?|trk|track|tracking|links?|lnk|redirect|redir|ct|elink|url\d{2,6})\d{0,4}\./i;
const TOKEN_NAME =
  /[?&#](?:token|tok|uid|user|userid|id|sid|key|hash|code|email|mail|e|recipient|rid|cid|subscriber|person|ref|t|k|h|u|s|auth|sig)=[^&\s"')>\]]{6,}/i;
const URL = /(?:https?:)?\/\/[^\s<>"')\]]{3,2000}|(?<![\w@./-])www\.[^\s<>"')\]]{3,2000}/giu;

/** Links that say who opened them, links to click, and pictures from elsewhere. */
export function findLinks(source: string): Found[] {
  const found: Found[] = [];
  const images: [number, number][] = [];
  const image =
    /!\[[^\]\n]{0,300}\]\( {0,3}<?(?:https?:)?\/\/[^\n)]{0,1000}\)?|<(?:img|input|video|audio|source|iframe|object|embed|link|picture|image)\b[^>]{0,1000}?\b(?:src|srcset|data|href|poster|xlink:href) {0,3}= {0,3}["']? {0,3}(?:https?:)?\/\/[^>]{0,1000}>?|\burl\( {0,3}["']?(?:https?:)?\/\/[^)\n]{0,500}|\bbackground {0,3}= {0,3}["']?(?:https?:)?\/\/[^>\n]{0,500}/giu;
  for (const { index, 0: text } of source.matchAll(image)) {
    found.push({ rule: 'remote-image', at: index });
    images.push([index, index + text.length]);
  }
  const clickable = clickableAt(source);
  for (const { index, 0: address } of source.matchAll(URL)) {
    if (images.some(([from, to]) => index >= from && index < to)) continue;
    const why = trackedBy(address.replace(/[.,;:!?]+$/, ''));
    if (why !== null) found.push({ rule: 'tracked-link', at: index, it: why });
    else if (clickable.has(index)) found.push({ rule: clickable.get(index)!, at: index, it: hostOf(address) });
  }
  return found;
}

/** Offsets of addresses that can be clicked; one whose words show another host than it leads to is as bad as a counted one. */
function clickableAt(source: string): Map<number, 'link' | 'tracked-link'> {
  const clickable = new Map<number, 'link' | 'tracked-link'>();
  const link =
    /\[([^\]\n]{1,300})\]\( {0,3}<?((?:https?:)?\/\/|www\.)|<a\b[^>]{0,500}?\bhref {0,3}= {0,3}["']? {0,3}((?:https?:)?\/\/|www\.)[^>]{0,1000}>([^<\n]{0,300})/giu;
  for (const match of source.matchAll(link)) {
    const begin = match[2] ?? match[3]!;
    const at =
      match[2] === undefined ? source.indexOf(begin, match.index + 2) : match.index + match[0].length - begin.length;
    const shown = /(?:https?:\/\/)?((?:[\w-]+\.)+[a-z]{2,})/i.exec(match[1] ?? match[4] ?? '')?.[1]?.toLowerCase();
    const target = hostOf(source.slice(at, at + 300));
    const isSame = !shown || bare(shown) === bare(target);
    clickable.set(at, isSame ? 'link' : 'tracked-link');
  }
  for (const { index } of source.matchAll(/<(?=https?:\/\/)/gi)) clickable.set(index + 1, 'link');
  return clickable;
}

function bare(host: string): string {
  return host.replace(/^www\./, '');
}

function hostOf(address: string): string {
  return /^(?:(?:https?:)?\/\/)?([^/?#:\s"'>)]+)/i.exec(address)?.[1]?.toLowerCase() ?? '';
}

/** What gives a counted address away; null for a plain one. */
function trackedBy(address: string): string | null {
  const tracking = TRACKING.exec(address);
  if (tracking) return tracking[0].slice(1, -1);
  const host = hostOf(address);
  if (REDIRECTOR.test(host) || COUNTING_HOST.test(host)) return host;
  if (
    /[?&](?:url|u|q|target|dest(?:ination)?|redirect(?:_ur[il])?|r|to|goto|link) {0,1}=(?:https?:|https?%3a)/i.test(
      address,
    )
  )
    return host;
  const token = TOKEN_NAME.exec(address);
  if (token) return token[0].slice(1).replace(/=.*/s, '');
  const rest = address.slice(address.indexOf(host) + host.length);
  return rest.split(/[/?&=#.]/).some(isToken) ? host : null;
}

/** A long stretch of letters and digits in no order is no word of an address. */
function isToken(part: string): boolean {
  if (part.length < 16 || part.length > 600 || !/^[\w%+~-]+$/.test(part)) return false;
  const digits = part.match(/\d/g)?.length ?? 0;
  const changes = part.match(/[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0;
  return (digits >= 4 && changes >= 3) || changes >= 5 || (digits >= 12 && digits === part.replace(/-/g, '').length);
}
