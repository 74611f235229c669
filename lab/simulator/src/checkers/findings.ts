/** How a checker says that the ledger and its own books differ. */

/** @throws Error with the finding unless it `holds`. */
export function expectThat(holds: boolean, finding: string): asserts holds {
  if (!holds) throw new Error(`the books differ: ${finding}`);
}
