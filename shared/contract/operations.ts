import type {
  AnyContractProcedure,
  ContractProcedure,
  InferContractRouterOutputs,
  InferSchemaOutput,
} from '@orpc/contract'

export interface CallOptions {
  /** Aborts when the caller is gone. */
  signal?: AbortSignal
}

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

/** What a handler receives: the input after defaults and coercion; undefined where the procedure takes none. */
export type ParsedInput<Part extends Record<string, AnyContractProcedure>, Key extends keyof Part & string> =
  Part[Key] extends ContractProcedure<infer InputSchema, infer _Output, infer _Errors, infer _Meta>
    ? InferSchemaOutput<InputSchema>
    : never
