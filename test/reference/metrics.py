"""Golden values of the metrics from pytrec_eval and ranx, over random rankings without ties.

    python3 -m venv /tmp/venv && /tmp/venv/bin/pip install pytrec-eval-terrier==0.5.11 ranx==0.3.21
    /tmp/venv/bin/python test/reference/metrics.py > test/reference/metrics.json
"""

import datetime
import importlib.metadata
import json
import platform
import random

import pytrec_eval
import ranx

METRICS = {  # ours: (pytrec_eval's measure, ranx's metric)
    "map": ("map", "map"),
    "recall1": ("recall_1", "recall@1"),
    "recall5": ("recall_5", "recall@5"),
    "recall10": ("recall_10", "recall@10"),
    "mrr": ("recip_rank", "mrr"),
    "ndcg10": ("ndcg_cut_10", "ndcg@10"),
}


def query(generator: random.Random, pool_size: int, relevant: int) -> dict:
    """A ranking of distinct similarities; good queries have their passages near the top."""
    similarities = [generator.random() for _ in range(pool_size)]
    passages = generator.sample(range(pool_size), relevant)
    lift = generator.choice([0, 0.5, 1])
    for passage in passages:
        similarities[passage] += lift * generator.random()
    # Exact in float32, which pytrec_eval sorts by, and all different.
    similarities = [round(s * 2**20) / 2**20 for s in similarities]
    assert len(set(similarities)) == pool_size
    return {"similarities": similarities, "relevant": passages}


def main() -> None:
    generator = random.Random(240810536)
    shapes = [(20, 1)] * 10 + [(30, 3)] * 10 + [(60, 12)] * 10 + [(5, 5)]
    queries = [query(generator, *shape) for shape in shapes]
    qrels = {f"q{i}": {f"p{p}": 1 for p in q["relevant"]} for i, q in enumerate(queries)}
    run = {
        f"q{i}": {f"p{p}": s for p, s in enumerate(q["similarities"])}
        for i, q in enumerate(queries)
    }

    measures = {measure for measure, _ in METRICS.values()}
    trec = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run)
    ranx_qrels, ranx_run = ranx.Qrels(qrels), ranx.Run(run)
    ranx.evaluate(ranx_qrels, ranx_run, [metric for _, metric in METRICS.values()])
    for i, q in enumerate(queries):
        q["pytrec_eval"] = {ours: trec[f"q{i}"][measure] for ours, (measure, _) in METRICS.items()}
        q["ranx"] = {
            ours: float(ranx_run.scores[metric][f"q{i}"]) for ours, (_, metric) in METRICS.items()
        }
    made = {
        "date": datetime.date.today().isoformat(),
        "python": platform.python_version(),
        "pytrec-eval-terrier": importlib.metadata.version("pytrec-eval-terrier"),
        "ranx": importlib.metadata.version("ranx"),
    }
    print(json.dumps({"made": made, "queries": queries}, separators=(",", ":")))


main()
