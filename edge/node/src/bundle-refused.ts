/** Why a proof file is not made. */

/** No proof file is made: it would not hold, or be too long. The facts say why. */
export class BundleRefusedError extends Error {
  override readonly name = 'BundleRefusedError';
  readonly code: 'member_erased' | 'proof_incomplete' | 'span_too_long';
  readonly facts: Readonly<Record<string, unknown>>;
  constructor(code: BundleRefusedError['code'], facts: Readonly<Record<string, unknown>>) {
    super(`bundle: ${code} ${JSON.stringify(facts)}`);
    this.code = code;
    this.facts = facts;
  }
}
