"""What is looked at next, by methods of session-based recommendation, for comparison with ours (tests/bench/recommend.rs).

    python tests/peers/sessions.py DATA RANKS

Reads serenade_clicks and tmall_sessions below DATA, tunes each method on the validation steps (MRR@20 + hit rate@20 / 4, one setting after the
other), and writes the rank of each test step to RANKS/SET.METHOD.txt: a number from 1 to 20, or 0 for an item that is not among the first 20.

Methods: popularity; item-kNN (cosine of the items' sessions); STAN (Garg et al., SIGIR 2019); VSTAN (Ludewig et al., UMUAI 2021). Whether the item that
the shopper looks at may be recommended again is one more setting of each.
"""

import math
import sys
from collections import Counter, defaultdict
from heapq import nlargest
from pathlib import Path

TOP = 20
DAY = 86_400.0


def serenade(data):
    def read(name):
        sessions = defaultdict(list)
        for line in (data / "serenade_clicks" / name).read_text().splitlines()[1:]:
            session, item, time = line.split("\t")
            sessions[session].append((float(time), item))
        for clicks in sessions.values():
            clicks.sort(key=lambda click: click[0])
        # The order in which the steps are compared: by the end of the session, then by its id.
        order = sorted(sessions.items(), key=lambda pair: (int(pair[1][-1][0] * 1e3), pair[0]))
        return [([item for _, item in clicks], clicks[-1][0] / DAY) for _, clicks in order]

    train, valid, test = read("train.txt"), read("valid.txt"), read("test.txt")
    return train, train, steps(valid), steps(test)


def tmall(data):
    lines = (data / "tmall_sessions" / "train.txt").read_text().splitlines()
    sessions = [(line.split(" "), at / len(lines) * 30.0) for at, line in enumerate(lines)]
    cut = len(sessions) * 9 // 10
    test = []
    for line in (data / "tmall_sessions" / "test.txt").read_text().splitlines():
        prefix, item = line.split("\t")
        test.append((prefix.split(" "), item.strip(), 30.0))
    return sessions[:cut], sessions, steps(sessions[cut:]), test


def steps(sessions):
    return [(items[:at], items[at], day) for items, day in sessions for at in range(1, len(items))]


class Popularity:
    grid = {"exclude": [False, True]}

    def __init__(self, train):
        self.counts = Counter(item for items, _ in train for item in items)
        self.best = [item for item, _ in self.counts.most_common(TOP + 1)]

    def rank(self, prefix, day, exclude):
        return [item for item in self.best if not (exclude and item == prefix[-1])][:TOP]


class ItemKnn:
    grid = {"exclude": [False, True], "shrink": [0.0, 20.0, 80.0]}

    def __init__(self, train):
        self.sessions = defaultdict(set)
        self.items = []
        for at, (items, _) in enumerate(train):
            self.items.append(set(items))
            for item in set(items):
                self.sessions[item].add(at)
        self.known = {}

    def pairs(self, item):
        if item not in self.known:
            counts = Counter(other for at in self.sessions.get(item, ()) for other in self.items[at])
            self.known[item] = counts
        return self.known[item]

    def rank(self, prefix, day, exclude, shrink):
        last = prefix[-1]
        n = len(self.sessions.get(last, ()))
        scores = {}
        for other, count in self.pairs(last).items():
            if not (exclude and other == last):
                scores[other] = count / (math.sqrt(n * len(self.sessions[other])) + shrink)
        return nlargest(TOP, scores, key=lambda item: (scores[item], item))


class Neighbours:
    """STAN and VSTAN: what they have in common."""

    def __init__(self, train):
        self.train = train
        self.holders = defaultdict(list)
        for at, (items, _) in enumerate(train):
            for item in dict.fromkeys(items):
                self.holders[item].append(at)
        self.idf = {item: math.log(len(train) / len(at)) for item, at in self.holders.items()}

    def neighbours(self, prefix, day, k, latest, fading, days):
        n = len(prefix)
        places = {item: at for at, item in enumerate(prefix)}
        similarity = defaultdict(float)
        for item, at in places.items():
            weight = math.exp((at - (n - 1)) / fading)
            for session in self.holders.get(item, [])[-latest:]:
                similarity[session] += weight
        scored = []
        for session, sum_ in similarity.items():
            items, then = self.train[session]
            age = math.exp(-max(day - then, 0.0) / days)
            scored.append((sum_ / math.sqrt(n * len(items)) * age, session))
        return places, nlargest(k, scored)


class Stan(Neighbours):
    grid = {
        "exclude": [False, True],
        "k": [100, 200, 500, 1000],
        "latest": [500, 2500],
        "fading": [0.5, 1.0, 2.0, 4.0, 8.0],
        "days": [2.5, 5.0, 10.0, 20.0, 40.0, 100.0],
        "reach": [0.5, 1.0, 2.0, 4.0, 8.0],
    }

    def rank(self, prefix, day, exclude, k, latest, fading, days, reach, rarity=0.0):
        places, found = self.neighbours(prefix, day, k, latest, fading, days)
        scores = defaultdict(float)
        for similarity, session in found:
            items, _ = self.train[session]
            at = max((places[item], place) for place, item in enumerate(items) if item in places)[1]
            for place, item in enumerate(items):
                weight = similarity * math.exp(-abs(place - at) / reach)
                scores[item] += weight * (1.0 + rarity * self.idf[item]) if rarity else weight
        if exclude:
            scores.pop(prefix[-1], None)
        return nlargest(TOP, scores, key=lambda item: (scores[item], item))


class Vstan(Stan):
    grid = {**Stan.grid, "rarity": [0.2, 1.0, 5.0]}


METHODS = {"popularity": Popularity, "item_knn": ItemKnn, "stan": Stan, "vstan": Vstan}


def ranks(method, steps, settings):
    found = []
    for prefix, item, day in steps:
        listed = method.rank(prefix, day, **settings)
        found.append(listed.index(item) + 1 if item in listed else 0)
    return found


def value(found):
    mrr = sum(1 / rank for rank in found if rank) / len(found)
    return mrr + sum(1 for rank in found if rank) / len(found) / 4


def tuned(method, steps):
    """The best settings, one after the other from the middle of each list, twice."""
    every = max(1, len(steps) // 1200)
    steps = steps[::every]
    best = {name: values[len(values) // 2] for name, values in method.grid.items()}
    most = value(ranks(method, steps, best))
    for _ in range(2):
        for name, values in method.grid.items():
            for one in values:
                if one != best[name]:
                    found = value(ranks(method, steps, {**best, name: one}))
                    if found > most:
                        best, most = {**best, name: one}, found
    return best


def main():
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    for name, read in {"serenade_clicks": serenade, "tmall_sessions": tmall}.items():
        counted, whole, valid, test = read(data)
        for method, kind in METHODS.items():
            best = tuned(kind(counted), valid)
            found = ranks(kind(whole), test, best)
            mrr = sum(1 / rank for rank in found if rank) / len(found)
            hit = sum(1 for rank in found if rank) / len(found)
            print(f"{name:16} {method:12} MRR@20 {mrr:.4f} hit rate@20 {hit:.4f} {best}", flush=True)
            (out / f"{name}.{method}.txt").write_text("".join(f"{rank}\n" for rank in found))


main()
