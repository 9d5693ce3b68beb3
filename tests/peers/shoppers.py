"""`online_shoppers` as both sides read it; the rules stand in tests/bench/peers/shoppers.rs."""

import numpy as np
import pandas as pd

FOLDS = 5
CATEGORIES = ["Month", "OperatingSystems", "Browser", "Region", "TrafficType", "VisitorType"]
COUNTS = {
    "Administrative": 1,
    "Administrative_Duration": 60,
    "Informational": 1,
    "Informational_Duration": 60,
    "ProductRelated": 1,
    "ProductRelated_Duration": 60,
    "PageValues": 1,
}


class Shoppers:
    def __init__(self, data):
        table = pd.read_csv(f"{data}/online_shoppers/online_shoppers_intention.csv")
        self.purchase = table.pop("Revenue").astype(int).to_numpy()
        self.table = table
        self.numbers = [name for name in table.columns if name not in CATEGORIES]
        # As text, sorted as text, as the other side does.
        self.names = {name: sorted(set(table[name].astype(str))) for name in CATEGORIES}
        self.hold_out(0)

    def hold_out(self, fold):
        rows = np.arange(len(self.table))
        self.test, self.train = rows[rows % FOLDS == fold], rows[rows % FOLDS != fold]

    def sides(self, x, y=None):
        """Training and held-out rows of `x` and of `y`, which is the purchase unless given."""
        y = self.purchase if y is None else y
        return x[self.train], y[self.train], x[self.test], y[self.test]

    def number(self, name):
        return self.table[name].to_numpy(dtype=np.float32)

    def codes(self, name):
        place = {known: code for code, known in enumerate(self.names[name])}
        return self.table[name].astype(str).map(place).to_numpy()

    def one_hot(self, name):
        return (self.codes(name)[:, None] == np.arange(len(self.names[name]))).astype(np.float32)

    def standardised(self, x):
        x = x.astype(np.float64)
        mean, deviation = x[self.train].mean(axis=0), x[self.train].std(axis=0)
        scaled = np.where(deviation > 0, (x - mean) / np.where(deviation > 0, deviation, 1), 0)
        return scaled.astype(np.float32)

    def encoded(self, leave_out=()):
        numbers = [self.number(name)[:, None] for name in self.numbers if name not in leave_out]
        names = [self.one_hot(name) for name in self.table.columns if name in CATEGORIES and name not in leave_out]
        return self.standardised(np.hstack(numbers + names))

    def encoded_numbers(self):
        return self.encoded(CATEGORIES)

    def one_hots(self):
        return np.hstack([self.one_hot(name) for name in self.table.columns if name in CATEGORIES])

    def counts(self):
        columns = [np.floor(self.number(name).astype(np.float64) / unit) for name, unit in COUNTS.items()]
        return np.stack(columns, axis=1).astype(np.float32)

    def mixed(self):
        """Categories as pandas has them, which LightGBM splits natively."""
        table = self.table.copy()
        for name in CATEGORIES:
            table[name] = pd.Categorical(table[name].astype(str), categories=self.names[name])
        table["Weekend"] = table["Weekend"].astype(int)
        return table
