"""How often the customers of CDNOW bought in 39 weeks, predicted by `lifetimes`, for comparison with ours (tests/bench/value.rs).

    python tests/peers/customers.py DATA

lifetimes needs pandas 2, and so an environment of its own: pip install lifetimes==0.11.3 "pandas<3"
"""

import sys
from pathlib import Path

import pandas
from lifetimes import BetaGeoFitter
from lifetimes.utils import calibration_and_holdout_data

WEEKS = 39.0

lines = (Path(sys.argv[1]) / "cdnow" / "CDNOW_sample.txt").read_text().splitlines()
cells = [line.split() for line in lines]
rows = pandas.DataFrame({"id": [row[0] for row in cells], "date": pandas.to_datetime([row[2] for row in cells])})
found = calibration_and_holdout_data(
    rows, "id", "date", calibration_period_end="1997-09-30", observation_period_end="1998-06-30", freq="D"
)
history = found.frequency_cal, found.recency_cal / 7, found.T_cal / 7
model = BetaGeoFitter()
model.fit(*history)
expected = model.conditional_expected_number_of_purchases_up_to_time(WEEKS, *history)
print(model.params_.to_string())
print(f"mean absolute error {abs(expected - found.frequency_holdout).mean():.4f}")
print(f"{expected.sum():.0f} expected, {found.frequency_holdout.sum():.0f} happened")
