import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[97],[7]],[[36]],[[95]],[[54]],[[62]],[[91]],[[39]],[[52]],[[48]],[[79]],[[80]],[[42]],[[69]],[[60]],[[43]],[[81]],[[92]],[[77]],[[31]],[[83]],[[41]],[[56]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[47],[63],[89]]]},
    OPTION: {"isGated":false,"paths":[[[97]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[47]],[[63]],[[89]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[134],[13],[5],[2],[110],[34],[0],[116]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[61],[38],[68],[65]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[32],[84],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[99]]]},
    OPTION3: {"isGated":false,"paths":[[[75]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[134],[13],[5],[2],[110],[34],[0],[116]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[73]]]},
    OPTION4: {"isGated":false,"paths":[[[97]]]},
    OPTION5: {"isGated":false,"paths":[[[75]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[111],[116]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[134],[13],[5],[2],[110],[34],[0],[116]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[99]]]},
    OPTION5: {"isGated":false,"paths":[[[75]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[81]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[73]]]},
    OPTION4: {"isGated":false,"paths":[[[75]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[58]],[[91]]]},
  },
  updateStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  deleteStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  mutationTail: {
    OPTION: {"isGated":false,"paths":[[[10]]]},
    OPTION2: {"isGated":false,"paths":[[[22]]]},
    OPTION3: {"isGated":false,"paths":[[[75]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[97],[7]],[[36]],[[95]],[[54]],[[62]],[[91]],[[39]],[[52]],[[80]]]},
    OPTION: {"isGated":false,"paths":[[[28]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[97],[7]],[[36]],[[95]]]},
    OPTION: {"isGated":false,"paths":[[[116]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[110]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[110]]]},
    OPTION: {"isGated":false,"paths":[[[129]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[116]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[110]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[129]]]},
  },
  prepareStatement: {
    OPTION: {"isGated":false,"paths":[[[66]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[115]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[86]],[[82]],[[78]],[[93]],[[51]],[[57]],[[49]]]},
    OPTION2: {"isGated":false,"paths":[[[109],[111],[116]]]},
    OPTION: {"isGated":false,"paths":[[[14],[111]]]},
    OPTION3: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[75]]]},
  },
  describeStatement: {
    OPTION: {"isGated":false,"paths":[[[75]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[134],[13],[5],[2],[110],[34],[0],[116]]]},
  },
  projection: {
    OR: {"isGated":true,"paths":[[[134]],[[13],[5],[2],[110],[34],[0],[116]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[18],[109]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[109]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[111]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[111]],[[116]]]},
    OPTION: {"isGated":false,"paths":[[[18],[109]]]},
  },
  tableOrFile: {
    OR: {"isGated":false,"paths":[[[0]],[[111]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[70]],[[76]],[[67]],[[57]],[[51]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[105]],[[111]],[[134]]]},
    OR3: {"isGated":false,"paths":[[[108]],[[110]]]},
    OR4: {"isGated":false,"paths":[[[111]],[[116]]]},
    OPTION: {"isGated":false,"paths":[[[111]]]},
    OPTION2: {"isGated":false,"paths":[[[109],[111],[116]]]},
  },
  gateways: {
    OR: {"isGated":false,"paths":[[[109]],[[111]],[[116]]]},
  },
  placeNames: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[111]]]},
  },
  placeName: {
    OR: {"isGated":false,"paths":[[[0]],[[111]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[32]],[[84]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[98]]]},
  },
  moment: {
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  joinClause: {
    OR: {"isGated":false,"paths":[[[61]],[[38]],[[68]]]},
    OPTION: {"isGated":false,"paths":[[[61],[38],[68]]]},
    OPTION2: {"isGated":false,"paths":[[[74]]]},
    OPTION3: {"isGated":false,"paths":[[[73]]]},
  },
  words: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  filterClauses: {
    OPTION: {"isGated":false,"paths":[[[10]]]},
    OPTION2: {"isGated":false,"paths":[[[19]]]},
    OPTION3: {"isGated":false,"paths":[[[20]]]},
    OPTION4: {"isGated":false,"paths":[[[21]]]},
    OPTION5: {"isGated":false,"paths":[[[22]]]},
  },
  groupClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[30]],[[40]]]},
    OPTION: {"isGated":false,"paths":[[[30],[40]]]},
    OPTION2: {"isGated":false,"paths":[[[71]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[72]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[46]],[[53]],[[90]]]},
    MANY: {"isGated":false,"paths":[[[46],[53],[90]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[46]],[[53]],[[90]],[[97]],[[64]],[[66]],[[85]]]},
    MANY: {"isGated":false,"paths":[[[46],[53],[90],[97],[64],[66],[85]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[110],[34],[0],[116]]]},
  },
  outputClause: {
    OR: {"isGated":true,"paths":[[[88]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[94]],[[37]]]},
    MANY: {"isGated":false,"paths":[[[94],[37]]]},
    OPTION: {"isGated":false,"paths":[[[88]]]},
  },
  setClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  expression: {
    MANY: {"isGated":false,"paths":[[[12]]]},
  },
  conjunction: {
    MANY: {"isGated":false,"paths":[[[11]]]},
  },
  negation: {
    MANY: {"isGated":false,"paths":[[[13]]]},
  },
  predicate: {
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[59],[55]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[59]],[[55]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[59],[55]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[118]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[116]],[[2],[110],[34],[0]]]},
    OPTION: {"isGated":false,"paths":[[[118]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[59]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[29,116]],[[29,110]],[[116]],[[0],[111],[108],[110]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[111],[108],[110]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[111]],[[108]],[[110]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[110],[34],[0]],[[116]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[106]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[110]],[[34]],[[34]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[116]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[96]]]},
    OPTION: {"isGated":false,"paths":[[[44]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[119]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[134]],[[97],[7]],[[8],[13],[5],[2],[110],[34],[0],[116]]]},
    OPTION: {"isGated":false,"paths":[[[134],[97],[7],[8],[13],[5],[2],[110],[34],[0],[116]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    OPTION4: {"isGated":false,"paths":[[[50]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[110],[34],[0],[116]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[97],[7]],[[2],[13],[5],[110],[34],[0],[116]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[110],[34],[0],[116]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[110],[34],[0],[116]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[118]]]},
  },
} satisfies Decisions as Decisions;
