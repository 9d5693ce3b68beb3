"""Every kind of model as scikit-learn has it, on the rows and with the settings of tests/bench/peers/families.rs.

`families.py DATA`. Each figure is the mean over the five folds; the number of the fold is the seed of what depends on chance.
"""

import sys
import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import ElasticNet, Lasso, LogisticRegression, Ridge, SGDClassifier
from sklearn.metrics import r2_score, roc_auc_score
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, GaussianNB, MultinomialNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier

from golden import figure, write
from shoppers import CATEGORIES, FOLDS, Shoppers

KERNEL_ROWS = 4_000
# Perceptrons of one fold: what they reach depends on their first weights.
PERCEPTRONS = 4
PEER = "scikit-learn"
SPLIT = "online_shoppers: row i, from 0, is held out in fold i % 5; mean over folds; encodings stand in tests/bench/peers/shoppers.rs"


def auc(model, sides):
    x, y, held, truth = sides
    model.fit(x, y)
    if hasattr(model, "decision_function"):
        return roc_auc_score(truth, model.decision_function(held))
    return roc_auc_score(truth, model.predict_proba(held)[:, 1])


def accuracy(model, sides):
    x, y, held, truth = sides
    return model.fit(x, y).score(held, truth)


def tree(seed):
    return DecisionTreeClassifier(max_leaf_nodes=32, min_samples_leaf=20, random_state=seed)


def forest(seed):
    return RandomForestClassifier(100, max_leaf_nodes=128, min_samples_leaf=5, random_state=seed)


def extra(seed):
    return ExtraTreesClassifier(100, max_leaf_nodes=128, min_samples_leaf=5, random_state=seed)


def perceptron(seed):
    return MLPClassifier((32,), alpha=0.0, batch_size=64, max_iter=20, random_state=seed)


def stochastic(seed, n_rows):
    """Averages the second half of its steps, for which it was given a rate low enough to end at the optimum."""
    rate = {"learning_rate": "invscaling", "eta0": 0.01, "power_t": 0.25, "average": 25 * n_rows}
    return SGDClassifier(loss="log_loss", alpha=3 / n_rows, max_iter=50, tol=None, random_state=seed, **rate)


def kernel(sides):
    x, y, held, truth = sides
    return auc(SVC(C=1.0, gamma="scale"), (x[:KERNEL_ROWS], y[:KERNEL_ROWS], held, truth))


def softmax(rows):
    x, y, held, truth = rows.sides(rows.encoded(["Month"]), rows.codes("Month"))
    model = LogisticRegression(C=1 / 3, max_iter=5_000, tol=1e-6).fit(x, y)
    return roc_auc_score(truth, model.predict_proba(held), multi_class="ovr", average="macro")


def number(rows, model):
    target = rows.standardised(rows.number("ExitRates"))
    x, y, held, truth = rows.sides(rows.encoded(["ExitRates"]), target)
    return r2_score(truth, model.fit(x, y).predict(held))


def categorical(rows):
    codes = np.stack([rows.codes(name) for name in rows.table.columns if name in CATEGORIES], axis=1)
    names = [len(rows.names[name]) for name in rows.table.columns if name in CATEGORIES]
    return auc(CategoricalNB(min_categories=names), rows.sides(codes))


def clusters(rows):
    x = rows.encoded_numbers()[rows.train]
    found = KMeans(8, n_init=10, random_state=0).fit(x)
    return found.inertia_ / float((x.astype(np.float64) ** 2).sum())


def fold(rows, seed):
    full, counts = rows.sides(rows.encoded()), rows.sides(rows.counts())
    boosting = HistGradientBoostingClassifier(max_iter=100, max_leaf_nodes=31, max_bins=254, early_stopping=False)
    return {
        "logistic": auc(LogisticRegression(C=1 / 3, max_iter=5_000, tol=1e-6), full),
        "logistic by stochastic gradient descent": auc(stochastic(seed, len(full[0])), full),
        "softmax": softmax(rows),
        "ridge": number(rows, Ridge(10.0)),
        "lasso": number(rows, Lasso(1e-3)),
        "elastic net": number(rows, ElasticNet(1e-3, l1_ratio=0.5)),
        "decision tree": auc(tree(seed), full),
        "random forest": auc(forest(seed), full),
        "extra trees": auc(extra(seed), full),
        "boosting": auc(boosting, full),
        "linear SVM": auc(LinearSVC(tol=1e-6, max_iter=20_000), full),
        "kernel SVM": kernel(full),
        "Gaussian naive Bayes": auc(GaussianNB(), rows.sides(rows.encoded_numbers())),
        "multinomial naive Bayes": auc(MultinomialNB(), counts),
        "Bernoulli naive Bayes": auc(BernoulliNB(binarize=0.5), rows.sides(rows.one_hots())),
        "categorical naive Bayes": categorical(rows),
        "perceptron": np.mean([auc(perceptron(PERCEPTRONS * seed + more), full) for more in range(PERCEPTRONS)]),
        "nearest neighbours": auc(KNeighborsClassifier(15), full),
        "k-means": clusters(rows),
        "counts, decision tree": accuracy(tree(seed), counts),
        "counts, random forest": accuracy(forest(seed), counts),
    }


def main():
    warnings.simplefilter("ignore")
    rows, folds = Shoppers(sys.argv[1]), []
    for held in range(FOLDS):
        rows.hold_out(held)
        folds.append(fold(rows, held))
    figures = [figure(key, PEER, np.mean([of[key] for of in folds])) for key in folds[0]]
    write("families.py", ["numpy", "pandas", "scikit-learn", "scipy"], SPLIT, figures)


if __name__ == "__main__":
    main()
