"""`hwr export`: a model of hwr as an ONNX file, or as a web page that reads drawings without a server.

command.py      the command
graph.py        the ONNX graph that is being built: nodes, constants, tensors and where their channels are
activations.py  how each built-in activation is exported
layers.py       how each built-in layer is exported
losses.py       how the confidences of each built-in loss are exported
exporters.py    which function exports a part; the method `to_onnx` of the parts of plugins
metadata.py     what the file says of itself: the classes, the preparation of pictures, the training
model_file.py   a model as the content of an ONNX file
check.py        the check of an export: 1,000 images by hwr and by onnxruntime
runtime.py      onnxruntime-web from the npm registry
page.py         the folder of the page
testing.py      the check of an export, for the tests of plugins
report.py       what the command says in the end
site/           the page: HTML, CSS and JavaScript beside those of `hwr draw`

In: a model. Out: an ONNX file, and a folder that any file host can serve.
"""
