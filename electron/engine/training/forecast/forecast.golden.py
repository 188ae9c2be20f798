"""What others answer to two made-up series: python forecast.golden.py > forecast.golden.json

Ridge of scikit-learn on lags that pandas makes of them, and what sktime, utilsforecast and scikit-learn measure of its answers.
"""
import json
import sys
from importlib.metadata import version

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_pinball_loss
from sktime.performance_metrics.forecasting import mean_absolute_scaled_error
from utilsforecast.losses import coverage, mase, mqloss


def monthly():
    """As passengers by air: a rise, a year's rhythm that grows with it, noise."""
    random = np.random.default_rng(1949)
    month = np.arange(144)
    rhythm = 1 + 0.2 * np.sin(2 * np.pi * month / 12) + 0.08 * np.cos(4 * np.pi * month / 12)
    value = (110 + 2.6 * month) * rhythm * np.exp(0.03 * random.standard_normal(144))
    time = pd.date_range("1949-01-01", periods=144, freq="MS")
    return pd.DataFrame({"time": time, "series": 0, "value": np.round(value, 1)})


def daily():
    """As what two shops sell: a week's rhythm of each, one rises, promotions that are known in advance."""
    random = np.random.default_rng(2024)
    day = np.arange(260)
    parts = []
    for shop in range(2):
        rhythm = np.array([0, 2, 4, 6, 8, 20, 16])[(day + 3 * shop) % 7]
        promotion = (random.random(260) < 0.15).astype(float)
        value = 60 + 40 * shop + 0.15 * shop * day + rhythm + 12 * promotion + 2 * random.standard_normal(260)
        time = pd.date_range("2024-01-01", periods=260, freq="D")
        parts.append(pd.DataFrame({"time": time, "series": shop, "value": np.round(value, 2), "promotion": promotion}))
    return pd.concat(parts)


def frame_of(data, horizon, season, lags, known):
    """A row for each series, origin and step ahead, as the README beside tells it."""
    rows = []
    first_day = data["time"].min()
    for shop, own in data.groupby("series"):
        own = own.reset_index(drop=True)
        value = own["value"].to_numpy(np.float32).astype(float)
        last = len(own) - 1
        for origin in range(len(own)):
            past = pd.Series(value[max(0, origin - lags + 1) : origin + 1][::-1]).reindex(range(lags))
            for step in range(1, min(horizon, last - origin) + 1):
                at = origin + step
                when = own["time"][at]
                row = {"origin": origin, "step": step, "at": at, "truth": own["value"][at], "series": shop}
                row["days"] = (when - first_day).days
                row |= {"month": when.month, "day": when.day, "weekday": when.weekday(), "weekend": when.weekday() > 4}
                before = season * -(-step // season)
                for name in known:
                    row[name] = own[name][at]
                    row[f"{name} before"] = own[name][at - before] if at >= before else np.nan
                row |= {f"lag {k + 1}": past[k] for k in range(lags)}
                place = before - step
                base = past[place] if not np.isnan(past[place]) else past.mean()
                row["base"] = base
                for back in (2, 3):
                    if back * season <= lags:
                        row[f"{back} seasons"] = past[place + (back - 1) * season] - base
                if lags > season:
                    row["change"] = past[0] - past[season]
                for size in dict.fromkeys([season, lags]):
                    row[f"mean {size}"] = past[:size].mean() - base
                    row[f"deviation {size}"] = past[:size].std(ddof=0)
                rows.append(row)
    return pd.DataFrame(rows)


def answer(data, horizon, season, lags, known, alpha):
    frame = frame_of(data, horizon, season, lags, known)
    last = int(frame["at"].max())
    part = max(horizon, round(0.2 * (last + 1)))
    learned, validated = last - 2 * part, last - part
    train = (frame["at"] <= learned).to_numpy()
    test = (frame["origin"] >= validated).to_numpy()
    columns = frame.drop(columns=["origin", "at", "truth", "series"]).astype(float)
    means, deviations = columns[train].mean(), columns[train].std(ddof=0)
    scaled = ((columns - means) / deviations.where(deviations > 0, 1)).fillna(0)
    missing = columns.loc[:, columns[train].isna().any()].isna().astype(float).add_suffix(" is missing")
    matrix = pd.concat([scaled, missing], axis=1)
    if data["series"].nunique() > 1:
        matrix = pd.concat([matrix, pd.get_dummies(frame["series"], prefix="series").astype(float)], axis=1)
    difference = (frame["truth"] - frame["base"])[train]
    fitted = Ridge(alpha=alpha, solver="cholesky").fit(matrix.to_numpy()[train], difference)
    predicted = fitted.predict(matrix.to_numpy()[test]) + frame["base"][test]
    return frame[test].assign(prediction=predicted), learned


def measured(data, rows, learned, season):
    """Of answers as float32, and of an interval that is told from them; each series weighs as much as it has rows: alike."""
    rows = rows.assign(prediction=rows["prediction"].astype(np.float32).astype(float))
    low, high = rows["prediction"] - 1.5 - 0.1 * rows["step"], rows["prediction"] + 2.25
    scaled = []
    for shop, own in rows.groupby("series"):
        past = data[data["series"] == shop]["value"].to_numpy()[: learned + 1]
        scaled.append(mean_absolute_scaled_error(own["truth"], own["prediction"], y_train=past, sp=season))
    told = rows.rename(columns={"truth": "y", "series": "unique_id", "prediction": "own"}).assign(
        **{"own-lo-80": low, "own-hi-80": high, "q": 0.0}
    )
    past = data.groupby("series").head(learned + 1).rename(columns={"value": "y", "series": "unique_id"})
    others = mase(told, ["own"], seasonality=season, train_df=past)["own"].mean()
    assert abs(np.mean(scaled) - others) < 1e-12, "sktime and utilsforecast differ"
    losses = [mean_pinball_loss(rows["truth"], end, alpha=alpha) for end, alpha in ((low, 0.1), (high, 0.9))]
    quantiles = mqloss(told, {"own": ["own-lo-80", "own-hi-80"]}, quantiles=np.array([0.1, 0.9]))["own"].mean()
    assert abs(np.mean(losses) - quantiles) < 1e-12, "scikit-learn and utilsforecast differ"
    return {
        "mase": np.mean(scaled),
        "interval-pinball": np.mean(losses),
        "interval-coverage": coverage(told, ["own"], 80)["own"].mean(),
    }


def golden(data, horizon, season, lags, known, alpha):
    rows, learned = answer(data, horizon, season, lags, known, alpha)
    return {
        "request": {"horizon": horizon, "season": season, "lags": lags, "known": known},
        "l2": alpha,
        "series": data["series"].tolist(),
        "days": [(time - pd.Timestamp(0)).days for time in data["time"]],
        "value": data["value"].tolist(),
        **{name: data[name].tolist() for name in known},
        "predictions": rows["prediction"].tolist(),
        "metrics": measured(data, rows, learned, season),
    }


libraries = ["scikit-learn", "pandas", "sktime", "utilsforecast"]
json.dump(
    {
        "libraries": ", ".join(f"{name} {version(name)}" for name in libraries),
        "monthly": golden(monthly(), 6, 12, 24, [], 3.0),
        "daily": golden(daily(), 7, 7, 21, ["promotion"], 1.0),
    },
    sys.stdout,
)
