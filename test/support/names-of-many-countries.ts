/** Invented combinations of usual given and family names, written as in their countries: Latin, Greek and Cyrillic. */
const NAMES: Record<string, [given: string, family: string]> = {
  be: ['Émilie Jan Lotte Loïc Anaïs Wout', 'Peeters D’Hondt Vandenbroucke Leclercq Desmet Thijs-Claes'],
  nl: ['Daan Sanne Fleur Jurriaan Noël Iris', 'Jansen Dijkstra Hoogendoorn Özdemir-Smit Bakker Ooijen'],
  fr: ['Élodie Gaëlle Benoît François Zoé Loïs', 'Lefèvre Garçon L’Hôpital Thiéry Noël Dupré'],
  de: ['Jürgen Änne Lorenz Käthe Björn Üwe', 'Müller Weiß Köhler Groß-Jäger Schäfer Öztürk'],
  lu: ['Léa Änder Mäx Jang Claudine Néckel', 'Hoffmann Weber-Klein Thill Kieffer Bück Schröder'],
  es: ['Íñigo Begoña José Ana Lucía Ángel', 'Núñez García Peña Güell Ibáñez Muñoz'],
  pt: ['João Conceição Inês Fátima Rúben Antônio', 'Gonçalves Simões Araújo Magalhães Leitão Câmara'],
  it: ['Niccolò Chiara Cosimo Noè Zoë Gesù', 'Dell’Acqua Esposito Bònoli D’Angelo Forlì Salvò'],
  ie: ['Siobhán Pádraig Róisín Seán Aoife Oisín', 'O’Brien Ní Mac’Gill Ó’Súilleabháin Breen Daly'],
  cy: ['Gwenllian Siân Llŷr Ŵen Tŷ Rhŷs', 'Prŷs Llwyd Ŵyn Pugh Bowen Ynŷr'],
  dk: ['Søren Åse Bjørn Mette Jørgen Karen', 'Sørensen Møller Østergård Kjær Ågård Nygård'],
  no: ['Øystein Håkon Åshild Kåre Sunniva Dag', 'Bjørnson Ødegård Ås Sæther Grønn Håland'],
  se: ['Åsa Björn Örjan Göran Maja Älva', 'Ångström Sjöberg Öberg Lindqvist Åkesson Hägg'],
  is: ['Þóra Guðrún Björk Sæmundur Ýmir Æsa', 'Jónsdóttir Þórðarson Sigurðsson Ásgeirsdóttir Æsuson Ólafsson'],
  fo: ['Høgni Eyðun Bárður Rúna Símun Tórbjørg', 'Dánjalsson Høj Mørkøre Á’Lað Djurhuus Vágseið'],
  fi: ['Väinö Päivi Yrjö Åke Äijä Tyyne', 'Hämäläinen Mäkelä Lähdesmäki Ylönen Öhman Ståhl'],
  ee: ['Jüri Õie Külli Žanna Šarlotte Märt', 'Põld Õunapuu Kütt Sääsk Müürisepp Jõgi'],
  lv: ['Jānis Līga Ķirils Ģirts Žubīte Ļena', 'Bērziņš Kalniņš Ķēniņš Šķēle Žagars Ņikitins'],
  lt: ['Šarūnas Živilė Ąžuolas Eglė Ūla Česlovas', 'Žukauskaitė Petrauskas Šimkūnė Čepaitis Įsoda Ųsas'],
  pl: ['Łukasz Żaneta Stanisław Małgorzata Świętopełk Zdzisława', 'Wójcik Gżegżółka Żółć Dąbrowski Szczęsny Ćwikła'],
  cz: ['Jiří Přemysl Žofie Řehoř Růžena Ďurina', 'Dvořák Čech Řezníčková Šťastný Žďárský Nguyenová'],
  sk: ['Ľubomír Žofia Ján Ďuro Ŕuda Môťa', 'Kováčová Ďurčanský Ľupták Škŕabal Vŕba Ĺtka'],
  hu: ['Győző Őrs Zsófia Ágnes Ödön Űrhajó', 'Szűcs Kőműves Nagy-Tóth Bíró Gyöngyösi Örkény'],
  ro: ['Ștefan Ioana Țurcanu Răzvan Ileana Mădălina', 'Ionescu Țepeș Brâncuși Căpățână Șerban Ghiță'],
  hr: ['Đurđa Željka Šime Ćiril Ljiljana Džemal', 'Đoković Ćosić Žižić Šćepanović Džajić Kovačić'],
  si: ['Žiga Špela Črt Matjaž Žana Urška', 'Žnidaršič Črešnar Škof Kovačič Žižek Šuštar'],
  al: ['Ylli Çlirim Ëngjëll Besë Përparim Rrëfë', 'Hoxhë Çela Shkëmbi Ëmbël Berishë Kuçi'],
  mt: ['Ġorġ Ħelena Żejża Ċetta Ġiljan Marija', 'Ħaber Żammit Ċamilleri Buttiġieġ Xuereb Għirxi'],
  tr: ['Işıl İbrahim Gülşen Çağrı Şükrü Ömür', 'Öztürk Yıldız Şahin Çiğdem Güneş İnönü'],
  az: ['Əli Günəş Nərgiz Çingiz İlqar Xədicə', 'Əliyev Məmmədova Hüseynov Ağayeva Şıxlı Qədirli'],
  vn: ['Nguyễn Hằng Đức Thủy Ngọc Phượng', 'Trần Phạm Đặng Hoàng Bùi Ngô-Thị'],
  cn: ['Xīn Lǚ Yǔ Hào Qíng Zhōu', 'Wáng Lǐ Zhāng Lǘ Chén Ōuyáng'],
  ng: ['Adébáyọ̀ Ọlá Chidịebere Ngọzi Ṣọlá Ìfẹ́', 'Okonkwọ Adéṣínà Ọdunlade Ụzọ Àjàyí Nwọkọ'],
  ma: ['Youssef Saïd Naïma Aïcha Zaïnab Hicham', 'El-Haïmer Benaïssa Aït-Ouali Laâroussi Chaïb Bouzaïane'],
  us: ['Renée Zoë Chloë Seán José N’Dea', 'Hawaiʻi-Kealoha Naïve Smith-Jones O’Neil Ngũgĩ Peña'],
  gr: ['Γιώργος Ελένη Άννα Ιωάννης Ωραία Ήβη', 'Παπαδόπουλος Γεωργίου Αλεξίου Καραϊσκάκη Ξυδάς Ψαρρού'],
  bg: ['Юлия Георги Цветелина Щерьо Ирина Жечко', 'Иванов Димитрова Щърбанов Йорданов Тодорова Цанков'],
  ru: ['Пётр Наталья Юрий Евгения Фёдор Эльвира', 'Щербаков Соловьёва Дмитриев Ульянов Чайковский Жуковская'],
  ua: ['Їжак Олена Ґалина Євген Юрій Інна', 'Шевченко Ґалаґан Їжакевич Коцюбинський Гнатюк Єфименко'],
  rs: ['Ђорђе Љиљана Његош Џон Ћира Ненад', 'Ђоковић Џајић Љубић Његован Ћосић Жикић'],
  mk: ['Ѓорѓи Ќирил Ѕвездана Љубе Џеват Јана', 'Ѓорѓиев Ќосев Ѕидовски Трајковски Џајков Јовески'],
};

export interface CountryName {
  country: string;
  givenName: string;
  familyName: string;
}

/** `count` different names, from all countries in turn. */
export function namesOfManyCountries(count: number): CountryName[] {
  const names: CountryName[] = [];
  const seen = new Set<string>();
  const countries = Object.entries(NAMES).map(([country, [given, family]]) => ({
    country,
    given: given.split(' '),
    family: family.split(' '),
  }));
  for (let round = 0; names.length < count; round++) {
    for (const { country, given, family } of countries) {
      if (names.length === count) break;
      const givenName = given[round % given.length]!;
      const first = family[Math.floor(round / given.length) % family.length]!;
      const turn = Math.floor(round / (given.length * family.length));
      // Beyond the plain pairs come double names and initials.
      const second = turn === 0 ? '' : ` ${family[(round + turn) % family.length]!}`;
      const more = turn < 2 ? '' : ` ${given[(round + turn) % given.length]![0]!}.`;
      const name = { country, givenName: givenName + more, familyName: first + second };
      const whole = `${name.givenName} ${name.familyName}`;
      if (!seen.has(whole)) names.push(name);
      seen.add(whole);
    }
  }
  return names;
}
