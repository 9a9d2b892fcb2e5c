import type { Says } from './lint-rules.js';

export const SAYS_FR: Says = {
  'missing-nature': [
    'La lettre ne dit pas ce qui s’est passé : qui a eu accès aux données, comment et quand.',
    'Ajoutez une partie « Que s’est-il passé ? » avec les faits, les dates et ce qui a été lu, pris ou perdu.',
  ],
  'missing-consequences': [
    'La lettre ne dit pas ce que la fuite peut entraîner pour le lecteur.',
    'Ajoutez une partie « Quelles peuvent être les conséquences ? » avec le dommage concret : qui peut faire quoi avec ces données.',
  ],
  'missing-measures': [
    'La lettre ne dit pas ce que vous avez fait, ou ferez, face à la fuite.',
    'Ajoutez une partie « Qu’avons-nous fait ? ». La notification à l’autorité est un devoir et non une mesure.',
  ],
  'missing-contact': [
    'La lettre ne nomme personne à qui le lecteur puisse poser ses questions.',
    'Nommez le délégué à la protection des données ou un autre point de contact, avec téléphone, e-mail ou adresse.',
  ],
  'missing-advice': [
    'La lettre ne dit pas ce que le lecteur peut faire.',
    'Ajoutez une partie « Que pouvez-vous faire ? » avec des étapes concrètes pour chaque type de données.',
  ],
  hedge: [
    '« {it} » laisse ouverte la question de savoir si le lecteur est touché, et il attend.',
    'Dites ce que vous savez et ce que vous ne savez pas, chacun dans sa phrase, et à quel point vous en êtes sûrs.',
  ],
  minimising: ['« {it} » fait paraître la fuite petite.', 'Supprimez-le. Énoncez le fait et laissez le lecteur juger.'],
  identifier: [
    'Un identifiant figure ici en entier ({it}). Qui reçoit la lettre le reçoit aussi.',
    'Nommez le type de donnée, ou ne montrez que les deux derniers caractères.',
  ],
  'tracked-link': [
    'Ce lien révèle qui l’ouvre ({it}).',
    'Supprimez-le. Écrivez l’adresse simple de votre propre site, que le lecteur tapera.',
  ],
  'remote-image': [
    'Cette image est chargée d’ailleurs, ce qui révèle que la lettre a été ouverte.',
    'Supprimez l’image, ou placez-la dans la lettre même.',
  ],
  placeholder: ['« {it} » n’a jamais été rempli.', 'Mettez la valeur à sa place, ou supprimez la phrase.'],
  link: [
    'Un lien à cliquer est justement ce que contiendrait une fausse copie de cette lettre.',
    'Écrivez en clair l’adresse de votre propre site, que le lecteur tapera.',
  ],
  'data-kinds': [
    'La lettre nomme d’autres types de données que le registre ({it}).',
    'Inscrivez au registre ce qui a fuité, ou corrigez la lettre.',
  ],
  'renewal-costs': [
    'Un document est à renouveler et la lettre ne dit pas qui paie.',
    'Écrivez dans les textes de la fuite qui paie, jusqu’à quel montant et comment le demander.',
  ],
  'officer-contact': [
    'Le contact de la lettre n’est pas celui du délégué à la protection des données ({it}).',
    'Utilisez les champs du délégué, ou corrigez les données du responsable.',
  ],
  'placeholders-differ': [
    'Cette langue omet des valeurs que d’autres langues indiquent : {it}.',
    'Utilisez les mêmes champs dans chaque langue.',
  ],
  'blocks-differ': [
    'Cette langue omet des parties que d’autres langues ont : {it}.',
    'Donnez les mêmes parties à chaque langue.',
  ],
  untranslated: [
    'Cette langue n’a pas suivi un changement : {it}.',
    'Traduisez le changement, ou confirmez le texte en l’enregistrant à nouveau.',
  ],
  'incident-word': [
    '« {it} » est un mot plus doux pour ce que cette lettre appelle ailleurs une fuite.',
    'Dites partout « fuite de données ».',
  ],
  inconvenience: [
    '« {it} » fait du dommage un simple ennui.',
    'Dites que vous regrettez ce qui s’est passé, sans plus.',
  ],
  jargon: [
    '« {it} » est un mot de métier que rien n’explique ici.',
    'Prenez un mot courant, ou expliquez-le dans la même phrase.',
  ],
  'long-sentence': ['Cette phrase compte {it} mots.', 'Coupez-la en phrases de 25 mots au plus.'],
  'reading-level': [
    'La lettre est difficile à lire : facilité {it}, et 60 se lit sans peine.',
    'Prenez des phrases et des mots plus courts.',
  ],
  'wordy-opening': ['« {it} » ne dit encore rien.', 'Commencez par ce qui s’est passé.'],
  'other-matter': [
    '« {it} » n’a pas sa place dans cette lettre.',
    'Envoyez-le à part. Cette lettre parle de la fuite et de rien d’autre.',
  ],
  'subject-missing': ['La lettre n’a pas d’objet.', 'Donnez-lui un objet qui dit qu’il s’agit des données du lecteur.'],
  'subject-unclear': [
    'L’objet « {it} » ne dit pas que c’est important.',
    'Dites-y qu’il s’agit des données du lecteur.',
  ],
  'who-pays': [
    'La lettre demande de renouveler un document et ne dit pas qui paie.',
    'Dites qui paie, jusqu’à quel montant et comment le demander.',
  ],
  'phone-on-site': [
    'Un numéro de téléphone dans une lettre ne prouve rien.',
    'Dites que le même numéro figure sur votre propre site.',
  ],
  apology: ['La lettre ne présente pas d’excuses.', 'Dites une fois, simplement, que vous êtes désolés.'],
  complaint: [
    'La lettre ne dit pas que le lecteur peut introduire une plainte.',
    'Nommez l’autorité de contrôle et dites que la plainte est gratuite.',
  ],
  'which-data': [
    'La lettre ne dit pas de quelles données il s’agit.',
    'Énumérez les types de données, et à quel point vous en êtes sûrs.',
  ],
  genuine: [
    'La lettre ne dit pas comment vérifier qu’elle est authentique.',
    'Dites comment le lecteur peut la vérifier sans lien.',
  ],
  'fraud-warning': [
    'La lettre n’avertit pas que des escrocs peuvent se servir de la fuite.',
    'Dites que vous ne demandez jamais de document, de code PIN ni de mot de passe.',
  ],
  'false-loss': [
    '« {it} » fait déclarer une perte qui n’a pas eu lieu.',
    'Conseillez de demander un nouveau document en disant que ses données ont fuité.',
  ],
  language: [
    'La lettre semble écrite dans une autre langue ({it}).',
    'Indiquez la bonne langue, ou vérifiez le texte.',
  ],
};
