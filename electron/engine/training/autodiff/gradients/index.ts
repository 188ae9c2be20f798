import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { Abs } from './abs.ts'
import { Add } from './add.ts'
import { Div } from './div.ts'
import { Exp } from './exp.ts'
import { Expand } from './expand.ts'
import { Gather } from './gather.ts'
import { Gemm } from './gemm.ts'
import { Greater } from './greater.ts'
import { Log } from './log.ts'
import { LogSoftmax } from './log-softmax.ts'
import { MatMul } from './matmul.ts'
import { Mul } from './mul.ts'
import { Neg } from './neg.ts'
import { ReduceMax } from './reduce-max.ts'
import { ReduceMean } from './reduce-mean.ts'
import { ReduceSum } from './reduce-sum.ts'
import { Relu } from './relu.ts'
import { Reshape } from './reshape.ts'
import { ScatterND } from './scatter-nd.ts'
import { Sigmoid } from './sigmoid.ts'
import { Softmax } from './softmax.ts'
import { Sqrt } from './sqrt.ts'
import { Sub } from './sub.ts'
import { Tanh } from './tanh.ts'
import { Transpose } from './transpose.ts'
import { Where } from './where.ts'

/** Every operator that a training graph may use. Order is the alphabet's. */
export const operators = defineRegistry(
  [
    Abs,
    Add,
    Div,
    Exp,
    Expand,
    Gather,
    Gemm,
    Greater,
    Log,
    LogSoftmax,
    MatMul,
    Mul,
    Neg,
    ReduceMax,
    ReduceMean,
    ReduceSum,
    Relu,
    Reshape,
    ScatterND,
    Sigmoid,
    Softmax,
    Sqrt,
    Sub,
    Tanh,
    Transpose,
    Where,
  ],
  (id, known) => new Error(`No operator is called ${id}; there are ${known.join(', ')}`),
)
