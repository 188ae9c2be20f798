import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { Abs } from './abs.ts'
import { Add } from './add.ts'
import { AveragePool } from './average-pool.ts'
import { Cast } from './cast.ts'
import { Columns } from './columns.ts'
import { Concat } from './concat.ts'
import { Conv } from './conv.ts'
import { Div } from './div.ts'
import { Equal } from './equal.ts'
import { Exp } from './exp.ts'
import { Expand } from './expand.ts'
import { Gather } from './gather.ts'
import { Gemm } from './gemm.ts'
import { Greater } from './greater.ts'
import { HardSigmoid } from './hard-sigmoid.ts'
import { Log } from './log.ts'
import { LogSoftmax } from './log-softmax.ts'
import { MatMul } from './matmul.ts'
import { MaxPool } from './max-pool.ts'
import { Mul } from './mul.ts'
import { Neg } from './neg.ts'
import { Pad } from './pad.ts'
import { ReduceMax } from './reduce-max.ts'
import { ReduceMean } from './reduce-mean.ts'
import { ReduceSum } from './reduce-sum.ts'
import { Relu } from './relu.ts'
import { Reshape } from './reshape.ts'
import { ScatterElements } from './scatter-elements.ts'
import { ScatterND } from './scatter-nd.ts'
import { Sigmoid } from './sigmoid.ts'
import { Slice } from './slice.ts'
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
    AveragePool,
    Cast,
    Columns,
    Concat,
    Conv,
    Div,
    Equal,
    Exp,
    Expand,
    Gather,
    Gemm,
    Greater,
    HardSigmoid,
    Log,
    LogSoftmax,
    MatMul,
    MaxPool,
    Mul,
    Neg,
    Pad,
    ReduceMax,
    ReduceMean,
    ReduceSum,
    Relu,
    Reshape,
    ScatterElements,
    ScatterND,
    Sigmoid,
    Slice,
    Softmax,
    Sqrt,
    Sub,
    Tanh,
    Transpose,
    Where,
  ],
  (id, known) => new Error(`No operator is called ${id}; there are ${known.join(', ')}`),
)
