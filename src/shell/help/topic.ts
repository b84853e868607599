/** An example statement and what it does. The tests run every example. */
export interface Example {
  readonly query: string;
  readonly what: string;
}

/** The help page of one topic. */
export interface HelpTopic {
  /** One line, for the list of topics. */
  readonly summary: string;
  /** The syntax, line by line. */
  readonly syntax?: readonly string[];
  /** Paragraphs, which are wrapped, and glossaries. */
  readonly text: readonly (string | Glossary)[];
  readonly examples: readonly Example[];
  /** Related topics. */
  readonly see?: readonly string[];
}

/** Words and their meanings. */
export type Glossary = readonly (readonly [word: string, meaning: string])[];
