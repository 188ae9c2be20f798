import type { AnyContractProcedure, InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract'

export interface CallOptions {
  /** Aborts when the caller is gone. */
  signal?: AbortSignal
}

type Inputs<Part extends Record<string, AnyContractProcedure>> = InferContractRouterInputs<Part>
type Outputs<Part extends Record<string, AnyContractProcedure>> = InferContractRouterOutputs<Part>

/**
 * The plain functions that answer one part of the contract: parsed input in, output out, AppError thrown. Domains write
 * these and know no transport; `transport/` binds them to the wire.
 */
export type Operations<Part extends Record<string, AnyContractProcedure>> = {
  [Key in keyof Part & string]: (
    input: ParsedInput<Part, Key>,
    options: CallOptions,
  ) => Promise<Outputs<Part>[Key]> | Outputs<Part>[Key]
}

/** What a handler receives: the input after defaults and coercion. */
export type ParsedInput<
  Part extends Record<string, AnyContractProcedure>,
  Key extends keyof Part & string,
> = Part[Key]['~orpc']['inputSchema'] extends { _output: infer Parsed } ? Parsed : Inputs<Part>[Key]
