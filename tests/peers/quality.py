"""What peers reach on held-out rows: `quality.py DATA SPLITS.json`, splits as `bench-peers splits` prints them.

LightGBM's settings are the best of those tried, by five-fold cross-validation: rounds 100 to 2,000 with and without early stopping,
rates .02 to .1, 15 and 31 leaves, with and without sampling. The text model is logistic regression over TF-IDF of words and
characters; C is 30.
"""

import json
import sys

import brotli
import lightgbm
import numpy as np
from messages import banking77, smp2020, waimai
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, precision_recall_curve, roc_auc_score
from sklearn.pipeline import make_pipeline, make_union

from golden import figure, write
from shoppers import CATEGORIES, Shoppers

BOOSTING = {"n_estimators": 150, "learning_rate": 0.03, "num_leaves": 15, "min_child_samples": 30}
SPLIT = (
    "online_shoppers: the 5 folds of tests/data/online_shoppers.toml, pooled; waimai_zh: the 20 % that tests/data/waimai_zh.toml "
    "holds out; banking77, smp2020_zh: the official test files; bytes: the 20 % of tests/data/online_shoppers_once.toml"
)


def boosting(**more):
    return lightgbm.LGBMClassifier(**{**BOOSTING, **more}, n_jobs=1, deterministic=True, force_row_wise=True, verbose=-1)


def shoppers(data, splits):
    rows, peer = Shoppers(data), "LightGBM"
    x, y, fold = rows.mixed(), rows.purchase, np.array(splits["online_shoppers"]["fold"])
    p = np.zeros(len(y))
    for held in range(fold.max() + 1):
        model = boosting().fit(x[fold != held], y[fold != held])
        p[fold == held] = model.predict_proba(x[fold == held])[:, 1]
    precision, recall, _ = precision_recall_curve(y, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    return [
        figure("online_shoppers: auc", peer, roc_auc_score(y, p)),
        figure("online_shoppers: log_loss", peer, log_loss(y, p)),
        figure("online_shoppers: best_f1", peer, f1.max()),
    ]


def onnx_bytes(data, splits):
    """LightGBM as ONNX after brotli. Names are numbers to it here, which takes fewer bytes than the converter's chains of equalities."""
    rows = Shoppers(data)
    x = rows.mixed()
    for name in CATEGORIES:
        x[name] = x[name].cat.codes
    x = x.to_numpy(dtype=np.float32)
    held = np.zeros(len(x), dtype=bool)
    held[splits["online_shoppers_once"]["test"]] = True
    model = boosting().fit(x[~held], rows.purchase[~held])
    auc = roc_auc_score(rows.purchase[held], model.predict_proba(x[held])[:, 1])
    onnx = convert_lightgbm(model, initial_types=[("x", FloatTensorType([None, x.shape[1]]))], zipmap=False)
    peer = "LightGBM as ONNX"
    size = len(brotli.compress(onnx.SerializeToString(), quality=11))
    return [
        figure("online_shoppers_once: auc", peer, auc),
        figure("online_shoppers_once: bytes", peer, size),
    ]


def text(key, parts, *vectorizers):
    (texts, labels), (held_texts, held_labels) = parts
    model = make_pipeline(make_union(*vectorizers), LogisticRegression(C=30, max_iter=1000))
    model.fit(texts, labels)
    peer = "scikit-learn, TF-IDF logistic"
    return [figure(f"{key}: accuracy", peer, model.score(held_texts, held_labels))]


def words():
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)


def inside_words():
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, sublinear_tf=True)


def glyphs():
    return TfidfVectorizer(analyzer="char", ngram_range=(1, 4), sublinear_tf=True)


def main():
    data = sys.argv[1]
    with open(sys.argv[2], encoding="utf-8") as file:
        splits = json.load(file)
    figures = shoppers(data, splits) + onnx_bytes(data, splits)
    figures += text("banking77", banking77(data), words(), inside_words())
    figures += text("smp2020_zh", smp2020(data), glyphs())
    if "waimai_zh" in splits:
        figures += text("waimai_zh", waimai(data, splits["waimai_zh"]["test"]), glyphs())
    packages = ["brotli", "lightgbm", "numpy", "onnx", "onnxmltools", "pandas", "scikit-learn"]
    write("quality.py", packages, SPLIT, figures)


if __name__ == "__main__":
    main()
