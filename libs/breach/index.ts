export * from './vocabulary.js';
export {
  bannedDomainSchema,
  breachFactsSchema,
  breachFileSchema,
  breachTextsSchema,
  controllerSchema,
  type BreachFacts,
  type BreachFile,
  type BreachTexts,
  type Controller,
} from './breach-file.js';
