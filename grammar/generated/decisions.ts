import type { Decisions } from '../lookahead.js';

/** What decides each choice of the grammar: see lookahead.ts. */
export const DECISIONS = {
  statement: {
    OR: {"isGated":false,"paths":[[[85],[7]],[[35]],[[83]],[[49]],[[56]],[[80]],[[36]],[[47]],[[45]],[[69]],[[70]],[[39]],[[62]],[[55]],[[40]],[[71]],[[81]],[[30]],[[73]],[[38]],[[51]]]},
  },
  query: {
    MANY: {"isGated":false,"paths":[[[44],[78]]]},
    OPTION: {"isGated":false,"paths":[[[85]]]},
  },
  setOperator: {
    OR: {"isGated":false,"paths":[[[44]],[[78]]]},
    OPTION: {"isGated":false,"paths":[[[26]]]},
  },
  commonTables: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0]]]},
  },
  selectStatement: {
    OPTION: {"isGated":false,"paths":[[[8]]]},
    OPTION2: {"isGated":false,"paths":[[[122],[13],[5],[2],[98],[33],[0],[104]]]},
  },
  selectTail: {
    MANY: {"isGated":false,"paths":[[[61],[58]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION4: {"isGated":false,"paths":[[[31],[74],[15]]]},
    OPTION2: {"isGated":false,"paths":[[[87]]]},
    OPTION3: {"isGated":false,"paths":[[[66]]]},
  },
  watchStatement: {
    OPTION: {"isGated":false,"paths":[[[122],[13],[5],[2],[98],[33],[0],[104]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[65]]]},
    OPTION4: {"isGated":false,"paths":[[[85]]]},
    OPTION5: {"isGated":false,"paths":[[[66]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[99],[104]]]},
  },
  getStatement: {
    OPTION: {"isGated":false,"paths":[[[122],[13],[5],[2],[98],[33],[0],[104]]]},
    OPTION2: {"isGated":false,"paths":[[[14]]]},
    OPTION3: {"isGated":false,"paths":[[[10]]]},
    OPTION4: {"isGated":false,"paths":[[[87]]]},
    OPTION5: {"isGated":false,"paths":[[[66]]]},
  },
  insertStatement: {
    OR: {"isGated":false,"paths":[[[71]],[[9]]]},
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[9]]]},
    OPTION3: {"isGated":false,"paths":[[[65]]]},
    OPTION4: {"isGated":false,"paths":[[[66]]]},
  },
  insertFrom: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
    OPTION2: {"isGated":false,"paths":[[[10]]]},
  },
  conflictClause: {
    OR: {"isGated":false,"paths":[[[53]],[[80]]]},
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
    OPTION3: {"isGated":false,"paths":[[[66]]]},
  },
  flushStatement: {
    OPTION: {"isGated":false,"paths":[[[14]]]},
  },
  explainStatement: {
    OR: {"isGated":false,"paths":[[[85],[7]],[[35]],[[83]],[[49]],[[56]],[[80]],[[36]],[[47]],[[70]]]},
    OPTION: {"isGated":false,"paths":[[[27]]]},
  },
  queryDefinition: {
    OR: {"isGated":false,"paths":[[[85],[7]],[[35]],[[83]]]},
    OPTION: {"isGated":false,"paths":[[[104]]]},
  },
  parameters: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[98]]]},
  },
  parameter: {
    OR: {"isGated":false,"paths":[[[0]],[[98]]]},
    OPTION: {"isGated":false,"paths":[[[117]]]},
  },
  runStatement: {
    OPTION: {"isGated":false,"paths":[[[104]]]},
    OPTION2: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  letStatement: {
    OR: {"isGated":false,"paths":[[[0]],[[98]]]},
  },
  echoStatement: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  setStatement: {
    OPTION: {"isGated":false,"paths":[[[117]]]},
  },
  assertStatement: {
    OPTION: {"isGated":false,"paths":[[[103]]]},
  },
  showStatement: {
    OR: {"isGated":false,"paths":[[[75]],[[72]],[[68]],[[82]],[[52]],[[46]]]},
    OPTION: {"isGated":false,"paths":[[[99]]]},
  },
  helpStatement: {
    OPTION: {"isGated":false,"paths":[[[1]]]},
  },
  topic: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[1]]]},
  },
  projections: {
    OR: {"isGated":false,"paths":[[[122]],[[13],[5],[2],[98],[33],[0],[104]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  projection: {
    OPTION: {"isGated":false,"paths":[[[18],[97]]]},
  },
  alias: {
    OR: {"isGated":false,"paths":[[[18]],[[97]]]},
    OR2: {"isGated":false,"paths":[[[0]],[[99]]]},
  },
  tableRef: {
    OR: {"isGated":false,"paths":[[[0]],[[99]],[[104]]]},
    OPTION: {"isGated":false,"paths":[[[18],[97]]]},
  },
  place: {
    OR: {"isGated":true,"paths":[[[63]],[[67]],[[60]],[[52]],[[0]]]},
    OR2: {"isGated":false,"paths":[[[93]],[[99]],[[122]]]},
    OR3: {"isGated":false,"paths":[[[96]],[[98]]]},
    OPTION: {"isGated":false,"paths":[[[99]]]},
  },
  rangeClause: {
    OR: {"isGated":false,"paths":[[[31]],[[74]],[[15]]]},
    OPTION: {"isGated":false,"paths":[[[86]]]},
  },
  joinClause: {
    OPTION: {"isGated":false,"paths":[[[61]]]},
    OPTION2: {"isGated":false,"paths":[[[65]]]},
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
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  orderClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  orderItem: {
    OR: {"isGated":false,"paths":[[[29]],[[37]]]},
    OPTION: {"isGated":false,"paths":[[[29],[37]]]},
  },
  limitClause: {
    OPTION: {"isGated":false,"paths":[[[64]]]},
  },
  timeClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[48]],[[79]]]},
    MANY: {"isGated":false,"paths":[[[43],[48],[79]]]},
  },
  watchClauses: {
    OR: {"isGated":false,"paths":[[[43]],[[48]],[[79]],[[85]],[[57]],[[59]]]},
    MANY: {"isGated":false,"paths":[[[43],[48],[79],[85],[57],[59]]]},
  },
  keepClause: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[5],[2],[98],[33],[0],[104]]]},
  },
  outputClause: {
    OPTION: {"isGated":false,"paths":[[[77]]]},
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
    OR: {"isGated":false,"paths":[[[3]],[[17]],[[13],[15],[14],[16],[54],[50]]]},
    OR2: {"isGated":false,"paths":[[[15]],[[14]],[[16],[54]],[[50]]]},
    OPTION: {"isGated":false,"paths":[[[3],[17],[13],[15],[14],[16],[54],[50]]]},
    OPTION2: {"isGated":false,"paths":[[[13]]]},
  },
  comparison: {
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
  isTest: {
    OR: {"isGated":false,"paths":[[[25]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[13]]]},
  },
  inTest: {
    OR: {"isGated":false,"paths":[[[104]],[[2],[98],[33],[0]]]},
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
  likeTest: {
    OR: {"isGated":false,"paths":[[[16]],[[54]]]},
  },
  hasTest: {
    OR: {"isGated":false,"paths":[[[28,104]],[[104]],[[0],[99],[96],[98]]]},
  },
  flags: {
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[0],[99],[96],[98]]]},
  },
  flag: {
    OR: {"isGated":false,"paths":[[[0]],[[99]],[[96]],[[98]]]},
  },
  arithmetic: {
    MANY: {"isGated":false,"paths":[[[4]]]},
  },
  unary: {
    OR: {"isGated":false,"paths":[[[2],[98],[33],[0]],[[104]]]},
    MANY: {"isGated":false,"paths":[[[5]]]},
    MANY2: {"isGated":false,"paths":[[[94]]]},
  },
  atom: {
    OR: {"isGated":true,"paths":[[[2]],[[98]],[[33]],[[33]],[[0]]]},
    OPTION: {"isGated":false,"paths":[[[104]]]},
  },
  caseBranches: {
    MANY: {"isGated":false,"paths":[[[84]]]},
    OPTION: {"isGated":false,"paths":[[[41]]]},
  },
  path: {
    MANY: {"isGated":false,"paths":[[[107]]]},
  },
  callArguments: {
    OR: {"isGated":true,"paths":[[[122]],[[85],[7]],[[8],[13],[5],[2],[98],[33],[0],[104]]]},
    OPTION: {"isGated":false,"paths":[[[122],[85],[7],[8],[13],[5],[2],[98],[33],[0],[104]]]},
    OPTION2: {"isGated":false,"paths":[[[8]]]},
    OPTION3: {"isGated":false,"paths":[[[18]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[13],[5],[2],[98],[33],[0],[104]]]},
  },
  parenthesized: {
    OR: {"isGated":true,"paths":[[[85],[7]],[[2],[13],[5],[98],[33],[0],[104]]]},
    OR2: {"isGated":true,"paths":[[[2]],[[13],[5],[2],[98],[33],[0],[104]]]},
    AT_LEAST_ONE_SEP: {"isGated":false,"paths":[[[2],[13],[5],[98],[33],[0],[104]]]},
  },
  item: {
    OPTION: {"isGated":false,"paths":[[[106]]]},
  },
} satisfies Decisions as Decisions;
