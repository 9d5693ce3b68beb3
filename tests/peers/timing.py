"""Fits on request, for taking turns with `bench-peers fit`: `timing.py DATA SCRATCH`.

Each line `TASK` on standard input is answered by a line `SECONDS QUALITY`; only the fit is timed. Tasks, rows and settings are
those of tests/bench/peers/timing.rs, and two threads are used wherever the library can. fastText reads its rows from a file, as
it always does; the file is written to SCRATCH before the clock starts.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "2"

import re  # noqa: E402
import sys  # noqa: E402
import time  # noqa: E402
import warnings  # noqa: E402

import fasttext  # noqa: E402
import lightgbm  # noqa: E402
from messages import banking77  # noqa: E402
from sklearn.cluster import KMeans  # noqa: E402
from sklearn.ensemble import RandomForestClassifier  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

from shoppers import Shoppers  # noqa: E402


def timed(fit):
    began = time.perf_counter()
    fitted = fit()
    return time.perf_counter() - began, fitted


class Bench:
    def __init__(self, data, scratch):
        rows = Shoppers(data)
        mixed = rows.mixed()
        self.mixed = mixed.iloc[rows.train], rows.purchase[rows.train], mixed.iloc[rows.test], rows.purchase[rows.test]
        self.dense = rows.sides(rows.encoded())
        self.messages, self.held_out = banking77(data)
        self.file = os.path.join(scratch, "fasttext.txt")
        with open(self.file, "w", encoding="utf-8") as file:
            for text, label in zip(*self.messages):
                file.write(f"__label__{label} {words(text)}\n")

    def classifier(self, model, sides):
        x, y, held, truth = sides
        seconds, fitted = timed(lambda: model.fit(x, y))
        return seconds, roc_auc_score(truth, fitted.predict_proba(held)[:, 1])

    def boosting(self):
        model = lightgbm.LGBMClassifier(n_estimators=200, learning_rate=0.05, num_leaves=31, n_jobs=2, verbose=-1)
        return self.classifier(model, self.mixed)

    def forest(self):
        model = RandomForestClassifier(100, max_leaf_nodes=128, min_samples_leaf=5, n_jobs=2, random_state=0)
        return self.classifier(model, self.dense)

    def logistic(self):
        return self.classifier(LogisticRegression(C=1 / 3, max_iter=500), self.dense)

    def k_means(self):
        model = KMeans(8, n_init=10, random_state=0)
        seconds, fitted = timed(lambda: model.fit(self.dense[0]))
        return seconds, fitted.inertia_

    def text(self):
        settings = {"lr": 0.5, "epoch": 50, "wordNgrams": 2, "bucket": 100_000, "dim": 50, "thread": 2, "verbose": 0}
        seconds, model = until_finite(lambda: timed(lambda: fasttext.train_supervised(self.file, **settings)))
        texts, labels = self.held_out
        said = [model.f.predict(words(text) + "\n", 1, 0.0, "strict")[0][1] for text in texts]
        right = sum(label == f"__label__{truth}" for label, truth in zip(said, labels))
        return seconds, right / len(labels)


def until_finite(fit):
    """fastText's threads write without locks, and now and then end in `Encountered NaN`: then it is fitted and timed again."""
    for _ in range(4):
        try:
            return fit()
        except RuntimeError as error:
            print(f"fastText: {error} once more", file=sys.stderr)
    return fit()


def words(text):
    """Lower-case words and marks, as fastText's own recipes prepare them."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def main():
    warnings.simplefilter("ignore")
    bench = Bench(sys.argv[1], sys.argv[2])
    tasks = {
        "boosting": bench.boosting,
        "forest": bench.forest,
        "logistic": bench.logistic,
        "text": bench.text,
        "k-means": bench.k_means,
    }
    print("ready", flush=True)
    for line in sys.stdin:
        seconds, quality = tasks[line.strip()]()
        print(seconds, quality, flush=True)


if __name__ == "__main__":
    main()
