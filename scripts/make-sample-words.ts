import type { Language } from '#libs/platform/index.js';

/** Names of an invented person. `latin` stands in e-mail addresses where the name itself is in another script. */
export interface Name {
  given: string;
  family: string;
  latin?: string;
}

type Home = 'nl' | 'fr' | 'de' | 'abroad';

export const GIVEN: Record<Home, string[]> = {
  nl: 'Lotte Bram Fenne Joris Marieke Wout Griet Stijn Aagje Pieter-Jan Liesbet Koen Nele Rik Hanneloes Dries Veerle Thijs Annelies Jef Silke Ruben Katrijn Maarten Ilse Gust Roos Jasper Ann-Sofie Warre Leentje Michiel'.split(' '),
  fr: 'Aurélie Benoît Chloé Damien Élodie François Gaëlle Hélène Jean-Baptiste Léontine Maxence Noémie Océane Pascal Quentin Romane Sébastien Thérèse Valère Zoé Anaïs Cédric Eugénie Grégoire Marie-Ève Loïc Solène Théo Maëlle Rémy'.split(' '),
  de: 'Anneliese Björn Christa Dietmar Elfriede Günther Heike Jörg Käthe Lothar Mechthild Norbert Renate Sönke Ulrike Volker Jürgen Bärbel Rolf Sieglinde'.split(' '),
  abroad: 'Agnieszka Siobhán Türkan Ștefan Zdeněk Inês José Åsa Þórdís Ngọc Fatiha Youssef Ibrahim Mirjana Łukasz Oisín Márta Jokūbas Leïla Gülşen Iñaki Rūta Zoltán Seán Amina Dušan Eilís Tomás Nadège'.split(' '),
}; // prettier-ignore

/** Family names that keep their own form: particles, apostrophes, diacritics. Most others are put together. */
export const FAMILY: Record<Home, string[]> = {
  nl: ["D'Hondt", 'Van den Broeck', "'t Zilverhof", "D'Haverloo", 'Van der Klokkenrade', 'De Wachtendonckere', 'op de Nevelberg', 'Vanden Elzenpoele'],
  fr: ["D'Aubermesnil", "de l'Écluse-Haute", 'du Val-Brumeux', "L'Hautfenoy", 'de la Clochetière', 'Grésillon-Maury', 'Vaubrûlé', 'Tréfontaine'],
  de: ['Nebelstößer', 'von der Glockenmühl', 'Großwächter', 'Übermoosen', 'Höhenfeldt', 'Müller-Krähenroth'],
  abroad: ['Mac Cárthaigh', "O'Súilleabháin", 'Wiśniewicka', 'Țurcăneanu', 'Dvořáčkovec', 'Yıldızoğlu', 'Ibáñez de la Niebla', 'São Lourençal', 'Sørensgård', 'Þórvarðsdóttir', 'Nguyễn Văn Sương', 'El Amraouiti', 'Ben Haddouche', 'Kovačevljić', 'Łabędziowski', 'Nagykőváry', 'Žemaitelis', "N'Dourambé", 'Çelikbaşlı', 'Ó Faoláinín', "D'Albuquerquinho", 'Al-Nahrawi'],
}; // prettier-ignore

export const FAMILY_PARTS: Record<'nl' | 'fr' | 'de', { before: string[]; first: string[]; last: string[] }> = {
  nl: {
    before: ['', '', '', 'Van ', 'Van ', 'De ', 'Van de ', 'Ver'],
    first: 'Haver Linde Ossel Doorne Wilgen Nevel Kraaien Molder Zilver Eike Brem Rietel Kwarte Turve Meers Hulsen'.split(' '),
    last: 'beke donck gem rade schot brugge hout velde poel wijck daele mare'.split(' '),
  },
  fr: {
    before: ['', '', '', '', 'Du', 'De '],
    first: 'Mont Val Bel Grand Haut Clair Rond Vert Noir Sous Franc Merle Pierre Ois'.split(' '),
    last: 'mesnil court fontaine pré lieu champ ruelle voisin villers mâche brisé ombreux'.split(' '),
  },
  de: {
    before: ['', '', '', 'von '],
    first: 'Eifel Raben Buchen Hohen Nebel Glocken Wester Silber Krähen Dürren'.split(' '),
    last: 'bach scheidt roth heim berger mühl stein brück'.split(' '),
  },
}; // prettier-ignore

/** Two names in other scripts: a letter greets its person as the roster writes them. */
export const OTHER_SCRIPTS: Name[] = [
  { given: 'Ελένη', family: 'Ομιχλάκη', latin: 'eleni.omichlaki' },
  { given: 'Олена', family: 'Дзвонаренко', latin: 'olena.dzvonarenko' },
];

export interface Place {
  postcode: string;
  city: string;
  country: string;
  streets: 'nl' | 'fr' | 'de';
}

const place = (streets: Place['streets'], country: string, names: string[]): Place[] =>
  names.map((name) => ({
    postcode: name.slice(0, name.indexOf(' ')),
    city: name.slice(name.indexOf(' ') + 1),
    country,
    streets,
  }));

/** Real places; every street in them is invented. */
export const PLACES: Record<Language, Place[]> = {
  nl: place('nl', 'BE', ['9000 Gent', '2800 Mechelen', '3000 Leuven', '8000 Brugge', '2000 Antwerpen', '3500 Hasselt', '8500 Kortrijk', '9300 Aalst', '1800 Vilvoorde', '2300 Turnhout', '1000 Brussel', '1090 Jette', '9700 Oudenaarde', '8900 Ieper']),
  fr: place('fr', 'BE', ['4000 Liège', '5000 Namur', '6000 Charleroi', '7000 Mons', '1300 Wavre', '7500 Tournai', '6700 Arlon', '4800 Verviers', '1400 Nivelles', '1000 Bruxelles', '1050 Ixelles', '1180 Uccle', '5500 Dinant', '6900 Marche-en-Famenne']),
  de: place('de', 'BE', ['4700 Eupen', '4780 Sankt Vith', '4720 Kelmis', '4760 Büllingen', '4730 Raeren', '4750 Bütgenbach']),
  en: [...place('fr', 'BE', ['1040 Etterbeek', '1050 Ixelles', '1200 Woluwe-Saint-Lambert', '1000 Bruxelles']), ...place('nl', 'BE', ['3080 Tervuren', '1930 Zaventem', '3001 Heverlee'])],
}; // prettier-ignore

export const PLACES_ABROAD: Place[] = [
  ...place('nl', 'NL', ['6211 Maastricht', '4811 Breda', '4561 Hulst']),
  ...place('fr', 'FR', ['59000 Lille', '08600 Givet']),
  ...place('de', 'DE', ['52062 Aachen', '54290 Trier']),
  ...place('fr', 'LU', ['1118 Luxembourg', '9516 Wiltz']),
];

export const STREET_PARTS: Record<'nl' | 'fr' | 'de', { first: string[]; last: string[] }> = {
  nl: {
    first: 'Klepelroede Nevelmolen Zilverreiger Wakersklok Turfschuit Kraaienbos Rietpluim Lantaarngast Haverkist Dauwveld Torenuil Mistbel'.split(' '),
    last: 'straat laan dreef pad steenweg lei weg'.split(' '),
  },
  fr: {
    first: ['rue', 'avenue', 'chemin', 'allée', 'clos', 'chaussée'],
    last: ['du Guetteur-Gris', "de la Cloche-d'Étain", 'des Trois-Brumes', 'du Hibou-Blanc', "de l'Avoine-Folle", 'des Lanternes-Bleues', 'du Moulin-Rêveur', 'de la Rosée', 'des Corneilles-Lentes', "du Veilleur-d'Eau"],
  },
  de: {
    first: 'Glockenkrug Nebelkater Wächterstein Rabenmoor Silberdistel Eulenkanzel Laternenhof Tauwiesen'.split(' '),
    last: 'weg straße gasse pfad allee'.split(' '),
  },
}; // prettier-ignore

export const PRIVATE_DOMAINS = ['post.example', 'mail.example', 'courriel.example', 'brief.example'];
