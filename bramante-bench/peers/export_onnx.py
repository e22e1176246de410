"""Writes mlp.onnx and lenet.onnx: python export_onnx.py FOLDER.

The same networks and weights as in pytorch.py, checked with ONNX Runtime before they are kept.
Needs the packages numpy, onnx and onnxruntime; not PyTorch.
"""

import sys
from pathlib import Path

import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import networks

OPSET = 17
IR_VERSION = 8
LAYERS = {
    "mlp": [("Gemm", "0"), ("Relu",), ("Gemm", "2"), ("Relu",), ("Gemm", "4")],
    "lenet": [
        ("Conv", "0"),
        ("MaxPool", 3),
        ("Relu",),
        ("Conv", "3"),
        ("MaxPool", 2),
        ("Relu",),
        ("Flatten",),
        ("Gemm", "7"),
        ("Relu",),
        ("Gemm", "9"),
    ],
}


def main():
    """Writes both files into the folder that the command line names."""
    if len(sys.argv) != 2:
        sys.exit("usage: python export_onnx.py FOLDER")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for network in LAYERS:
        proto = model(network)
        onnx.checker.check_model(proto, full_check=True)
        session = onnxruntime.InferenceSession(proto.SerializeToString())
        networks.check(network, session.run(None, {"input": networks.inputs(network, 1)})[0])
        onnx.save(proto, folder / f"{network}.onnx")
        print(folder / f"{network}.onnx")


def model(network):
    """A network for batches of one, as an ONNX model."""
    nodes, value = [], "input"
    for index, layer in enumerate(LAYERS[network]):
        last = index == len(LAYERS[network]) - 1
        result = "logits" if last else f"value{index}"
        nodes.append(node(layer, value, result))
        value = result
    graph = helper.make_graph(
        nodes,
        network,
        [floats("input", networks.SAMPLE[network])],
        [floats("logits", (networks.CLASSES[network],))],
        [numpy_helper.from_array(v, k) for k, v in networks.weights(network).items()],
    )
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def floats(name, sample):
    """An input or output of the model: a batch of one."""
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, *sample))


def node(layer, source, result):
    """One layer: an operator and, where it has them, its weights' prefix or its window."""
    match layer:
        case ("Gemm", prefix):
            inputs = [source, f"{prefix}.weight", f"{prefix}.bias"]
            return helper.make_node("Gemm", inputs, [result], transB=1)
        case ("Conv", prefix):
            inputs = [source, f"{prefix}.weight", f"{prefix}.bias"]
            return helper.make_node("Conv", inputs, [result])
        case ("MaxPool", window):
            pair = [window, window]
            return helper.make_node("MaxPool", [source], [result], kernel_shape=pair, strides=pair)
        case (operator,):
            return helper.make_node(operator, [source], [result])


if __name__ == "__main__":
    main()
