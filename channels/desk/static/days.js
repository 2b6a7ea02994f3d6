// How each language writes a day, as our server does (Babel), so that a preview shows what the family will read.
// A test compares every month with the server.

export const DAYS = {
  nl: ["{d} {m} {y}", "januari februari maart april mei juni juli augustus september oktober november december".split(" ")],
  en: ["{m} {d}, {y}", "January February March April May June July August September October November December".split(" ")],
  es: ["{d} de {m} de {y}", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(" ")],
  pap: ["{d} di {m} {y}", "Yanüari Febrüari Mart Aprel Mei Yüni Yüli Ougùstùs Sèptèmber Òktober Novèmber Desèmber".split(" ")],
  ar: ["{d} {m} {y}", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر".split(" ")],
  fr: ["{d} {m} {y}", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ")],
  pt: ["{d} de {m} de {y}", "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(" ")],
  so: ["{d} {m} {y}", "Janaayo Febraayo Maarso Abriil Maayo Juun Luulyo Agosto Sebtembar Oktoobar Noofeembar Diseembar".split(" ")],
  ti: ["{d} {m} {y}", "ጥሪ ለካቲት መጋቢት ሚያዝያ ጉንበት ሰነ ሓምለ ነሓሰ መስከረም ጥቅምቲ ሕዳር ታሕሳስ".split(" ")],
  tr: ["{d} {m} {y}", "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık".split(" ")],
};
