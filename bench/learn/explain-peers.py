"""explain-peers.py FOLDER SPEC: shap.TreeExplainer on LightGBM's trees. Writes trees, rows and values beside it; prints what it took as one line of JSON."""
import json
import sys
import time

import lightgbm
import numpy as np
import shap

folder, spec = sys.argv[1], json.loads(sys.argv[2])
width, threads = spec["width"], spec["threads"]
read = lambda name: np.fromfile(f"{folder}/{name}", np.float32)
x, y, rows = read("x").reshape(-1, width), read("y"), read("xt").reshape(-1, width)[: spec["explained"]]
settings = dict(objective="binary", num_leaves=31, max_bin=255, learning_rate=0.1, min_data_in_leaf=20, lambda_l2=1.0)
settings.update(num_threads=threads, verbose=-1)
model = lightgbm.train(settings, lightgbm.Dataset(x, y), spec["rounds"])


def lay(node, tree):
    at = len(tree["left"])
    is_leaf = "leaf_value" in node
    tree["column"].append(0 if is_leaf else node["split_feature"])
    tree["threshold"].append(0 if is_leaf else node["threshold"])
    tree["value"].append(node["leaf_value"] if is_leaf else 0)
    tree["cover"].append(node["leaf_count"] if is_leaf else node["internal_count"])
    tree["left"].append(-1)
    tree["right"].append(-1)
    if not is_leaf:
        tree["left"][at] = lay(node["left_child"], tree)
        tree["right"][at] = lay(node["right_child"], tree)
    return at


trees = []
for told in model.dump_model()["tree_info"]:
    tree = {name: [] for name in ("column", "threshold", "value", "cover", "left", "right")}
    lay(told["tree_structure"], tree)
    trees.append(tree)
json.dump(trees, open(f"{folder}/trees.json", "w"))
begun = time.perf_counter()
values = shap.TreeExplainer(model).shap_values(rows)
seconds = time.perf_counter() - begun
np.asarray(values, np.float64).tofile(f"{folder}/shap")
print(json.dumps(dict(seconds=seconds)))
