"""Messages and what they are about, as tests/data/*.toml name them."""

import csv


def table(path, text, label):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return [row[text] for row in rows], [row[label] for row in rows]


def banking77(data):
    return [table(f"{data}/banking77/{part}.csv", "text", "category") for part in ("train", "test")]


def smp2020(data):
    """Blocks of `token<TAB>tag` lines that end with the intent; training and held-out part."""
    return [blocks(f"{data}/smp2020_zh/{part}.txt") for part in ("train", "test")]


def blocks(path):
    texts, labels, tokens = [], [], []
    with open(path, encoding="utf-8") as file:
        for line in (line.rstrip("\r\n") for line in file):
            if "\t" in line:
                tokens.append(line.split("\t")[0])
            elif line:
                texts.append("".join(tokens))
                labels.append(line)
                tokens = []
    return texts, labels


def waimai(data, held_out):
    """Training and held-out part; `held_out` are rows."""
    texts, labels = table(f"{data}/waimai_zh/waimai_10k.csv", "review", "label")
    held_out = set(held_out)
    parts = ([row for row in range(len(texts)) if (row in held_out) == side] for side in (False, True))
    return [([texts[row] for row in rows], [labels[row] for row in rows]) for rows in parts]
