"""Makes weights.onnx beside it: python make_onnx_file.py (onnx 1.23)."""
import os

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

raw = [
    numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "raw.weight"),
    numpy_helper.from_array(np.arange(3, dtype=np.float16), "half"),
    numpy_helper.from_array(np.arange(3, dtype=np.float64), "double"),
    numpy_helper.from_array(np.array([1, 0, 1], dtype=bool), "truth"),
    numpy_helper.from_array(np.array(7, dtype=np.int64), "scalar"),
]
packed = [
    helper.make_tensor("packed.floats", TensorProto.FLOAT, [2, 2], [0.5, -1.5, 2.5, 3.5]),
    helper.make_tensor("packed.longs", TensorProto.INT64, [3], [-1, 300, 1 << 40]),
    helper.make_tensor("packed.bytes", TensorProto.INT8, [3], [-128, 0, 127]),
    helper.make_tensor("packed.halves", TensorProto.FLOAT16, [2], [1.5, -2.0]),
]
x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3])
y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 3])
graph = helper.make_graph(
    [helper.make_node("Identity", ["x"], ["y"])], "weights", [x], [y], initializer=raw + packed
)
save(helper.make_model(graph), os.path.join(os.path.dirname(os.path.abspath(__file__)), "weights.onnx"))
