/** A statement that help shows, and what it does. Every one of them is run by the tests. */
export interface Example {
  readonly query: string;
  readonly what: string;
}

/** What help says of a topic. */
export interface HelpTopic {
  /** One line, for the list of topics. */
  readonly summary: string;
  /** How the statement is written, line by line. */
  readonly syntax?: readonly string[];
  /** Paragraphs, which are wrapped, and tables of words and what they mean. */
  readonly text: readonly (string | Glossary)[];
  readonly examples: readonly Example[];
  /** Other topics. */
  readonly see?: readonly string[];
}

/** Words, and what each of them means. */
export type Glossary = readonly (readonly [word: string, meaning: string])[];
