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
};
