"""What TF-IDF with logistic regression reaches on the classes of ``voc eval topics`` when it is taught on them.

    python benchmarks/topic_classes.py

Five folds over the rows :mod:`voc.evaluation.topic_classes` draws; macro-F1 of all answers together. Its figures stand
in ``SETS`` there.
"""

from __future__ import annotations

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline

from voc.evaluation.topic_classes import SETS, labelled, macro_f1

if __name__ == "__main__":
    for one in SETS:
        texts, gold = labelled(one)
        model = make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True), LogisticRegression(C=10, max_iter=1000)
        )
        found = [str(label) for label in cross_val_predict(model, np.array(texts), np.array(gold), cv=5)]
        print(f"{one.name}: {macro_f1(gold, found, list(one.classes)):.3f}")
