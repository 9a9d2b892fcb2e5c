// Writes a roster of invented people as CSV: `node bench/people-file.mjs ROWS > people.csv`. The same rows each time.
// 13 columns; of a hundred people a quarter has two documents out, half one, a quarter none.
const GIVEN = ['Émilie', 'Jan', 'Lotte', 'Jürgen', 'Marie', 'Thomas', 'Noémie', 'Pieter', 'Anaïs', 'Wouter', 'Sofie', 'Luc', 'Greet', 'François', 'Elke', 'Matthias', 'Chloé', 'Bram', 'Inge', 'Hélène']; // prettier-ignore
const FAMILY = ['Peeters', 'Janssens', 'Maes', 'Dubois', 'Lambert', 'Van den Broeck', 'De Smet', 'Müller', 'Claes', 'Willems', "D'Hondt", 'Leclercq', 'Vandenberghe', 'Schmitz', 'Jacobs', 'Mertens']; // prettier-ignore
const STREETS = ['Rue de la Loi', 'Kerkstraat', 'Avenue Louise', 'Hauptstraße', 'Stationsstraat', 'Chaussée de Wavre', 'Molenweg']; // prettier-ignore
const PLACES = [['1000', 'Bruxelles'], ['2000', 'Antwerpen'], ['9000', 'Gent'], ['4700', 'Eupen'], ['5000', 'Namur'], ['3000', 'Leuven']]; // prettier-ignore
const LANGUAGES = ['nl', 'nl', 'nl', 'fr', 'fr', 'de', 'en'];
const CATEGORIES = ['staff', 'former-staff', 'applicant', 'past-applicant'];
const DOCUMENTS = ['BE:id-card:scan:presumed', 'BE:id-card:scan-both-sides:confirmed; BE:passport:number:presumed', '', 'BE:id-card:number:not-excluded']; // prettier-ignore
export const COLUMNS = ['reference', 'category', 'given_name', 'family_name', 'email', 'phone', 'language', 'birth_date', 'street', 'postcode', 'city', 'national_number', 'documents']; // prettier-ignore

/** The rows of the list as text, some thousands at a time. */
export function* peopleFile(count, salt = '') {
  let seed = 42;
  const chance = () => {
    seed ^= seed << 13;
    seed >>>= 0;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    seed >>>= 0;
    return seed / 4294967296;
  };
  const pick = (list) => list[Math.floor(chance() * list.length)];
  const two = (n) => String(n).padStart(2, '0');
  let text = `${COLUMNS.join(',')}\n`;
  for (let i = 0; i < count; i++) {
    const family = pick(FAMILY);
    const [year, month, day] = [
      40 + Math.floor(chance() * 65),
      1 + Math.floor(chance() * 12),
      1 + Math.floor(chance() * 28),
    ];
    const body = `${two(year % 100)}${two(month)}${two(day)}${String(1 + Math.floor(chance() * 997)).padStart(3, '0')}`;
    const number = body + two(97 - (((year >= 100 ? 2e9 : 0) + Number(body)) % 97));
    const [postcode, city] = pick(PLACES);
    const email = `p${i}.${family.toLowerCase().replace(/[^a-z]/g, '')}${salt}@host${i % 50}.example`;
    text += `P${String(i).padStart(8, '0')},${pick(CATEGORIES)},${pick(GIVEN)},"${family}",${email},+324${String(70000000 + Math.floor(chance() * 29999999))},${pick(LANGUAGES)},${1900 + year}-${two(month)}-${two(day)},"${pick(STREETS)} ${1 + Math.floor(chance() * 300)}, bus ${1 + Math.floor(chance() * 20)}",${postcode},${city},${number},${pick(DOCUMENTS)}\n`;
    if (text.length > 1 << 20) {
      yield text;
      text = '';
    }
  }
  yield text;
}
